-- grain: one rep (or UNASSIGNED) per quarter with customers that are to get less service
with

candidates as (

    select * from {{ ref('divestment_candidates') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

capacities as (

    select * from {{ ref('int_territory__rep') }}

),

by_rep as (

    select
        quarter_start_date,
        coalesce(rep_id, 'UNASSIGNED') as rep_id,
        count(*) as candidate_count,
        count(case when status = 'APPROVED' then 1 end) as approved_count,
        count(case when step = 'REPRICE' then 1 end) as reprice_count,
        count(case when step = 'SHIFT_CHANNEL' then 1 end) as shift_channel_count,
        count(case when step = 'MIN_SERVICE' then 1 end) as min_service_count,
        count(case when step = 'EXIT' then 1 end) as exit_count,
        sum(contribution_amount) as contribution_amount,
        sum(expected_contribution_amount) as expected_contribution_amount,
        count(freed_minutes) as known_count,
        sum(freed_minutes) as freed_minutes,
        sum(case when status = 'APPROVED' then freed_minutes else freed_minutes * 0 end) as approved_freed_minutes,
        sum(freed_amount) as freed_amount,
        sum(case when status = 'APPROVED' then freed_amount else 0 end) as approved_freed_amount

    from candidates

    group by quarter_start_date, coalesce(rep_id, 'UNASSIGNED')

),

final as (

    select
        by_rep.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        by_rep.rep_id,
        reps.rep_name,
        cast(by_rep.candidate_count as integer) as candidate_count,
        cast(by_rep.approved_count as integer) as approved_count,
        cast(by_rep.reprice_count as integer) as reprice_count,
        cast(by_rep.shift_channel_count as integer) as shift_channel_count,
        cast(by_rep.min_service_count as integer) as min_service_count,
        cast(by_rep.exit_count as integer) as exit_count,
        cast(by_rep.contribution_amount as decimal(18, 2)) as contribution_amount,
        cast(by_rep.expected_contribution_amount as decimal(18, 2)) as expected_contribution_amount,
        cast(by_rep.freed_minutes as decimal(18, 4)) as freed_minutes,
        cast(by_rep.approved_freed_minutes as decimal(18, 4)) as approved_freed_minutes,
        cast(by_rep.freed_amount as decimal(18, 2)) as freed_amount,
        cast(by_rep.approved_freed_amount as decimal(18, 2)) as approved_freed_amount,
        capacities.capacity_minutes,
        {{ share_of_total('by_rep.freed_minutes', 'capacities.capacity_minutes') }} as freed_ratio,
        {{ flags({
            'INACTIVE_REP': 'reps.active_to < quarters.as_of_date or reps.active_from > quarters.as_of_date',
            'NO_ACTIVITY_DATA': 'by_rep.known_count < by_rep.candidate_count',
            'NO_REP': "by_rep.rep_id = 'UNASSIGNED'",
            'UNKNOWN_REP': "reps.rep_id is null and by_rep.rep_id <> 'UNASSIGNED'",
        }) }} as flags

    from by_rep

    inner join quarters
        on by_rep.quarter_start_date = quarters.quarter_start_date

    left join reps
        on by_rep.rep_id = reps.rep_id

    left join capacities
        on by_rep.quarter_start_date = capacities.quarter_start_date
        and by_rep.rep_id = capacities.rep_id

)

select * from final
