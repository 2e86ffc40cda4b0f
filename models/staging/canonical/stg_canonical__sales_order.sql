-- grain: one order
with

delivered as (

    select * from {{ source('raw_canonical', 'sales_order') }}

),

cleaned as (

    select
        {{ source_key('order_id') }} as order_id,
        {{ source_key('erp_customer_id') }} as erp_customer_id,
        ordered_at,
        lower({{ clean_text('order_channel') }}) as order_channel,
        is_manual,
        line_count,
        change_count,
        is_special_quote,
        quote_minutes,
        {{ source_key('ship_to_id') }} as ship_to_id,
        net_amount,
        surcharge_amount,
        {{ source_key('rep_id') }} as rep_id,
        upper({{ clean_text('currency_code') }}) as currency_code,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
