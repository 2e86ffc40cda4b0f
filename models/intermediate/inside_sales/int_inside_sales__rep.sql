-- grain: one inside rep at work on the last day counted of a quarter, and the contacts a year that it can make
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

    where rep_role = 'inside'

),

at_work as (

    select
        quarters.quarter_start_date,
        reps.rep_id,
        reps.team,
        reps.territory_id,
        reps.full_time_equivalent is null as is_full_time_assumed,
        cast(
            floor(
                least(policy.inside_contacts_per_day, policy.inside_contacts_per_day_high)
                * policy.working_days_per_year
                * coalesce(reps.full_time_equivalent, cast(1 as decimal(18, 4)))
            ) as integer
        ) as capacity_contacts

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    inner join reps
        on
        quarters.as_of_date >= coalesce(reps.active_from, quarters.as_of_date)
        and quarters.as_of_date <= coalesce(reps.active_to, quarters.as_of_date)

),

final as (

    select * from at_work

    where capacity_contacts > 0

)

select * from final
