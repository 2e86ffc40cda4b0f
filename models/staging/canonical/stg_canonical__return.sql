-- grain: one return
with

delivered as (

    select * from {{ source('raw_canonical', 'return') }}

),

cleaned as (

    select
        {{ source_key('return_id') }} as return_id,
        {{ source_key('erp_customer_id') }} as erp_customer_id,
        {{ source_key('order_id') }} as order_id,
        returned_date,
        line_count,
        {{ clean_text('return_reason') }} as return_reason,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
