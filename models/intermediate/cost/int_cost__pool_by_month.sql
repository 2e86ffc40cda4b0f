-- grain: one resource pool and month with cost or work
with

months as (

    select * from {{ ref('int_cost__month') }}

),

ledger as (

    select * from {{ ref('int_cost__ledger_by_month') }}

),

direct_cost as (

    select
        resource_pool,
        month_start_date,
        sum(direct_amount) as direct_amount

    from {{ ref('int_cost__direct_cost') }}

    group by resource_pool, month_start_date

),

work as (

    select
        resource_pool,
        month_start_date,
        sum(minutes) as used_minutes,
        sum(measured_minutes) as measured_minutes,
        sum(fallback_minutes) as fallback_minutes

    from {{ ref('int_cost__driver_by_customer_month') }}

    group by resource_pool, month_start_date

),

capacity as (

    select * from {{ ref('int_cost__capacity_by_month') }}

),

resource_pools as (

    select * from {{ ref('int_cost__resource_pool') }}

),

pool_months as (

    select
        resource_pool,
        month_start_date
    from ledger

    union

    select
        resource_pool,
        month_start_date
    from direct_cost

    union

    select
        resource_pool,
        month_start_date
    from work

),

joined as (

    select
        months.quarter_start_date,
        pool_months.month_start_date,
        pool_months.resource_pool,
        ledger.ledger_amount,
        coalesce(direct_cost.direct_amount, 0) as direct_amount,
        direct_cost.direct_amount is not null as has_direct_cost,
        resource_pools.direct_cost_treatment,
        coalesce(work.used_minutes, 0) as used_minutes,
        coalesce(work.measured_minutes, 0) as measured_minutes,
        coalesce(work.fallback_minutes, 0) as fallback_minutes,
        capacity.practical_minutes,
        coalesce(capacity.assumed_full_time_count, 0) as assumed_full_time_count,
        coalesce(resource_pools.capacity_mode, 'full_absorption') as policy_capacity_mode,
        resource_pools.resource_pool is null as is_unknown_pool,
        coalesce(ledger.is_unmapped, false) as is_unmapped

    from pool_months

    inner join months
        on pool_months.month_start_date = months.month_start_date

    left join ledger
        on pool_months.resource_pool = ledger.resource_pool
        and pool_months.month_start_date = ledger.month_start_date

    left join direct_cost
        on pool_months.resource_pool = direct_cost.resource_pool
        and pool_months.month_start_date = direct_cost.month_start_date

    left join work
        on pool_months.resource_pool = work.resource_pool
        and pool_months.month_start_date = work.month_start_date

    left join capacity
        on pool_months.resource_pool = capacity.resource_pool
        and pool_months.month_start_date = capacity.month_start_date

    left join resource_pools
        on pool_months.resource_pool = resource_pools.resource_pool
        and pool_months.month_start_date = resource_pools.month_start_date

),

-- Direct cost is part of the pool's postings. Where the ledger has no posting of the pool in the month, or the policy
-- says that it is posted elsewhere, it is added: then it is an amount of the pool's own.
amounts as (

    select
        *,
        case
            when has_direct_cost and (ledger_amount is null or direct_cost_treatment = 'outside_ledger') then direct_amount
            else 0
        end as outside_ledger_amount,
        policy_capacity_mode = 'practical' and practical_minutes is not null as is_practical

    from joined

),

costed as (

    select
        *,
        cast(
            case when ledger_amount is null and not has_direct_cost then null else coalesce(ledger_amount, 0) + outside_ledger_amount end
            as decimal(18, 2)
        ) as pool_amount

    from amounts

),

-- What is left after direct cost follows the minutes. It has nowhere to go without work, and where direct cost
-- exceeds what was posted the difference is nobody's credit: both stay unassigned.
spread as (

    select
        *,
        cast(pool_amount - direct_amount as decimal(18, 2)) as time_amount,
        case when is_practical then practical_minutes else used_minutes end as rate_minutes,
        used_minutes > 0 and not (has_direct_cost and pool_amount - direct_amount < 0) as is_driven

    from costed

),

final as (

    select
        quarter_start_date,
        month_start_date,
        resource_pool,
        cast(ledger_amount as decimal(18, 2)) as ledger_amount,
        cast(outside_ledger_amount as decimal(18, 2)) as outside_ledger_amount,
        pool_amount,
        cast(direct_amount as decimal(18, 2)) as direct_amount,
        time_amount,
        case when is_practical then 'practical' else 'full_absorption' end as capacity_mode,
        cast(case when is_practical then practical_minutes end as decimal(18, 4)) as practical_minutes,
        cast(used_minutes as decimal(18, 4)) as used_minutes,
        cast(measured_minutes as decimal(18, 4)) as measured_minutes,
        cast(fallback_minutes as decimal(18, 4)) as fallback_minutes,
        is_driven,
        -- A fraction of a second that bears a fortune has no cost per minute that could be written down.
        case
            when is_driven and abs(time_amount) < rate_minutes * 999999999999
                then cast(time_amount / rate_minutes as decimal(18, 6))
        end as rate_amount,
        policy_capacity_mode = 'practical' and not is_practical and used_minutes > 0 as is_without_capacity,
        coalesce(is_practical and used_minutes > practical_minutes, false) as is_over_capacity,
        is_practical and assumed_full_time_count > 0 as is_full_time_assumed,
        coalesce(has_direct_cost and time_amount < 0, false) as is_direct_above_ledger,
        is_unknown_pool and not is_unmapped as is_unknown_pool,
        is_unmapped

    from spread

)

select * from final
