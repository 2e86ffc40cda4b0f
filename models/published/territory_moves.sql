-- grain: one customer per quarter that should change its rep, get one, or finds none
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

assignments as (

    select * from {{ ref('int_territory__assignment') }}

    where reason is not null

),

workloads as (

    select * from {{ ref('int_territory__workload') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

final as (

    select
        assignments.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        assignments.customer_id,
        segments.customer_name,
        case
            when assignments.to_rep_id is null then 'UNASSIGNED'
            when assignments.from_rep_id is null then 'ASSIGN'
            else 'MOVE'
        end as status,
        assignments.from_rep_id,
        from_reps.rep_name as from_rep_name,
        assignments.to_rep_id,
        to_reps.rep_name as to_rep_name,
        assignments.is_remote,
        assignments.is_locked,
        assignments.reason,
        segments.territory_id,
        segments.lifecycle_status,
        segments.potential_class,
        segments.potential_amount,
        segments.net_revenue_amount as moved_revenue_amount,
        segments.contribution_amount as moved_contribution_amount,
        workloads.workload_source,
        assignments.from_minutes,
        assignments.to_minutes,
        cast(assignments.to_minutes - assignments.from_minutes as decimal(18, 4)) as delta_workload_minutes,
        cast(assignments.to_travel_minutes - assignments.from_travel_minutes as decimal(18, 4)) as delta_travel_minutes

    from assignments

    inner join quarters
        on assignments.quarter_start_date = quarters.quarter_start_date

    inner join segments
        on assignments.quarter_start_date = segments.quarter_start_date
        and assignments.customer_id = segments.customer_id

    inner join workloads
        on assignments.quarter_start_date = workloads.quarter_start_date
        and assignments.customer_id = workloads.customer_id

    left join reps as from_reps
        on assignments.from_rep_id = from_reps.rep_id

    left join reps as to_reps
        on assignments.to_rep_id = to_reps.rep_id

)

select * from final
