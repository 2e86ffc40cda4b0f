-- grain: one resource pool and month with a known capacity
with

months as (

    select * from {{ ref('int_cost__month') }}

),

resource_pools as (

    select * from {{ ref('int_cost__resource_pool') }}

),

rep_pools as (

    select * from {{ ref('int_cost__rep_pool') }}

),

-- Exact: full-time equivalents in ten-thousandths times days, divided by the days of the month once.
staff as (

    select
        resource_pool,
        month_start_date,
        sum(full_time_equivalent * active_day_count) as full_time_equivalent_days,
        sum(case when is_full_time_assumed and active_day_count > 0 then 1 else 0 end) as assumed_full_time_count

    from rep_pools

    group by resource_pool, month_start_date

),

theoretical as (

    select
        resource_pools.resource_pool,
        resource_pools.month_start_date,
        months.practical_capacity_ratio,
        staff.assumed_full_time_count,
        cast(
            case
                when resource_pools.capacity_source = 'policy' then resource_pools.theoretical_minutes_per_month
                else staff.full_time_equivalent_days * months.theoretical_minutes_per_fte_month / months.day_count
            end as decimal(18, 4)
        ) as theoretical_minutes

    from resource_pools

    inner join months
        on resource_pools.month_start_date = months.month_start_date

    left join staff
        on resource_pools.resource_pool = staff.resource_pool
        and resource_pools.month_start_date = staff.month_start_date

),

final as (

    select
        resource_pool,
        month_start_date,
        theoretical_minutes,
        cast(theoretical_minutes * practical_capacity_ratio as decimal(18, 4)) as practical_minutes,
        coalesce(assumed_full_time_count, 0) as assumed_full_time_count

    from theoretical

    where theoretical_minutes > 0

)

select * from final
