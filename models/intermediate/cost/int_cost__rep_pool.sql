-- grain: one rep and month
with

months as (

    select * from {{ ref('int_cost__month') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

role_pools as (

    select * from {{ ref('policy_rep_role_pool') }}

),

role_pool_in_force as (

    select
        months.month_start_date,
        months.month_end_date,
        months.day_count,
        role_pools.rep_role,
        role_pools.resource_pool

    from months

    inner join role_pools
        on months.month_end_date >= role_pools.valid_from

    qualify row_number() over (
        partition by months.month_start_date, role_pools.rep_role
        order by role_pools.valid_from desc
    ) = 1

),

-- Days on which the rep held the role in the month; a rep without dates always did.
final as (

    select
        reps.rep_id,
        role_pool_in_force.month_start_date,
        role_pool_in_force.resource_pool,
        role_pool_in_force.day_count,
        greatest(
            {{ dbt.datediff(
                "greatest(coalesce(reps.active_from, role_pool_in_force.month_start_date), role_pool_in_force.month_start_date)",
                "least(coalesce(reps.active_to, role_pool_in_force.month_end_date), role_pool_in_force.month_end_date)",
                "day"
            ) }} + 1,
            0
        ) as active_day_count,
        coalesce(reps.full_time_equivalent, 1) as full_time_equivalent,
        reps.full_time_equivalent is null as is_full_time_assumed

    from reps

    inner join role_pool_in_force
        on reps.rep_role = role_pool_in_force.rep_role

)

select * from final
