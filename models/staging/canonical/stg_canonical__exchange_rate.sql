-- grain: one currency and day
with

delivered as (

    select * from {{ source('raw_canonical', 'exchange_rate') }}

),

cleaned as (

    select
        upper({{ clean_text('currency_code') }}) as currency_code,
        rate_date,
        rate_to_reporting,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
