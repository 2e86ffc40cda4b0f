-- A customer is on a campaign's list or among its exclusions, never both.
{{ config(meta={'dagster': {'ref': {'name': 'campaign_targets'}}}) }}

with

targets as (

    select * from {{ ref('campaign_targets') }}

),

exclusions as (

    select * from {{ ref('campaign_exclusions') }}

)

select
    targets.campaign_id,
    targets.customer_id

from targets

inner join exclusions
    on targets.campaign_id = exclusions.campaign_id
    and targets.customer_id = exclusions.customer_id
