-- grain: one channel, potential class and class of share of wallet per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

touch_plan as (

    select * from {{ ref('policy_touch_plan') }}

),

channels as (

    select * from {{ ref('int_cost__touch_by_channel_quarter') }}

),

channel_minutes as (

    select * from {{ ref('int_territory__channel_minutes') }}

),

contacts as (

    select * from {{ ref('int_coverage__contact') }}

    where cost_amount is not null

),

potential_classes as (

    {{ policy_words(['HIGH', 'MID', 'LOW', 'NONE']) }}

),

share_of_wallet_classes as (

    {{ policy_words(['SIGNIFICANT', 'BELOW']) }}

),

in_force as (

    select
        quarters.quarter_start_date,
        touch_plan.touch_cell,
        touch_plan.steering,
        touch_plan.touches_per_year

    from quarters

    inner join touch_plan
        on quarters.as_of_date >= touch_plan.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, touch_plan.touch_cell
        order by touch_plan.valid_from desc
    ) = 1

),

-- What a minute of contact costs in each pool: the cost of all of them over their minutes.
pool_rates as (

    select
        quarter_start_date,
        resource_pool,
        sum(minutes) as minutes,
        sum(cost_amount) as cost_amount

    from contacts

    group by quarter_start_date, resource_pool

    having sum(minutes) > 0 and sum(cost_amount) > 0

),

planned as (

    select
        channels.quarter_start_date,
        channels.channel,
        channels.intensity_rank,
        potential_classes.known_word as potential_class,
        share_of_wallet_classes.known_word as share_of_wallet_class,
        in_force.steering,
        coalesce(in_force.touches_per_year, channels.touches_per_year) as touches_per_year,
        channels.touches_per_year as standard_touches_per_year,
        channels.cost_per_touch_amount,
        channel_minutes.standard_minutes,
        pool_rates.minutes as pool_minutes,
        pool_rates.cost_amount as pool_cost_amount

    from channels

    cross join potential_classes

    cross join share_of_wallet_classes

    left join in_force
        on channels.quarter_start_date = in_force.quarter_start_date
        and concat(potential_classes.known_word, '_', share_of_wallet_classes.known_word, '_', channels.channel)
        = in_force.touch_cell

    left join channel_minutes
        on channels.quarter_start_date = channel_minutes.quarter_start_date
        and channels.channel = channel_minutes.channel

    left join pool_rates
        on channels.quarter_start_date = pool_rates.quarter_start_date
        and channels.resource_pool = pool_rates.resource_pool

),

timed as (

    select
        *,
        case
            when touches_per_year = 0 then cast(0 as decimal(18, 4))
            when standard_touches_per_year > 0
                then {{ minutes_of_units(rounded_quotient(
                    smallest_units('standard_minutes', 4) ~ ' * touches_per_year',
                    'standard_touches_per_year',
                )) }}
        end as minutes_per_year

    from planned

),

-- Minutes at the measured cost of a minute; where none is measured, touches at the cost of a touch.
final as (

    select
        quarter_start_date,
        channel,
        intensity_rank,
        potential_class,
        share_of_wallet_class,
        steering,
        cast(touches_per_year as integer) as touches_per_year,
        minutes_per_year,
        case
            when touches_per_year = 0 then cast(0 as decimal(18, 2))
            when pool_minutes is not null and minutes_per_year is not null
                then {{ amount_of_cents(rounded_quotient(
                    smallest_units('minutes_per_year', 4) ~ ' * ' ~ smallest_units('pool_cost_amount', 2),
                    smallest_units('pool_minutes', 4),
                )) }}
            else cast(touches_per_year * cost_per_touch_amount as decimal(18, 2))
        end as cost_amount,
        case when pool_minutes is not null and minutes_per_year is not null then 'measured' else 'policy' end as cost_source

    from timed

)

select * from final
