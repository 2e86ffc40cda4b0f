-- grain: one rep at work on the last day counted of a quarter, and the minutes a year it has for customers
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- Service staff answers whoever calls; it owns no customers.
reps as (

    select *

    from {{ ref('dim_rep') }}

    where coalesce(rep_role, 'field') <> 'service'

),

channels as (

    select * from {{ ref('int_segmentation__channel_of_rep') }}

),

at_work as (

    select
        quarters.quarter_start_date,
        reps.rep_id,
        reps.rep_name,
        reps.territory_id,
        reps.latitude,
        reps.longitude,
        channels.channel,
        reps.full_time_equivalent is null as is_full_time_assumed,
        coalesce(reps.full_time_equivalent, cast(1 as decimal(18, 4))) as full_time_equivalent,
        policy.theoretical_minutes_per_fte_month,
        policy.practical_capacity_ratio,
        policy.territory_maximum_load_ratio

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    inner join reps
        on
        quarters.as_of_date >= coalesce(reps.active_from, quarters.as_of_date)
        and quarters.as_of_date <= coalesce(reps.active_to, quarters.as_of_date)

    inner join channels
        on reps.rep_id = channels.rep_id

),

-- Ten-thousandths of full-time equivalents and minutes, millionths of ratios, down to the ten-thousandth of a minute.
final as (

    select
        quarter_start_date,
        rep_id,
        rep_name,
        territory_id,
        latitude,
        longitude,
        channel,
        is_full_time_assumed,
        full_time_equivalent,
        {{ minutes_of_units(floor_quotient(
            '(' ~ smallest_units('full_time_equivalent', 4)
            ~ ' * ' ~ smallest_units('theoretical_minutes_per_fte_month', 4)
            ~ ' * ' ~ smallest_units('practical_capacity_ratio', 6)
            ~ ' * ' ~ smallest_units('territory_maximum_load_ratio', 6)
            ~ ' * 12)',
            exact_integer('10000000000000000'),
        )) }} as capacity_minutes

    from at_work

)

select * from final
