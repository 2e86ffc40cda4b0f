-- Treated customers of a list do not exceed the campaign's capacity.
{{ config(meta={'dagster': {'ref': {'name': 'campaign_targets'}}}) }}

with

targets as (

    select *

    from {{ ref('campaign_targets') }}

    where arm = 'TREATMENT'

),

calendar as (

    select * from {{ ref('campaign_calendar') }}

)

select
    targets.campaign_id,
    max(calendar.capacity_count) as capacity_count,
    count(*) as treated_count

from targets

inner join calendar
    on targets.campaign_id = calendar.campaign_id

-- An issued list stands even if the calendar's capacity was lowered afterwards.
where targets.list_version = 0

group by targets.campaign_id

having count(*) > max(calendar.capacity_count)
