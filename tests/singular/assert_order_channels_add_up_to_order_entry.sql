-- The cost of the channels is the order-entry cost to serve of the same customers and months, and their orders are its drivers. Guards against minutes or
-- orders that one of the two counts and the other does not. A window without any measured cost has the policy's value instead.
{{ config(meta={'dagster': {'ref': {'name': 'order_channels'}}}) }}

with

entries as (

    select
        windows.quarter_start_date,
        classes.threshold_class,
        sum(entries.driver_quantity) as order_count,
        sum(entries.cost_amount) as cost_amount

    from {{ ref('fct_cost_to_serve') }} as entries

    inner join {{ ref('int_cost__window') }} as windows
        on entries.month_start_date = windows.month_start_date

    inner join {{ ref('int_threshold__by_customer_quarter') }} as classes
        on entries.customer_id = classes.customer_id
        and windows.quarter_start_date = classes.quarter_start_date

    where entries.activity = 'order_entry' and classes.threshold_class is not null

    group by windows.quarter_start_date, classes.threshold_class

),

channels as (

    select
        order_channels.quarter_start_date,
        order_channels.threshold_class,
        max(order_channels.cost_source) as cost_source,
        sum(order_channels.order_count) as order_count,
        sum(order_channels.order_cost_amount) as order_cost_amount

    from {{ ref('order_channels') }} as order_channels

    inner join {{ ref('dim_quarter') }} as quarters
        on order_channels.quarter_start_date = quarters.quarter_start_date

    group by order_channels.quarter_start_date, order_channels.threshold_class

)

select
    coalesce(entries.quarter_start_date, channels.quarter_start_date) as quarter_start_date,
    coalesce(entries.threshold_class, channels.threshold_class) as threshold_class,
    entries.order_count as expected_count,
    channels.order_count,
    entries.cost_amount as expected_amount,
    channels.order_cost_amount

from entries

full join channels
    on entries.quarter_start_date = channels.quarter_start_date
    and entries.threshold_class = channels.threshold_class

where
    entries.order_count is distinct from channels.order_count
    or (channels.cost_source is distinct from 'policy' and entries.cost_amount is distinct from channels.order_cost_amount)
