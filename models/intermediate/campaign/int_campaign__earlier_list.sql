-- grain: one customer per campaign whose earlier lists speak against selecting the customer
with

basis as (

    select * from {{ ref('int_campaign__selection_basis') }}

),

calendar as (

    select * from {{ ref('policy_campaign_calendar') }}

),

listed as (

    select * from {{ source('ledger', 'campaign_target') }}

),

crosswalk as (

    select *

    from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

-- Every version counts: a customer who was dropped from a later version was contacted all the same. One that was merged
-- since the list was issued is found under its survivor.
issued as (

    select distinct
        listed.campaign_id,
        listed.quarter_start_date,
        coalesce(crosswalk.customer_id, listed.customer_id) as customer_id,
        listed.arm

    from listed

    left join crosswalk
        on listed.customer_id = crosswalk.source_id

),

compared as (

    select
        basis.campaign_id,
        issued.customer_id,
        issued.arm,
        coalesce(calendar.status = 'ACTIVE', false) as is_active,
        {{ quarter_index_of('basis.quarter_start_date') }} - {{ quarter_index_of('issued.quarter_start_date') }}
            as quarters_ago,
        basis.campaign_cooldown_quarters

    from basis

    inner join issued
        on basis.campaign_id <> issued.campaign_id
        and basis.quarter_start_date >= issued.quarter_start_date

    left join calendar
        on issued.campaign_id = calendar.campaign_id

),

summarised as (

    select
        campaign_id,
        customer_id,
        max(case when is_active then 1 else 0 end) = 1 as is_in_active_campaign,
        max(case when arm = 'CONTROL' and quarters_ago = 1 then 1 else 0 end) = 1 as is_control_of_last_quarter,
        max(
            case when arm = 'TREATMENT' and quarters_ago between 1 and campaign_cooldown_quarters then 1 else 0 end
        ) = 1 as is_in_cool_down

    from compared

    group by
        campaign_id,
        customer_id

)

select * from summarised

where is_in_active_campaign or is_control_of_last_quarter or is_in_cool_down
