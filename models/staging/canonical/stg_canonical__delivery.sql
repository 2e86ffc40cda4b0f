-- grain: one delivery
with

delivered as (

    select * from {{ source('raw_canonical', 'delivery') }}

),

cleaned as (

    select
        {{ source_key('delivery_id') }} as delivery_id,
        {{ source_key('erp_customer_id') }} as erp_customer_id,
        {{ source_key('order_id') }} as order_id,
        delivered_date,
        weight_kg,
        parcel_count,
        is_express,
        freight_amount,
        upper({{ clean_text('currency_code') }}) as currency_code,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
