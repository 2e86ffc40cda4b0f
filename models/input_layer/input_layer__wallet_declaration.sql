-- grain: one account, product group and date
with

delivered as (

    {{ union_connectors('wallet_declaration') }}

),

typed as (

    select
        cast(account_id as varchar) as account_id,
        cast(product_group as varchar) as product_group,
        cast(wallet_amount as decimal(18, 2)) as wallet_amount,
        cast(declared_date as date) as declared_date,
        cast(declared_by as varchar) as declared_by,
        cast(confidence_ratio as decimal(9, 6)) as confidence_ratio,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
