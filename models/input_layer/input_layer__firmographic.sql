-- grain: one account, source and date
with

delivered as (

    {{ union_connectors('firmographic') }}

),

typed as (

    select
        cast(account_id as varchar) as account_id,
        cast(source as varchar) as source,
        cast(as_of_date as date) as as_of_date,
        cast(industry_code as varchar) as industry_code,
        cast(employee_count as integer) as employee_count,
        cast(annual_revenue_amount as decimal(18, 2)) as annual_revenue_amount,
        cast(website_text as varchar) as website_text,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
