-- A cent that the allocation rounds away is a cent that a controller does not find again. For each pool and month the
-- published rows of cost_to_serve add up to the pool, bucket by bucket, and the difference that is published is nothing.
{{ config(meta={'dagster': {'ref': {'name': 'cost_reconciliation'}}}) }}

with

published_cost as (

    select
        resource_pool,
        month_start_date,
        sum(cost_amount) as cost_amount,
        sum(case when cost_bucket = 'customer' then cost_amount else 0 end) as allocated_amount,
        sum(case when cost_bucket = 'acquisition' then cost_amount else 0 end) as acquisition_amount

    from {{ ref('cost_to_serve') }}

    where not is_imputed and cost_amount is not null

    group by resource_pool, month_start_date

),

reconciliation as (

    select * from {{ ref('cost_reconciliation') }}

)

select
    coalesce(reconciliation.resource_pool, published_cost.resource_pool) as resource_pool,
    coalesce(reconciliation.month_start_date, published_cost.month_start_date) as month_start_date,
    reconciliation.pool_amount,
    published_cost.cost_amount,
    reconciliation.difference_amount

from reconciliation

full outer join published_cost
    on reconciliation.resource_pool = published_cost.resource_pool
    and reconciliation.month_start_date = published_cost.month_start_date

where
    reconciliation.difference_amount is distinct from 0
    or coalesce(reconciliation.pool_amount, 0) <> coalesce(published_cost.cost_amount, 0)
    or coalesce(reconciliation.allocated_amount, 0) <> coalesce(published_cost.allocated_amount, 0)
    or coalesce(reconciliation.acquisition_amount, 0) <> coalesce(published_cost.acquisition_amount, 0)
