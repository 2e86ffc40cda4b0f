-- grain: one campaign
{{ config(materialized='table') }}

with

calendar as (

    select * from {{ ref('policy_campaign_calendar') }}

),

issued as (

    select
        campaign_id,
        max(list_version) as list_version,
        max(frozen_at) as frozen_at

    from {{ ref('int_campaign__issued_target') }}

    group by campaign_id

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
        issued.frozen_at

    from calendar

    left join issued
        on calendar.campaign_id = issued.campaign_id

)

select * from final
