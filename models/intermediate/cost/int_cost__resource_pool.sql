-- grain: one resource pool of the policy and month
with

months as (

    select * from {{ ref('int_cost__month') }}

),

resource_pools as (

    select * from {{ ref('policy_resource_pool') }}

),

in_force as (

    select
        months.month_start_date,
        resource_pools.resource_pool,
        resource_pools.capacity_mode,
        resource_pools.capacity_source,
        resource_pools.theoretical_minutes_per_month,
        resource_pools.direct_cost_treatment

    from months

    inner join resource_pools
        on months.month_end_date >= resource_pools.valid_from

    qualify row_number() over (
        partition by months.month_start_date, resource_pools.resource_pool
        order by resource_pools.valid_from desc
    ) = 1

)

select * from in_force
