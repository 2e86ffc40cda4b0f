-- grain: one customer of an issued campaign list, in the latest version of the list
with

targets as (

    select * from {{ source('ledger', 'campaign_target') }}

),

issued as (

    select * from {{ ref('int_campaign__issued_list') }}

),

latest as (

    select
        targets.*,
        issued.snapshot_quarter_start_date

    from targets

    inner join issued
        on targets.campaign_id = issued.campaign_id
        and targets.list_version = issued.list_version

)

select * from latest
