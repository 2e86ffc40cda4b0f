-- grain: one resource pool (or unmapped cost centre) and month with cost
with

pools as (

    select * from {{ ref('int_cost__pool_by_month') }}

    where pool_amount is not null

),

by_bucket as (

    select
        resource_pool,
        month_start_date,
        sum(case when cost_bucket = 'customer' then cost_amount else 0 end) as allocated_amount,
        sum(case when cost_bucket = 'acquisition' then cost_amount else 0 end) as acquisition_amount,
        sum(case when cost_bucket = 'unused' then cost_amount else 0 end) as unused_amount,
        sum(case when cost_bucket = 'unassigned' then cost_amount else 0 end) as unassigned_amount

    from {{ ref('fct_cost_to_serve') }}

    where not is_imputed

    group by resource_pool, month_start_date

),

joined as (

    select
        pools.*,
        cast(coalesce(by_bucket.allocated_amount, 0) as decimal(18, 2)) as allocated_amount,
        cast(coalesce(by_bucket.acquisition_amount, 0) as decimal(18, 2)) as acquisition_amount,
        cast(coalesce(by_bucket.unused_amount, 0) as decimal(18, 2)) as unused_amount,
        cast(coalesce(by_bucket.unassigned_amount, 0) as decimal(18, 2)) as unassigned_amount

    from pools

    left join by_bucket
        on pools.resource_pool = by_bucket.resource_pool
        and pools.month_start_date = by_bucket.month_start_date

),

-- What was charged for work and as direct cost, without capacity that nobody used and cost that nothing drives.
charged as (

    select
        *,
        case when is_driven then pool_amount - direct_amount - unused_amount else 0 end as worked_amount,
        case when used_minutes > 0 then measured_minutes / used_minutes end as measured_share

    from joined

),

final as (

    select
        quarter_start_date,
        month_start_date,
        resource_pool,
        pool_amount,
        allocated_amount,
        acquisition_amount,
        unused_amount,
        unassigned_amount,
        cast(
            pool_amount - allocated_amount - acquisition_amount - unused_amount - unassigned_amount as decimal(18, 2)
        ) as difference_amount,
        ledger_amount,
        outside_ledger_amount,
        direct_amount,
        capacity_mode,
        practical_minutes,
        used_minutes,
        rate_amount,
        case when practical_minutes > 0 then cast(used_minutes / practical_minutes as decimal(18, 6)) end as utilisation_ratio,
        case when used_minutes > 0 then cast(measured_minutes / used_minutes as decimal(9, 6)) end as measured_ratio,
        case
            when used_minutes > 0
                then cast((used_minutes - measured_minutes - fallback_minutes) / used_minutes as decimal(9, 6))
        end as standard_ratio,
        case when used_minutes > 0 then cast(fallback_minutes / used_minutes as decimal(9, 6)) end as fallback_ratio,
        {{ share_of_total(
            '(direct_amount + worked_amount * coalesce(measured_share, 0))', '(direct_amount + worked_amount)'
        ) }} as measured_cost_ratio,
        {{ flags({
            'ASSUMED_FULL_TIME': 'is_full_time_assumed',
            'DIRECT_ABOVE_LEDGER': 'is_direct_above_ledger',
            'NOT_IN_LEDGER': 'ledger_amount is null',
            'NO_CAPACITY': 'is_without_capacity',
            'NO_DRIVER': 'used_minutes = 0 and time_amount <> 0 and not is_unmapped',
            'OVER_CAPACITY': 'is_over_capacity',
            'UNKNOWN_POOL': 'is_unknown_pool',
            'UNMAPPED_COST_CENTER': 'is_unmapped',
        }) }} as flags

    from charged

)

select * from final
