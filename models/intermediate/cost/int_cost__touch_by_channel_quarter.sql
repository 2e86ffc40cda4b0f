-- grain: one channel and quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

windows as (

    select * from {{ ref('int_cost__window') }}

),

channels as (

    select * from {{ ref('policy_channel') }}

),

channel_touches as (

    select * from {{ ref('policy_channel_touch') }}

),

pools as (

    select * from {{ ref('int_cost__pool_by_month') }}

),

drivers as (

    select * from {{ ref('int_cost__driver_by_customer_month') }}

),

channel_in_force as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        channels.channel,
        channels.intensity_rank,
        channels.resource_pool,
        channels.touches_per_year,
        channels.cost_per_touch_amount as policy_cost_per_touch_amount,
        channels.max_cost_ratio

    from quarters

    inner join channels
        on quarters.as_of_date >= channels.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, channels.channel
        order by channels.valid_from desc
    ) = 1

),

touch_in_force as (

    select
        quarters.quarter_start_date,
        channel_touches.channel,
        channel_touches.activity

    from quarters

    inner join channel_touches
        on quarters.as_of_date >= channel_touches.valid_from

    qualify rank() over (
        partition by quarters.quarter_start_date, channel_touches.channel
        order by channel_touches.valid_from desc
    ) = 1

),

activity_by_month as (

    select
        resource_pool,
        month_start_date,
        activity,
        sum(driver_quantity) as touch_count

    from drivers

    group by resource_pool, month_start_date, activity

),

-- Only months in which the pool has postings: touches of a month whose cost is not known would dilute the rest.
pool_by_quarter as (

    select
        channel_in_force.quarter_start_date,
        channel_in_force.channel,
        sum(pools.pool_amount) as pool_amount

    from channel_in_force

    inner join windows
        on channel_in_force.quarter_start_date = windows.quarter_start_date

    inner join pools
        on channel_in_force.resource_pool = pools.resource_pool
        and windows.month_start_date = pools.month_start_date

    where pools.pool_amount is not null

    group by channel_in_force.quarter_start_date, channel_in_force.channel

),

touch_by_quarter as (

    select
        channel_in_force.quarter_start_date,
        channel_in_force.channel,
        sum(activity_by_month.touch_count) as touch_count

    from channel_in_force

    inner join windows
        on channel_in_force.quarter_start_date = windows.quarter_start_date

    inner join pools
        on channel_in_force.resource_pool = pools.resource_pool
        and windows.month_start_date = pools.month_start_date

    inner join touch_in_force
        on channel_in_force.quarter_start_date = touch_in_force.quarter_start_date
        and channel_in_force.channel = touch_in_force.channel

    inner join activity_by_month
        on channel_in_force.resource_pool = activity_by_month.resource_pool
        and windows.month_start_date = activity_by_month.month_start_date
        and touch_in_force.activity = activity_by_month.activity

    where pools.pool_amount is not null

    group by channel_in_force.quarter_start_date, channel_in_force.channel

),

joined as (

    select
        channel_in_force.*,
        coalesce(touch_by_quarter.touch_count, 0) as touch_count,
        pool_by_quarter.pool_amount,
        coalesce(pool_by_quarter.pool_amount > 0 and touch_by_quarter.touch_count > 0, false) as is_measured

    from channel_in_force

    left join pool_by_quarter
        on channel_in_force.quarter_start_date = pool_by_quarter.quarter_start_date
        and channel_in_force.channel = pool_by_quarter.channel

    left join touch_by_quarter
        on channel_in_force.quarter_start_date = touch_by_quarter.quarter_start_date
        and channel_in_force.channel = touch_by_quarter.channel

),

final as (

    select
        quarter_start_date,
        as_of_date,
        channel,
        intensity_rank,
        resource_pool,
        touches_per_year,
        max_cost_ratio,
        cast(touch_count as decimal(18, 4)) as touch_count,
        cast(pool_amount as decimal(18, 2)) as pool_amount,
        case
            when is_measured
                then {{ amount_of_cents(rounded_quotient(
                    smallest_units('pool_amount', 2) ~ ' * 10000',
                    smallest_units('touch_count', 4),
                )) }}
            else policy_cost_per_touch_amount
        end as cost_per_touch_amount,
        case when is_measured then 'measured' else 'policy' end as cost_source

    from joined

)

select * from final
