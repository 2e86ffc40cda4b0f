-- grain: one customer per campaign
{{ config(incremental_strategy='campaign_partition') }}

with

issued_lists as (

    select * from {{ ref('int_campaign__issued_list') }}

),

issued as (

    select * from {{ ref('int_campaign__issued_exclusion') }}

),

proposed as (

    select * from {{ ref('int_campaign__place') }}

    where reason is not null

),

-- Of a list that was issued stays on record who was left out on that day, whatever has become of the reasons since.
excluded as (

    select
        quarter_start_date,
        campaign_id,
        customer_id,
        reason,
        reasons,
        score,
        snapshot_quarter_start_date,
        list_version

    from issued

    union all

    select
        quarter_start_date,
        campaign_id,
        customer_id,
        reason,
        reasons,
        score,
        snapshot_quarter_start_date,
        0 as list_version

    from proposed

    where campaign_id not in (select issued_lists.campaign_id from issued_lists)

)

select * from excluded
