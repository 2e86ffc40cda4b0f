-- grain: one industry, product group and start of validity
with

delivered as (

    {{ union_connectors('market_norm') }}

),

typed as (

    select
        cast(industry_code as varchar) as industry_code,
        cast(product_group as varchar) as product_group,
        cast(spend_per_employee_amount as decimal(18, 4)) as spend_per_employee_amount,
        cast(valid_from as date) as valid_from,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
