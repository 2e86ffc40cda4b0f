-- grain: one customer left out of an issued campaign list, in the latest version of the list
{{ config(materialized='view') }}

with

excluded as (

    select * from {{ source('ledger', 'campaign_exclusion') }}

),

issued as (

    select * from {{ ref('int_campaign__issued_list') }}

),

latest as (

    select
        excluded.campaign_id,
        excluded.quarter_start_date,
        excluded.customer_id,
        excluded.reason,
        excluded.reasons,
        excluded.score,
        excluded.list_version,
        issued.snapshot_quarter_start_date

    from excluded

    inner join issued
        on excluded.campaign_id = issued.campaign_id
        and excluded.list_version = issued.list_version

)

select * from latest
