-- grain: one customer per campaign
{{ config(incremental_strategy='campaign_partition') }}

with

issued_lists as (

    select * from {{ ref('int_campaign__issued_list') }}

),

issued as (

    select * from {{ ref('int_campaign__issued_target') }}

),

proposed as (

    select * from {{ ref('int_campaign__selection') }}

),

-- A list that was issued is shown as it was issued, whatever has become of its customers since.
targets as (

    select
        quarter_start_date,
        campaign_id,
        customer_id,
        arm,
        rank,
        score,
        driver,
        evidence,
        owner_rep_id,
        channel,
        stratum,
        list_version,
        frozen_at,
        snapshot_quarter_start_date

    from issued

    union all

    select
        quarter_start_date,
        campaign_id,
        customer_id,
        arm,
        rank,
        score,
        driver,
        evidence,
        owner_rep_id,
        channel,
        stratum,
        0 as list_version,
        cast(null as timestamp) as frozen_at,
        snapshot_quarter_start_date

    from proposed

    where campaign_id not in (select issued_lists.campaign_id from issued_lists)

)

select * from targets
