-- grain: one customer, quarter and resource pool with a personal contact in the trailing twelve months
with

worked as (

    select * from {{ ref('fct_cost_to_serve') }}

    where cost_bucket in ('customer', 'acquisition')

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
        worked.resource_pool,
        sum(worked.minutes) as minutes,
        sum(worked.cost_amount) as cost_amount,
        count(*) - count(worked.cost_amount) as unknown_count

    from worked

    inner join contact_types
        on worked.activity = contact_types.activity

    group by worked.customer_id, worked.month_start_date, worked.resource_pool

),

final as (

    select
        by_month.customer_id,
        windows.quarter_start_date,
        by_month.resource_pool,
        cast(sum(by_month.minutes) as decimal(18, 4)) as minutes,
        -- The cost of a part says nothing about the whole.
        cast(case when sum(by_month.unknown_count) = 0 then sum(by_month.cost_amount) end as decimal(18, 2)) as cost_amount

    from by_month

    inner join windows
        on by_month.month_start_date = windows.month_start_date

    group by by_month.customer_id, windows.quarter_start_date, by_month.resource_pool

)

select * from final
