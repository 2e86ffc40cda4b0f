-- grain: one opportunity
with

delivered as (

    {{ union_connectors('opportunity') }}

),

typed as (

    select
        cast(opportunity_id as varchar) as opportunity_id,
        cast(account_id as varchar) as account_id,
        cast(product_group as varchar) as product_group,
        cast(amount as decimal(18, 2)) as amount,
        cast(stage as varchar) as stage,
        cast(is_closed as boolean) as is_closed,
        cast(is_won as boolean) as is_won,
        cast(created_at as timestamp) as created_at,
        cast(expected_close_date as date) as expected_close_date,
        cast(closed_at as timestamp) as closed_at,
        cast(competitor_name as varchar) as competitor_name,
        cast(rep_id as varchar) as rep_id,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
