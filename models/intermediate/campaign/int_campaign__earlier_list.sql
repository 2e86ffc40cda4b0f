-- grain: one customer whose earlier lists speak against selecting it, per campaign and, without a campaign, per quarter to come
with

basis as (

    select * from {{ ref('int_campaign__selection_basis') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

calendar as (

    select * from {{ ref('policy_campaign_calendar') }}

),

listed as (

    select * from {{ source('ledger', 'campaign_target') }}

),

published_ids as (

    select * from {{ ref('int_customer__published_id') }}

),

-- Every version counts: a customer who was dropped from a later version was contacted all the same. One that was merged
-- since the list was issued is found under its survivor, a prospect that has a debtor by now under that.
issued as (

    select distinct
        listed.campaign_id,
        listed.quarter_start_date,
        coalesce(published_ids.customer_id, listed.customer_id) as customer_id,
        listed.arm

    from listed

    left join published_ids
        on listed.customer_id = published_ids.published_customer_id

),

-- A focus is proposed for a quarter before any list of that quarter is issued, and the proposal stays the same afterwards.
asked as (

    select
        campaign_id,
        quarter_start_date,
        campaign_cooldown_quarters

    from basis

    union all

    select
        cast(null as varchar) as campaign_id,
        {{ add_months('quarters.quarter_start_date', 3) }} as quarter_start_date,
        policy.campaign_cooldown_quarters

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

compared as (

    select
        asked.campaign_id,
        asked.quarter_start_date,
        issued.customer_id,
        issued.arm,
        coalesce(calendar.status = 'ACTIVE', false) as is_active,
        {{ quarter_index_of('asked.quarter_start_date') }} - {{ quarter_index_of('issued.quarter_start_date') }}
            as quarters_ago,
        asked.campaign_cooldown_quarters

    from asked

    inner join issued
        on asked.quarter_start_date >= issued.quarter_start_date
        and case
            when asked.campaign_id is null then asked.quarter_start_date > issued.quarter_start_date
            else asked.campaign_id <> issued.campaign_id
        end

    left join calendar
        on issued.campaign_id = calendar.campaign_id

),

summarised as (

    select
        campaign_id,
        quarter_start_date,
        customer_id,
        max(case when is_active then 1 else 0 end) = 1 as is_in_active_campaign,
        max(case when arm = 'CONTROL' and quarters_ago = 1 then 1 else 0 end) = 1 as is_control_of_last_quarter,
        max(
            case when arm = 'TREATMENT' and quarters_ago between 1 and campaign_cooldown_quarters then 1 else 0 end
        ) = 1 as is_in_cool_down

    from compared

    group by
        campaign_id,
        quarter_start_date,
        customer_id

)

select * from summarised

where is_in_active_campaign or is_control_of_last_quarter or is_in_cool_down
