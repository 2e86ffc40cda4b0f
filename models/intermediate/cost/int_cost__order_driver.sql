-- grain: one customer, activity caused by orders and month
{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('int_cost__order') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

),

-- Time equations are linear: the sum over orders is the equation applied to sums, once for what was delivered and once
-- for orders in which a driver had to be assumed.
by_customer_month as (

    select
        customer_id,
        month_start_date,
        count(*) as order_count,
        sum(line_count) as line_count,
        sum(change_count) as change_count,
        count(case when is_manual then 1 end) as manual_count,
        count(case when is_special_quote then 1 end) as special_quote_count,
        count(case when has_unknown_driver then 1 end) as assumed_order_count,
        sum(case when has_unknown_driver then line_count else 0 end) as assumed_line_count,
        sum(case when has_unknown_driver then change_count else 0 end) as assumed_change_count,
        count(case when has_unknown_driver and is_manual then 1 end) as assumed_manual_count,
        count(case when has_unknown_driver and is_special_quote then 1 end) as assumed_special_quote_count,
        count(case when has_unknown_lines then 1 end) as unknown_line_count,
        count(case when is_special_quote or quote_minutes is not null then 1 end) as quote_count,
        count(case when is_special_quote and quote_minutes is null then 1 end) as unrecorded_quote_count,
        sum(quote_minutes) as quote_minutes

    from orders

    group by customer_id, month_start_date

),

order_entry as (

    select
        by_customer_month.customer_id,
        by_customer_month.month_start_date,
        equations.activity,
        equations.resource_pool,
        by_customer_month.order_count as driver_quantity,
        by_customer_month.order_count * equations.event_minutes
        + by_customer_month.line_count * equations.line_minutes
        + by_customer_month.manual_count * equations.manual_minutes
        + by_customer_month.special_quote_count * equations.special_quote_minutes
        + by_customer_month.change_count * equations.change_minutes as minutes,
        0 as measured_minutes,
        by_customer_month.assumed_order_count * equations.event_minutes
        + by_customer_month.assumed_line_count * equations.line_minutes
        + by_customer_month.assumed_manual_count * equations.manual_minutes
        + by_customer_month.assumed_special_quote_count * equations.special_quote_minutes
        + by_customer_month.assumed_change_count * equations.change_minutes as fallback_minutes

    from by_customer_month

    inner join equations
        on by_customer_month.month_start_date = equations.month_start_date
        and equations.activity = 'order_entry'

),

order_line_handling as (

    select
        by_customer_month.customer_id,
        by_customer_month.month_start_date,
        equations.activity,
        equations.resource_pool,
        by_customer_month.line_count as driver_quantity,
        by_customer_month.order_count * equations.event_minutes
        + by_customer_month.line_count * equations.line_minutes as minutes,
        0 as measured_minutes,
        by_customer_month.unknown_line_count * (equations.event_minutes + equations.line_minutes) as fallback_minutes

    from by_customer_month

    inner join equations
        on by_customer_month.month_start_date = equations.month_start_date
        and equations.activity = 'order_line_handling'

),

special_quote as (

    select
        by_customer_month.customer_id,
        by_customer_month.month_start_date,
        equations.activity,
        equations.resource_pool,
        by_customer_month.quote_count as driver_quantity,
        coalesce(by_customer_month.quote_minutes, 0)
        + by_customer_month.unrecorded_quote_count * equations.event_minutes as minutes,
        coalesce(by_customer_month.quote_minutes, 0) as measured_minutes,
        0 as fallback_minutes

    from by_customer_month

    inner join equations
        on by_customer_month.month_start_date = equations.month_start_date
        and equations.activity = 'special_quote'

    where by_customer_month.quote_count > 0

),

combined as (

    select * from order_entry

    union all

    select * from order_line_handling

    union all

    select * from special_quote

),

final as (

    select
        customer_id,
        month_start_date,
        activity,
        resource_pool,
        cast(driver_quantity as decimal(18, 4)) as driver_quantity,
        cast(minutes as decimal(18, 4)) as minutes,
        cast(measured_minutes as decimal(18, 4)) as measured_minutes,
        cast(fallback_minutes as decimal(18, 4)) as fallback_minutes

    from combined

)

select * from final
