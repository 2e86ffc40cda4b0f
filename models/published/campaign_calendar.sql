-- grain: one campaign
{{ config(materialized='table') }}

with

calendar as (

    select * from {{ ref('policy_campaign_calendar') }}

),

issued as (

    select * from {{ ref('int_campaign__issued_list') }}

),

final as (

    select
        calendar.campaign_id,
        calendar.quarter_start_date,
        calendar.campaign_type,
        calendar.owner,
        calendar.goal,
        calendar.status,
        calendar.capacity_count,
        calendar.control_ratio,
        calendar.planned_effect_amount,
        calendar.description,
        coalesce(issued.list_version, 0) as list_version,
        issued.frozen_at,
        calendar.rep_capacity_ratio

    from calendar

    left join issued
        on calendar.campaign_id = issued.campaign_id

)

select * from final
