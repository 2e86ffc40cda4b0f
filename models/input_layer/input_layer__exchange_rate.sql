-- grain: one currency and day
with

delivered as (

    {{ union_connectors('exchange_rate') }}

),

typed as (

    select
        cast(currency_code as varchar) as currency_code,
        cast(rate_date as date) as rate_date,
        cast(rate_to_reporting as decimal(18, 8)) as rate_to_reporting,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
