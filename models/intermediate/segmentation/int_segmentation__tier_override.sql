-- grain: one customer and quarter with an approved tier in force on its last day counted
{{ config(materialized='view') }}

with

overrides as (

    select * from {{ ref('policy_tier_override') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

in_force as (

    select
        quarters.quarter_start_date,
        overrides.customer_id,
        overrides.tier,
        overrides.valid_from

    from overrides

    inner join quarters
        on overrides.valid_from <= quarters.as_of_date
        and overrides.approved_date <= quarters.as_of_date

    where
        overrides.approver_id <> overrides.requester_id
        and (overrides.valid_until is null or quarters.as_of_date <= overrides.valid_until)

),

final as (

    select
        quarter_start_date,
        customer_id,
        tier

    from in_force

    qualify row_number() over (
        partition by quarter_start_date, customer_id
        order by valid_from desc
    ) = 1

)

select * from final
