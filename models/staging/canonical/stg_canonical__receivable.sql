-- grain: one open or paid item
with

delivered as (

    select * from {{ source('raw_canonical', 'receivable') }}

),

cleaned as (

    select
        {{ source_key('document_id') }} as document_id,
        {{ source_key('erp_customer_id') }} as erp_customer_id,
        amount,
        due_date,
        paid_date,
        upper({{ clean_text('currency_code') }}) as currency_code,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
