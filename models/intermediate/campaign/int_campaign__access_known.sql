-- grain: one quarter
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

contacts as (

    select
        count(*) as contact_count,
        count(case when contact_role = 'decider' then 1 end) as decider_count,
        count(case when contact_role = 'decider' then access_level end) as rated_decider_count

    from {{ ref('input_layer__contact') }}

),

activities as (

    select
        cast(started_at as date) as activity_date,
        count(*) as activity_count,
        count(contact_id) as named_count

    from {{ ref('input_layer__activity') }}

    group by 1

),

by_quarter as (

    select
        quarters.quarter_start_date,
        coalesce(sum(activities.activity_count), 0) as activity_count,
        coalesce(sum(activities.named_count), 0) as named_count

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    left join activities
        on activities.activity_date between {{ add_days('quarters.as_of_date', '-1 * policy.access_maximum_age_days') }} and quarters.as_of_date

    group by quarters.quarter_start_date

),

-- Who was reached can be told only where contacts are known with role and access level and activities name them.
-- Otherwise nobody lacks access, as far as anyone knows.
final as (

    select
        by_quarter.quarter_start_date,
        case
            when contacts.contact_count = 0 then 'NO_CONTACTS'
            when contacts.decider_count = 0 then 'NO_DECIDERS'
            when contacts.rated_decider_count = 0 then 'NO_ACCESS_LEVELS'
            when by_quarter.activity_count = 0 then 'NO_ACTIVITIES'
            when by_quarter.named_count = 0 then 'NO_CONTACTS_ON_ACTIVITIES'
        end as unknown_reason

    from by_quarter

    cross join contacts

)

select * from final
