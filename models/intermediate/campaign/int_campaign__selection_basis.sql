-- grain: one campaign whose snapshot quarter belongs to the run
with

calendar as (

    select * from {{ ref('policy_campaign_calendar') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

issued as (

    select campaign_id from {{ ref('int_campaign__issued_list') }}

),

basis as (

    select
        calendar.campaign_id,
        calendar.campaign_type,
        calendar.quarter_start_date,
        calendar.capacity_count,
        calendar.salt,
        coalesce(calendar.control_ratio, policy.campaign_control_ratio) as control_ratio,
        coalesce(calendar.rep_capacity_ratio, policy.campaign_rep_capacity_ratio) as rep_capacity_ratio,
        quarters.quarter_start_date as snapshot_quarter_start_date,
        quarters.as_of_date as snapshot_date,
        policy.campaign_touches_per_customer,
        policy.campaign_cooldown_quarters,
        policy.theoretical_minutes_per_fte_month,
        policy.practical_capacity_ratio,
        policy.reporting_currency,
        issued.campaign_id is not null as is_issued

    from calendar

    inner join quarters
        on {{ add_months('calendar.quarter_start_date', -3) }} = quarters.quarter_start_date

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    left join issued
        on calendar.campaign_id = issued.campaign_id

    -- A campaign that is over and was never issued had no list; none is made up for it afterwards.
    where calendar.status in ('PLANNED', 'ACTIVE') or issued.campaign_id is not null

)

select * from basis
