-- grain: one customer (or bucket outside customers), activity, resource pool and month
with

drivers as (

    select * from {{ ref('int_cost__driver_by_customer_month') }}

),

direct_cost as (

    select * from {{ ref('int_cost__direct_cost') }}

),

imputed_interest as (

    select * from {{ ref('int_cost__imputed_interest') }}

),

pools as (

    select * from {{ ref('int_cost__pool_by_month') }}

),

months as (

    select * from {{ ref('int_cost__month') }}

),

-- From the first posted document on, or from its creation where the debtor is older than the data, a company is a
-- customer; what was spent on it before is acquisition.
customer_since as (

    select
        customer_id,
        least(customer_since_date, first_posting_date) as customer_since_date

    from {{ ref('int_customer__since') }}

),

worked as (

    select
        pools.quarter_start_date,
        pools.month_start_date,
        coalesce(drivers.customer_id, '__UNASSIGNED__') as customer_id,
        drivers.activity,
        pools.resource_pool,
        drivers.driver_quantity,
        drivers.minutes,
        case when pools.is_driven then drivers.minutes else 0 end as weight,
        pools.time_amount,
        pools.rate_amount,
        case
            when drivers.fallback_minutes > 0 then 'fallback'
            when drivers.measured_minutes > 0 and drivers.measured_minutes >= drivers.minutes then 'measured'
            else 'standard'
        end as source_quality,
        {{ flags({
            'DURATION_CUT': 'drivers.has_cut_minutes',
            'NO_POOL_AMOUNT': 'pools.pool_amount is null',
            'TRAVEL_NOT_RECORDED': 'drivers.has_unrecorded_travel',
        }) }} as flags

    from drivers

    inner join pools
        on drivers.resource_pool = pools.resource_pool
        and drivers.month_start_date = pools.month_start_date

),

-- Practical capacity that no work used, negative where more was worked than there is.
unused as (

    select
        quarter_start_date,
        month_start_date,
        '__UNUSED__' as customer_id,
        'unused_capacity' as activity,
        resource_pool,
        cast(null as decimal(18, 4)) as driver_quantity,
        cast(practical_minutes - used_minutes as decimal(18, 4)) as minutes,
        cast(practical_minutes - used_minutes as decimal(18, 4)) as weight,
        time_amount,
        rate_amount,
        'standard' as source_quality,
        {{ flags({'OVER_CAPACITY': 'is_over_capacity'}) }} as flags

    from pools

    where is_driven and capacity_mode = 'practical' and pool_amount is not null

),

-- Cost that nothing drives: no work in the month, no pool for the cost centre, or direct cost above the postings.
undriven as (

    select
        quarter_start_date,
        month_start_date,
        '__UNASSIGNED__' as customer_id,
        'unassigned' as activity,
        resource_pool,
        cast(null as decimal(18, 4)) as driver_quantity,
        cast(null as decimal(18, 4)) as minutes,
        cast(1 as decimal(18, 4)) as weight,
        time_amount,
        rate_amount,
        'fallback' as source_quality,
        {{ flags({
            'DIRECT_ABOVE_LEDGER': 'is_direct_above_ledger',
            'NO_DRIVER': 'used_minutes = 0 and not is_unmapped',
            'UNMAPPED_COST_CENTER': 'is_unmapped',
        }) }} as flags

    from pools

    where not is_driven and time_amount is not null

),

participants as (

    select * from worked

    union all

    select * from unused

    union all

    select * from undriven

),

allocated as (

    {{ allocate_largest_remainder(
        relation='participants',
        group_by=['resource_pool', 'month_start_date'],
        amount='time_amount',
        weight='weight',
        tie_break=['customer_id', 'activity'],
    ) }}

),

direct as (

    select
        months.quarter_start_date,
        direct_cost.month_start_date,
        coalesce(direct_cost.customer_id, '__UNASSIGNED__') as customer_id,
        direct_cost.activity,
        direct_cost.resource_pool,
        direct_cost.driver_quantity,
        cast(null as decimal(18, 4)) as minutes,
        cast(null as decimal(18, 6)) as rate_amount,
        direct_cost.direct_amount as cost_amount,
        'measured' as source_quality,
        cast(null as varchar) as flags

    from direct_cost

    inner join months
        on direct_cost.month_start_date = months.month_start_date

),

-- Interest that no ledger posts: part of no pool's amount, so nothing is taken from a pool for it.
imputed as (

    select
        months.quarter_start_date,
        imputed_interest.month_start_date,
        coalesce(imputed_interest.customer_id, '__UNASSIGNED__') as customer_id,
        imputed_interest.activity,
        imputed_interest.resource_pool,
        imputed_interest.driver_quantity,
        cast(null as decimal(18, 4)) as minutes,
        cast(null as decimal(18, 6)) as rate_amount,
        imputed_interest.imputed_amount as cost_amount,
        imputed_interest.source_quality,
        {{ flags({
            'NO_INTEREST_RATE': 'imputed_interest.imputed_amount is null',
            'NO_PAYMENT_DATES': 'imputed_interest.is_payment_unknown',
        }) }} as flags

    from imputed_interest

    inner join months
        on imputed_interest.month_start_date = months.month_start_date

),

combined as (

    select
        quarter_start_date,
        month_start_date,
        customer_id,
        activity,
        resource_pool,
        driver_quantity,
        minutes,
        rate_amount,
        allocated_amount as cost_amount,
        source_quality,
        flags,
        false as is_imputed

    from allocated

    union all

    select
        *,
        false as is_imputed

    from direct

    union all

    select
        *,
        true as is_imputed

    from imputed

),

final as (

    select
        combined.quarter_start_date,
        combined.month_start_date,
        combined.customer_id,
        case
            when combined.customer_id = '__UNUSED__' then 'unused'
            when combined.customer_id = '__UNASSIGNED__' then 'unassigned'
            when customer_since.customer_since_date <= months.month_end_date then 'customer'
            else 'acquisition'
        end as cost_bucket,
        combined.activity,
        combined.resource_pool,
        combined.driver_quantity,
        combined.minutes,
        combined.rate_amount,
        combined.cost_amount,
        combined.is_imputed,
        combined.source_quality,
        combined.flags

    from combined

    inner join months
        on combined.month_start_date = months.month_start_date

    left join customer_since
        on combined.customer_id = customer_since.customer_id

)

select * from final
