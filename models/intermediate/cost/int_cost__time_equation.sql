-- grain: one activity and month
with

months as (

    select * from {{ ref('int_cost__month') }}

),

activities as (

    select * from {{ ref('policy_activity') }}

),

equations as (

    select * from {{ ref('policy_time_equation') }}

),

activity_in_force as (

    select
        months.month_start_date,
        months.month_end_date,
        activities.activity,
        activities.resource_pool,
        activities.resource_pool_without_rep

    from months

    inner join activities
        on months.month_end_date >= activities.valid_from

    qualify row_number() over (
        partition by months.month_start_date, activities.activity
        order by activities.valid_from desc
    ) = 1

),

term_in_force as (

    select
        months.month_start_date,
        equations.activity,
        equations.driver,
        equations.minutes_per_unit

    from months

    inner join equations
        on months.month_end_date >= equations.valid_from

    qualify row_number() over (
        partition by months.month_start_date, equations.activity, equations.driver
        order by equations.valid_from desc
    ) = 1

),

term_by_driver as (

    select
        month_start_date,
        activity,
        max(case when driver = 'event' then minutes_per_unit end) as event_minutes,
        max(case when driver = 'line' then minutes_per_unit end) as line_minutes,
        max(case when driver = 'manual' then minutes_per_unit end) as manual_minutes,
        max(case when driver = 'special_quote' then minutes_per_unit end) as special_quote_minutes,
        max(case when driver = 'change' then minutes_per_unit end) as change_minutes,
        max(case when driver = 'parcel' then minutes_per_unit end) as parcel_minutes,
        max(case when driver = 'kilogram' then minutes_per_unit end) as kilogram_minutes,
        max(case when driver = 'express' then minutes_per_unit end) as express_minutes,
        max(case when driver = 'with_return' then minutes_per_unit end) as with_return_minutes,
        max(case when driver = 'unrecorded_travel' then minutes_per_unit end) as unrecorded_travel_minutes

    from term_in_force

    group by month_start_date, activity

),

-- A driver that the policy does not name takes no time.
final as (

    select
        activity_in_force.month_start_date,
        activity_in_force.month_end_date,
        activity_in_force.activity,
        activity_in_force.resource_pool,
        activity_in_force.resource_pool_without_rep,
        coalesce(term_by_driver.event_minutes, 0) as event_minutes,
        coalesce(term_by_driver.line_minutes, 0) as line_minutes,
        coalesce(term_by_driver.manual_minutes, 0) as manual_minutes,
        coalesce(term_by_driver.special_quote_minutes, 0) as special_quote_minutes,
        coalesce(term_by_driver.change_minutes, 0) as change_minutes,
        coalesce(term_by_driver.parcel_minutes, 0) as parcel_minutes,
        coalesce(term_by_driver.kilogram_minutes, 0) as kilogram_minutes,
        coalesce(term_by_driver.express_minutes, 0) as express_minutes,
        coalesce(term_by_driver.with_return_minutes, 0) as with_return_minutes,
        coalesce(term_by_driver.unrecorded_travel_minutes, 0) as unrecorded_travel_minutes

    from activity_in_force

    left join term_by_driver
        on activity_in_force.month_start_date = term_by_driver.month_start_date
        and activity_in_force.activity = term_by_driver.activity

)

select * from final
