-- grain: one channel per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

channels as (

    select * from {{ ref('int_cost__touch_by_channel_quarter') }}

),

channel_touches as (

    select * from {{ ref('policy_channel_touch') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

),

touch_in_force as (

    select
        quarters.quarter_start_date,
        cast({{ dbt.date_trunc('month', 'quarters.as_of_date') }} as date) as month_start_date,
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

-- A touch may be any of the channel's contacts: their mean.
touch_minutes as (

    select
        touch_in_force.quarter_start_date,
        touch_in_force.channel,
        sum(equations.event_minutes + equations.unrecorded_travel_minutes) as total_minutes,
        count(*) as activity_count,
        sum(case when touch_in_force.activity = 'visit' then 1 else 0 end) as visit_activity_count

    from touch_in_force

    inner join equations
        on touch_in_force.month_start_date = equations.month_start_date
        and touch_in_force.activity = equations.activity

    group by touch_in_force.quarter_start_date, touch_in_force.channel

),

final as (

    select
        channels.quarter_start_date,
        channels.channel,
        channels.intensity_rank,
        cast(
            case
                when channels.touches_per_year = 0 then 0
                else {{ minutes_of_units(rounded_quotient(
                    smallest_units('touch_minutes.total_minutes', 4) ~ ' * channels.touches_per_year',
                    'touch_minutes.activity_count',
                )) }}
            end as decimal(18, 4)
        ) as standard_minutes,
        cast(
            case
                when channels.touches_per_year = 0 then 0
                else {{ minutes_of_units(rounded_quotient(
                    'touch_minutes.visit_activity_count * channels.touches_per_year * ' ~ exact_integer('10000'),
                    'touch_minutes.activity_count',
                )) }}
            end as decimal(18, 4)
        ) as standard_visit_count

    from channels

    left join touch_minutes
        on channels.quarter_start_date = touch_minutes.quarter_start_date
        and channels.channel = touch_minutes.channel

)

select * from final
