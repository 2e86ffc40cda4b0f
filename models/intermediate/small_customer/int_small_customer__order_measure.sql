-- grain: one customer and quarter with orders; orders of the trailing twelve months
{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('int_small_customer__order') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

by_order_quarter as (

    select
        customer_id,
        {{ quarter_index_of('order_quarter_start_date') }} as order_quarter_index,
        is_in_provisional_window,
        count(*) as order_count,
        count(case when is_below_minimum then 1 end) as below_minimum_order_count,
        count(case when is_shiftable then 1 end) as shiftable_order_count,
        bool_or(is_shiftable is null) as has_unknown_entry,
        sum(surcharge_due_amount) as surcharge_due_amount,
        sum(surcharge_amount) as surcharge_billed_amount,
        bool_or(net_amount is null) as has_missing_value,
        bool_or(is_below_minimum and surcharge_amount is null) as has_missing_surcharge,
        bool_or(is_address_assumed) as has_missing_ship_to

    from orders

    group by customer_id, order_quarter_start_date, is_in_provisional_window

),

in_window as (

    select
        by_order_quarter.customer_id,
        quarters.quarter_start_date,
        sum(by_order_quarter.order_count) as order_count,
        sum(by_order_quarter.below_minimum_order_count) as below_minimum_order_count,
        sum(by_order_quarter.shiftable_order_count) as shiftable_order_count,
        bool_or(by_order_quarter.has_unknown_entry) as has_unknown_entry,
        sum(by_order_quarter.surcharge_due_amount) as surcharge_due_amount,
        sum(by_order_quarter.surcharge_billed_amount) as surcharge_billed_amount,
        bool_or(by_order_quarter.has_missing_value) as has_missing_value,
        bool_or(by_order_quarter.has_missing_surcharge) as has_missing_surcharge,
        bool_or(by_order_quarter.has_missing_ship_to) as has_missing_ship_to

    from by_order_quarter

    inner join quarters
        on {{ in_trailing_window(
            'by_order_quarter.order_quarter_index',
            'by_order_quarter.is_in_provisional_window',
            'quarters.quarter_index',
            'quarters.is_provisional',
        ) }}

    group by by_order_quarter.customer_id, quarters.quarter_start_date

),

-- What cannot be judged in part is NULL: an order without a value may be below the minimum, a surcharge that is due and
-- not recorded may have been billed.
final as (

    select
        customer_id,
        quarter_start_date,
        cast(order_count as bigint) as order_count,
        cast(case when not has_missing_value then below_minimum_order_count end as bigint) as below_minimum_order_count,
        cast(case when not has_missing_value then coalesce(surcharge_due_amount, 0) end as decimal(18, 2)) as surcharge_due_amount,
        cast(case when not has_missing_surcharge then coalesce(surcharge_billed_amount, 0) end as decimal(18, 2))
            as surcharge_billed_amount,
        cast(case when not has_unknown_entry then shiftable_order_count end as bigint) as shiftable_order_count,
        has_missing_value,
        has_missing_surcharge,
        has_missing_ship_to,
        has_unknown_entry

    from in_window

)

select * from final
