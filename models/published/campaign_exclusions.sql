-- grain: one customer per campaign
{{ config(incremental_strategy='campaign_partition') }}

with

candidates as (

    select * from {{ ref('int_campaign__candidate') }}

),

issued as (

    select * from {{ ref('int_campaign__issued_target') }}

),

-- A customer on an issued list was not excluded when it was issued.
excluded as (

    select
        candidates.quarter_start_date,
        candidates.campaign_id,
        candidates.customer_id,
        candidates.exclusion_reason as reason,
        candidates.exclusion_reasons as reasons,
        candidates.score,
        candidates.snapshot_quarter_start_date

    from candidates

    left join issued
        on candidates.campaign_id = issued.campaign_id
        and candidates.customer_id = issued.customer_id

    where
        candidates.exclusion_reason is not null
        and issued.customer_id is null

)

select * from excluded
