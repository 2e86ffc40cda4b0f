-- grain: one territory or rep per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

loads as (

    select * from {{ ref('int_territory__load') }}

),

reps_at_work as (

    select * from {{ ref('int_territory__rep') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

assignments as (

    select * from {{ ref('int_territory__assignment') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

-- Work in a territory that its own reps do is theirs; what comes from outside is no load of theirs.
described as (

    select
        loads.*,
        coalesce(loads.rep_id, 'UNASSIGNED') as rep_key,
        coalesce(loads.territory_id, 'UNASSIGNED') as territory_key,
        case when loads.territory_id = reps_at_work.territory_id then 0 else loads.workload_minutes end as outside_minutes

    from loads

    left join reps_at_work
        on loads.quarter_start_date = reps_at_work.quarter_start_date
        and loads.rep_id = reps_at_work.rep_id

),

scoped as (

    select
        'REP' as scope_type,
        rep_key as scope_id,
        0 as scope_outside_minutes,
        *

    from described

    union all

    select
        'TERRITORY' as scope_type,
        territory_key as scope_id,
        outside_minutes as scope_outside_minutes,
        *

    from described

),

served as (

    select
        quarter_start_date,
        scope_type,
        scope_id,
        sum(customer_count) as customer_count,
        sum(high_count) as high_count,
        sum(mid_count) as mid_count,
        sum(low_count) as low_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(contribution_amount) as contribution_amount,
        sum(cost_to_serve_amount) as cost_to_serve_amount,
        sum(potential_amount) as potential_amount,
        sum(workload_minutes) as workload_minutes,
        sum(measured_minutes) as measured_minutes,
        sum(scope_outside_minutes) as outside_minutes,
        sum(inside_minutes) as inside_minutes

    from scoped

    group by quarter_start_date, scope_type, scope_id

),

capacities as (

    select
        quarter_start_date,
        'REP' as scope_type,
        rep_id as scope_id,
        capacity_minutes,
        1 as rep_count,
        is_full_time_assumed

    from reps_at_work

    union all

    select
        quarter_start_date,
        'TERRITORY' as scope_type,
        territory_id as scope_id,
        sum(capacity_minutes) as capacity_minutes,
        count(*) as rep_count,
        bool_or(is_full_time_assumed) as is_full_time_assumed

    from reps_at_work

    where territory_id is not null

    group by quarter_start_date, territory_id

),

scopes as (

    select
        quarter_start_date,
        scope_type,
        scope_id
    from served

    union

    select
        quarter_start_date,
        scope_type,
        scope_id
    from capacities

),

-- Minutes that inside sales has left; those of a scope's own reps do not help where the scope is given up.
spare_by_rep as (

    select
        reps_at_work.quarter_start_date,
        reps_at_work.rep_id,
        reps_at_work.territory_id,
        greatest(reps_at_work.capacity_minutes - coalesce(served.workload_minutes, 0), 0) as spare_minutes

    from reps_at_work

    left join served
        on reps_at_work.quarter_start_date = served.quarter_start_date
        and reps_at_work.rep_id = served.scope_id
        and served.scope_type = 'REP'

    where reps_at_work.channel = 'INSIDE'

),

spare_by_quarter as (

    select
        quarter_start_date,
        sum(spare_minutes) as spare_minutes

    from spare_by_rep

    group by quarter_start_date

),

spare_by_scope as (

    select
        quarter_start_date,
        'REP' as scope_type,
        rep_id as scope_id,
        spare_minutes

    from spare_by_rep

    union all

    select
        quarter_start_date,
        'TERRITORY' as scope_type,
        territory_id as scope_id,
        sum(spare_minutes) as spare_minutes

    from spare_by_rep

    where territory_id is not null

    group by quarter_start_date, territory_id

),

-- What the proposal gives to a rep and takes away; each customer counts once on either side.
changes as (

    select
        assignments.quarter_start_date,
        assignments.from_rep_id as rep_id,
        -1 as direction,
        assignments.from_minutes as minutes,
        segments.net_revenue_amount,
        segments.potential_amount,
        assignments.reason is not null as is_change,
        assignments.is_locked

    from assignments

    inner join segments
        on assignments.quarter_start_date = segments.quarter_start_date
        and assignments.customer_id = segments.customer_id

    where assignments.from_rep_id is not null

    union all

    select
        assignments.quarter_start_date,
        assignments.to_rep_id as rep_id,
        1 as direction,
        assignments.to_minutes as minutes,
        segments.net_revenue_amount,
        segments.potential_amount,
        assignments.reason is not null as is_change,
        assignments.is_locked

    from assignments

    inner join segments
        on assignments.quarter_start_date = segments.quarter_start_date
        and assignments.customer_id = segments.customer_id

    where assignments.to_rep_id is not null

),

proposed as (

    select
        quarter_start_date,
        rep_id,
        count(case when direction = 1 then 1 end) as proposed_customer_count,
        sum(case when direction = 1 then minutes else 0 end) as proposed_workload_minutes,
        sum(case when direction = 1 then potential_amount end) as proposed_potential_amount,
        count(case when direction = -1 and is_locked then 1 end) as locked_count,
        count(case when direction = 1 and is_change then 1 end) as received_count,
        count(case when direction = -1 and is_change then 1 end) as given_count,
        sum(case when direction = 1 and is_change then net_revenue_amount else 0 end) as received_revenue_amount,
        sum(case when direction = -1 and is_change then net_revenue_amount else 0 end) as given_revenue_amount

    from changes

    group by quarter_start_date, rep_id

),

planned_quarters as (

    select distinct quarter_start_date

    from assignments

),

joined as (

    select
        scopes.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        scopes.scope_type,
        scopes.scope_id,
        reps.rep_name,
        reps_at_work.channel,
        coalesce(capacities.rep_count, 0) as rep_count,
        coalesce(served.customer_count, 0) as customer_count,
        coalesce(served.high_count, 0) as high_count,
        coalesce(served.mid_count, 0) as mid_count,
        coalesce(served.low_count, 0) as low_count,
        coalesce(served.high_count + served.mid_count + served.low_count, 0) as classed_count,
        served.net_revenue_amount,
        served.contribution_amount,
        served.cost_to_serve_amount,
        served.potential_amount,
        coalesce(served.workload_minutes, 0) as workload_minutes,
        coalesce(served.measured_minutes, 0) as measured_minutes,
        coalesce(served.outside_minutes, 0) as outside_minutes,
        coalesce(served.inside_minutes, 0) as inside_minutes,
        capacities.capacity_minutes,
        coalesce(capacities.is_full_time_assumed, false) as is_full_time_assumed,
        coalesce(spare_by_quarter.spare_minutes, 0) - coalesce(spare_by_scope.spare_minutes, 0) as spare_minutes,
        policy.territory_low_minimum_ratio,
        policy.territory_compensation_tolerance_ratio,
        scopes.scope_type = 'REP' and scopes.scope_id <> 'UNASSIGNED' and planned_quarters.quarter_start_date is not null as is_planned,
        proposed.proposed_customer_count,
        proposed.proposed_workload_minutes,
        proposed.proposed_potential_amount,
        proposed.locked_count,
        proposed.received_count,
        proposed.given_count,
        proposed.received_revenue_amount,
        proposed.given_revenue_amount

    from scopes

    inner join quarters
        on scopes.quarter_start_date = quarters.quarter_start_date

    inner join policy
        on scopes.quarter_start_date = policy.quarter_start_date

    left join served
        on scopes.quarter_start_date = served.quarter_start_date
        and scopes.scope_type = served.scope_type
        and scopes.scope_id = served.scope_id

    left join capacities
        on scopes.quarter_start_date = capacities.quarter_start_date
        and scopes.scope_type = capacities.scope_type
        and scopes.scope_id = capacities.scope_id

    left join reps
        on scopes.scope_id = reps.rep_id
        and scopes.scope_type = 'REP'

    left join reps_at_work
        on scopes.quarter_start_date = reps_at_work.quarter_start_date
        and scopes.scope_id = reps_at_work.rep_id
        and scopes.scope_type = 'REP'

    left join spare_by_quarter
        on scopes.quarter_start_date = spare_by_quarter.quarter_start_date

    left join spare_by_scope
        on scopes.quarter_start_date = spare_by_scope.quarter_start_date
        and scopes.scope_type = spare_by_scope.scope_type
        and scopes.scope_id = spare_by_scope.scope_id

    left join planned_quarters
        on scopes.quarter_start_date = planned_quarters.quarter_start_date

    left join proposed
        on scopes.quarter_start_date = proposed.quarter_start_date
        and scopes.scope_id = proposed.rep_id
        and scopes.scope_type = 'REP'

),

measured as (

    select
        *,
        {{ share_of_total('(workload_minutes - outside_minutes)', 'capacity_minutes') }} as load_ratio,
        {{ share_of_total('low_count', 'classed_count') }} as low_ratio,
        case when is_planned then coalesce(proposed_workload_minutes, 0) end as planned_workload_minutes,
        case
            when is_planned then coalesce(received_revenue_amount, 0) - coalesce(given_revenue_amount, 0)
        end as revenue_change_amount

    from joined

),

judged as (

    select
        *,
        -- Customers without a rep or territory are no scope that could be given up.
        coalesce(low_ratio >= territory_low_minimum_ratio and scope_id <> 'UNASSIGNED', false) as is_all_low,
        {{ share_of_total('revenue_change_amount', 'net_revenue_amount') }} as revenue_change_ratio

    from measured

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        scope_type,
        scope_id,
        rep_name,
        channel,
        cast(rep_count as integer) as rep_count,
        cast(customer_count as integer) as customer_count,
        cast(high_count as integer) as high_count,
        cast(mid_count as integer) as mid_count,
        cast(low_count as integer) as low_count,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(contribution_amount as decimal(18, 2)) as contribution_amount,
        cast(cost_to_serve_amount as decimal(18, 2)) as cost_to_serve_amount,
        cast(potential_amount as decimal(18, 2)) as potential_amount,
        cast(workload_minutes as decimal(18, 4)) as workload_minutes,
        {{ share_of_total('measured_minutes', 'workload_minutes') }} as measured_ratio,
        cast(outside_minutes as decimal(18, 4)) as outside_minutes,
        cast(capacity_minutes as decimal(18, 4)) as capacity_minutes,
        load_ratio,
        case
            when workload_minutes > 0 and potential_amount >= 0
                then {{ amount_of_cents(rounded_quotient(
                    smallest_units('potential_amount', 2) ~ ' * 10000',
                    smallest_units('workload_minutes', 4),
                )) }}
        end as potential_per_minute_amount,
        low_ratio,
        is_all_low,
        case when is_all_low then spare_minutes >= inside_minutes else false end as is_dissolvable,
        case when is_all_low then cast(inside_minutes as decimal(18, 4)) end as dissolution_minutes,
        cast(case when is_planned then coalesce(proposed_customer_count, 0) end as integer) as proposed_customer_count,
        cast(planned_workload_minutes as decimal(18, 4)) as proposed_workload_minutes,
        {{ share_of_total('planned_workload_minutes', 'capacity_minutes') }} as proposed_load_ratio,
        cast(case when is_planned then proposed_potential_amount end as decimal(18, 2)) as proposed_potential_amount,
        cast(case when is_planned then coalesce(locked_count, 0) end as integer) as locked_count,
        cast(case when is_planned then coalesce(received_count, 0) end as integer) as received_count,
        cast(case when is_planned then coalesce(given_count, 0) end as integer) as given_count,
        cast(case when is_planned then coalesce(received_revenue_amount, 0) end as decimal(18, 2)) as received_revenue_amount,
        cast(case when is_planned then coalesce(given_revenue_amount, 0) end as decimal(18, 2)) as given_revenue_amount,
        cast(revenue_change_amount as decimal(18, 2)) as revenue_change_amount,
        revenue_change_ratio,
        case
            when revenue_change_amount = 0 then true
            when revenue_change_ratio is not null then abs(revenue_change_ratio) <= territory_compensation_tolerance_ratio
        end as is_compensation_neutral,
        {{ flags({
            'ASSUMED_FULL_TIME': 'is_full_time_assumed',
            'NOT_AT_WORK': "scope_type = 'REP' and scope_id <> 'UNASSIGNED' and capacity_minutes is null",
            'NO_CUSTOMERS': 'customer_count = 0',
            'NO_REP': "scope_id = 'UNASSIGNED' or (scope_type = 'TERRITORY' and rep_count = 0)",
            'OVERLOADED': 'load_ratio > 1',
        }) }} as flags

    from judged

)

select * from final
