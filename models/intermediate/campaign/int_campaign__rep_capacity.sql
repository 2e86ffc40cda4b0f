-- grain: one rep with a channel per campaign
with

basis as (

    select
        *,
        {{ add_days(add_months('quarter_start_date', 3), -1) }} as quarter_end_date

    from {{ ref('int_campaign__selection_basis') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

channel_of_rep as (

    select * from {{ ref('int_segmentation__channel_of_rep') }}

),

channel_touches as (

    select * from {{ ref('policy_channel_touch') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

),

touch_in_force as (

    select
        basis.campaign_id,
        basis.snapshot_date,
        channel_touches.channel,
        channel_touches.activity

    from basis

    inner join channel_touches
        on basis.snapshot_date >= channel_touches.valid_from

    qualify rank() over (
        partition by basis.campaign_id, channel_touches.channel
        order by channel_touches.valid_from desc
    ) = 1

),

-- Any of a channel's touches may be what the customer gets: the longest one has to find a place.
minutes_by_channel as (

    select
        touch_in_force.campaign_id,
        touch_in_force.channel,
        max(equations.event_minutes + equations.unrecorded_travel_minutes) as touch_minutes

    from touch_in_force

    inner join equations
        on touch_in_force.activity = equations.activity
        and cast({{ dbt.date_trunc('month', 'touch_in_force.snapshot_date') }} as date) = equations.month_start_date

    group by touch_in_force.campaign_id, touch_in_force.channel

),

-- A rep who leaves or starts in the quarter has the days in between; one without dates has all.
described as (

    select
        basis.campaign_id,
        reps.rep_id,
        channel_of_rep.channel,
        basis.campaign_touches_per_customer,
        basis.rep_capacity_ratio,
        basis.theoretical_minutes_per_fte_month,
        basis.practical_capacity_ratio,
        minutes_by_channel.touch_minutes,
        coalesce(reps.full_time_equivalent, cast(1 as decimal(18, 4))) as full_time_equivalent,
        {{ dbt.datediff('basis.quarter_start_date', 'basis.quarter_end_date', 'day') }} + 1 as day_count,
        greatest(
            {{ dbt.datediff(
                "greatest(coalesce(reps.active_from, basis.quarter_start_date), basis.quarter_start_date)",
                "least(coalesce(reps.active_to, basis.quarter_end_date), basis.quarter_end_date)",
                "day"
            ) }} + 1,
            0
        ) as active_day_count

    from basis

    cross join reps

    inner join channel_of_rep
        on reps.rep_id = channel_of_rep.rep_id

    inner join minutes_by_channel
        on basis.campaign_id = minutes_by_channel.campaign_id
        and channel_of_rep.channel = minutes_by_channel.channel
        and minutes_by_channel.touch_minutes > 0

),

-- Whole numbers: ten-thousandths of full-time equivalents and of minutes, millionths of ratios.
final as (

    select
        campaign_id,
        rep_id,
        channel,
        full_time_equivalent,
        active_day_count,
        touch_minutes,
        cast(
            {{ floor_quotient(
                '(' ~ smallest_units('full_time_equivalent', 4)
                ~ ' * ' ~ smallest_units('theoretical_minutes_per_fte_month', 4)
                ~ ' * ' ~ smallest_units('practical_capacity_ratio', 6)
                ~ ' * ' ~ smallest_units('rep_capacity_ratio', 6)
                ~ ' * 3 * active_day_count)',
                '(campaign_touches_per_customer * ' ~ smallest_units('touch_minutes', 4)
                ~ ' * day_count * ' ~ exact_integer('10000000000000000') ~ ')',
            ) }} as integer
        ) as rep_capacity_count

    from described

)

select * from final
