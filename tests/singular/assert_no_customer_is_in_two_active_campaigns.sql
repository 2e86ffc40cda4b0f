-- A customer is on the issued list of at most one active campaign. Guards against two reps who work on the same customer for different goals,
-- and against effects that cannot be told apart.
{{ config(meta={'dagster': {'ref': {'name': 'campaign_targets'}}}) }}

with

targets as (

    select *

    from {{ ref('campaign_targets') }}

    where list_version > 0

),

active_campaigns as (

    select *

    from {{ ref('campaign_calendar') }}

    where status = 'ACTIVE'

)

select
    targets.customer_id,
    count(*) as campaign_count

from targets

inner join active_campaigns
    on targets.campaign_id = active_campaigns.campaign_id

group by targets.customer_id

having count(*) > 1
