-- grain: one issued campaign
{{ config(materialized='view') }}

with

listed as (

    select * from {{ source('ledger', 'campaign_list') }}

),

targets as (

    select * from {{ source('ledger', 'campaign_target') }}

),

-- A list may have become empty in its latest version, and one of before versions had a row of their own has customers only.
versions as (

    select
        campaign_id,
        quarter_start_date,
        list_version,
        frozen_at,
        snapshot_quarter_start_date

    from listed

    union all

    select distinct
        campaign_id,
        quarter_start_date,
        list_version,
        frozen_at,
        cast(null as date) as snapshot_quarter_start_date

    from targets

),

latest as (

    select
        campaign_id,
        quarter_start_date,
        list_version,
        frozen_at,
        coalesce(snapshot_quarter_start_date, {{ add_months('quarter_start_date', -3) }}) as snapshot_quarter_start_date

    from versions

    qualify row_number() over (
        partition by campaign_id
        order by list_version desc, snapshot_quarter_start_date is null, frozen_at
    ) = 1

)

select * from latest
