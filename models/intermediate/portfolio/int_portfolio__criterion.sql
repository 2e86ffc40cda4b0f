-- grain: one criterion per quarter
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

criteria as (

    select * from {{ ref('policy_criterion') }}

),

-- The rows of the latest set that has begun by the last day counted.
in_force as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        criteria.criterion_id,
        criteria.axis,
        criteria.weight,
        criteria.direction,
        criteria.scale_min,
        criteria.scale_max,
        criteria.source,
        criteria.metric,
        criteria.max_age_days,
        criteria.weakest_action,
        criteria.campaign_type

    from quarters

    inner join criteria
        on quarters.as_of_date >= criteria.valid_from

    qualify rank() over (partition by quarters.quarter_start_date order by criteria.valid_from desc) = 1

),

final as (

    select
        *,
        cast(sum(weight) over (partition by quarter_start_date, axis) as decimal(18, 4)) as axis_weight

    from in_force

)

select * from final
