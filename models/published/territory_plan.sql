-- grain: one channel of the reps per quarter, and all of them together
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

assignments as (

    select * from {{ ref('int_territory__assignment') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

channels_of_reps as (

    select * from {{ ref('int_segmentation__channel_of_rep') }}

),

balances as (

    select
        *,
        {{ smallest_units('coalesce(potential_amount, 0)', 2) }} as potential_cents,
        {{ smallest_units('coalesce(proposed_potential_amount, 0)', 2) }} as proposed_potential_cents

    from {{ ref('territory_balance') }}

    where scope_type = 'REP' and proposed_load_ratio is not null

),

-- A customer counts in the channel of its rep of today; in that of the proposed one where it has none.
described as (

    select
        assignments.*,
        segments.net_revenue_amount,
        coalesce(from_channels.channel, to_channels.channel, 'UNKNOWN') as channel,
        assignments.reason is not null as is_changed,
        coalesce(assignments.reason in ('REP_LEFT', 'NO_REP_TODAY'), false) as is_placed,
        assignments.reason is not null and assignments.to_rep_id is null as is_unassigned

    from assignments

    inner join segments
        on assignments.quarter_start_date = segments.quarter_start_date
        and assignments.customer_id = segments.customer_id

    left join channels_of_reps as from_channels
        on assignments.from_rep_id = from_channels.rep_id

    left join channels_of_reps as to_channels
        on assignments.to_rep_id = to_channels.rep_id

),

scoped as (

    select
        *,
        channel as scope_channel
    from described

    union all

    select
        *,
        'ALL' as scope_channel
    from described

),

customers as (

    select
        quarter_start_date,
        scope_channel as channel,
        count(*) as customer_count,
        count(case when is_locked then 1 end) as locked_count,
        count(case when is_changed and not is_placed and not is_unassigned then 1 end) as moved_count,
        count(case when is_placed then 1 end) as placed_count,
        count(case when is_unassigned then 1 end) as unassigned_count,
        count(case when is_changed and is_remote then 1 end) as remote_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(case when is_changed and not is_placed and not is_unassigned then net_revenue_amount else 0 end) as moved_revenue_amount,
        sum(case when from_travel_minutes is not null and to_travel_minutes is not null then from_travel_minutes end) as travel_minutes,
        sum(case when from_travel_minutes is not null and to_travel_minutes is not null then to_travel_minutes end) as proposed_travel_minutes,
        avg(case when from_distance_km is not null and to_distance_km is not null then from_distance_km end) as mean_distance_km,
        avg(case when from_distance_km is not null and to_distance_km is not null then to_distance_km end) as proposed_mean_distance_km

    from scoped

    group by quarter_start_date, scope_channel

),

loads as (

    select
        quarter_start_date,
        coalesce(channel, 'UNKNOWN') as channel,
        count(*) as rep_count,
        sum(load_ratio) as load_sum,
        sum(load_ratio * load_ratio) as load_square_sum,
        max(load_ratio) as highest_load_ratio,
        min(load_ratio) as lowest_load_ratio,
        sum(proposed_load_ratio) as proposed_load_sum,
        sum(proposed_load_ratio * proposed_load_ratio) as proposed_load_square_sum,
        max(proposed_load_ratio) as proposed_highest_load_ratio,
        min(proposed_load_ratio) as proposed_lowest_load_ratio,
        count(case when not is_compensation_neutral then 1 end) as not_neutral_count,
        sum(potential_cents) as potential_sum,
        sum(potential_cents * potential_cents) as potential_square_sum,
        sum(proposed_potential_cents) as proposed_potential_sum,
        sum(proposed_potential_cents * proposed_potential_cents) as proposed_potential_square_sum

    from balances

    group by quarter_start_date, coalesce(channel, 'UNKNOWN')

),

-- Objective and bound are those of parts that have no rep in common; a part may hold several channels.
parts as (

    select distinct
        quarter_start_date,
        part_number,
        objective_minutes,
        bound_minutes,
        is_exact

    from assignments

    where part_number is not null

),

solutions as (

    select
        quarter_start_date,
        'ALL' as channel,
        count(*) as part_count,
        count(case when is_exact then 1 end) as exact_part_count,
        sum(objective_minutes) as objective_minutes,
        sum(bound_minutes) as bound_minutes

    from parts

    group by quarter_start_date

),

-- One limit a part and channel; a customer without a rep at work is under none.
limits_of_parts as (

    select distinct
        quarter_start_date,
        part_number,
        scope_channel,
        channel,
        maximum_move_count

    from scoped

    where maximum_move_count is not null

),

limits as (

    select
        quarter_start_date,
        scope_channel as channel,
        sum(maximum_move_count) as maximum_move_count

    from limits_of_parts

    group by quarter_start_date, scope_channel

),

versions as (

    select
        quarter_start_date,
        min(method_version) as method_version

    from assignments

    group by quarter_start_date

),

final as (

    select
        customers.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        customers.channel,
        cast(loads.rep_count as integer) as rep_count,
        cast(customers.customer_count as integer) as customer_count,
        cast(customers.locked_count as integer) as locked_count,
        cast(customers.moved_count as integer) as moved_count,
        {{ share_of_total('customers.moved_count', 'customers.customer_count') }} as moved_ratio,
        cast(limits.maximum_move_count as integer) as maximum_move_count,
        cast(customers.placed_count as integer) as placed_count,
        cast(customers.remote_count as integer) as remote_count,
        cast(customers.unassigned_count as integer) as unassigned_count,
        cast(customers.moved_revenue_amount as decimal(18, 2)) as moved_revenue_amount,
        {{ share_of_total('customers.moved_revenue_amount', 'customers.net_revenue_amount') }} as moved_revenue_ratio,
        cast(loads.not_neutral_count as integer) as not_neutral_count,
        loads.lowest_load_ratio,
        loads.highest_load_ratio,
        cast(loads.highest_load_ratio - loads.lowest_load_ratio as decimal(9, 6)) as load_spread_ratio,
        {{ variation_of_sums('loads.load_sum', 'loads.load_square_sum', 'loads.rep_count') }} as load_variation_ratio,
        loads.proposed_lowest_load_ratio,
        loads.proposed_highest_load_ratio,
        cast(loads.proposed_highest_load_ratio - loads.proposed_lowest_load_ratio as decimal(9, 6)) as proposed_load_spread_ratio,
        {{ variation_of_sums('loads.proposed_load_sum', 'loads.proposed_load_square_sum', 'loads.rep_count') }}
            as proposed_load_variation_ratio,
        {{ variation_of_sums('loads.potential_sum', 'loads.potential_square_sum', 'loads.rep_count') }} as potential_variation_ratio,
        {{ variation_of_sums('loads.proposed_potential_sum', 'loads.proposed_potential_square_sum', 'loads.rep_count') }}
            as proposed_potential_variation_ratio,
        cast(customers.travel_minutes as decimal(18, 4)) as travel_minutes,
        cast(customers.proposed_travel_minutes as decimal(18, 4)) as proposed_travel_minutes,
        cast(customers.mean_distance_km as decimal(18, 4)) as mean_distance_km,
        cast(customers.proposed_mean_distance_km as decimal(18, 4)) as proposed_mean_distance_km,
        cast(solutions.part_count as integer) as part_count,
        cast(solutions.exact_part_count as integer) as exact_part_count,
        cast(solutions.objective_minutes as decimal(18, 4)) as objective_minutes,
        cast(solutions.bound_minutes as decimal(18, 4)) as bound_minutes,
        {{ share_of_total('(solutions.objective_minutes - solutions.bound_minutes)', 'solutions.objective_minutes') }} as gap_ratio,
        versions.method_version

    from customers

    inner join quarters
        on customers.quarter_start_date = quarters.quarter_start_date

    inner join versions
        on customers.quarter_start_date = versions.quarter_start_date

    left join loads
        on customers.quarter_start_date = loads.quarter_start_date
        and customers.channel = loads.channel

    left join solutions
        on customers.quarter_start_date = solutions.quarter_start_date
        and customers.channel = solutions.channel

    left join limits
        on customers.quarter_start_date = limits.quarter_start_date
        and customers.channel = limits.channel

)

select * from final
