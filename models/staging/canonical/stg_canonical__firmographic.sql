-- grain: one account, source and date
with

delivered as (

    select * from {{ source('raw_canonical', 'firmographic') }}

),

cleaned as (

    select
        {{ source_key('account_id') }} as account_id,
        lower({{ clean_text('source') }}) as source,
        as_of_date,
        {{ clean_text('industry_code') }} as industry_code,
        employee_count,
        annual_revenue_amount,
        {{ clean_text('website_text') }} as website_text,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
