-- grain: one billed line
with

delivered as (

    select * from {{ source('raw_canonical', 'invoice_line') }}

),

cleaned as (

    select
        {{ source_key('invoice_id') }} as invoice_id,
        line_number,
        lower({{ clean_text('document_type') }}) as document_type,
        {{ source_key('erp_customer_id') }} as erp_customer_id,
        {{ source_key('product_id') }} as product_id,
        {{ source_key('order_id') }} as order_id,
        posting_date,
        quantity,
        list_amount,
        net_amount,
        cost_amount,
        upper({{ clean_text('currency_code') }}) as currency_code,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
