-- grain: one customer and quarter with a personal contact in the trailing twelve months
{{ config(materialized='view') }}

with

worked as (

    select * from {{ ref('int_cost__driver_by_customer_month') }}

    where customer_id is not null

),

windows as (

    select * from {{ ref('int_cost__window') }}

),

-- A contact is what is a touch of some channel; fairs and the work on quotes are none.
contact_types as (

    select distinct activity from {{ ref('policy_channel_touch') }}

),

by_month as (

    select
        worked.customer_id,
        worked.month_start_date,
        sum(worked.minutes) as minutes,
        sum(case when worked.activity = 'visit' then worked.minutes else 0 end) as visit_minutes,
        sum(case when worked.activity = 'visit' then worked.driver_quantity else 0 end) as visit_count

    from worked

    inner join contact_types
        on worked.activity = contact_types.activity

    group by
        worked.customer_id,
        worked.month_start_date

),

final as (

    select
        by_month.customer_id,
        windows.quarter_start_date,
        cast(sum(by_month.minutes) as decimal(18, 4)) as minutes,
        cast(sum(by_month.visit_minutes) as decimal(18, 4)) as visit_minutes,
        cast(sum(by_month.visit_count) as decimal(18, 4)) as visit_count

    from by_month

    inner join windows
        on by_month.month_start_date = windows.month_start_date

    group by
        by_month.customer_id,
        windows.quarter_start_date

)

select * from final
