-- grain: one industry, product group and start of validity
with

delivered as (

    select * from {{ source('raw_canonical', 'market_norm') }}

),

cleaned as (

    select
        {{ clean_text('industry_code') }} as industry_code,
        {{ clean_text('product_group') }} as product_group,
        spend_per_employee_amount,
        valid_from,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
