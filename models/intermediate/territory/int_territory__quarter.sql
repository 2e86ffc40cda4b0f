-- grain: the quarter of the run for which territories are planned: the last closed one, the running one where none is closed
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

last_closed as (

    select max(quarter_start_date) as quarter_start_date

    from quarters

    where not is_provisional

),

final as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        quarters.trailing_start_date,
        policy.territory_handover_minutes as handover_minutes,
        policy.territory_balance_weight as balance_weight,
        policy.territory_maximum_moved_ratio as maximum_moved_ratio,
        policy.territory_maximum_distance_km as maximum_distance_km,
        policy.territory_travel_minutes_per_km as travel_minutes_per_km,
        policy.territory_lock_contact_count as lock_contact_count

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    cross join last_closed

    where quarters.quarter_start_date = coalesce(last_closed.quarter_start_date, quarters.quarter_start_date)

)

select * from final
