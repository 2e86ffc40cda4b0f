-- grain: one customer, product group of which it buys little, and quarter
{{ config(materialized='view') }}

with

customers as (

    select * from {{ ref('int_whitespace__customer') }}

),

limits as (

    select * from {{ ref('int_whitespace__up_sell_limit') }}

),

group_revenue as (

    select * from {{ ref('int_revenue__by_customer_group_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- Less than a year of purchases is little for another reason.
purchases as (

    select
        customers.quarter_start_date,
        customers.customer_id,
        customers.peer_industry,
        customers.size_class,
        customers.employee_count,
        customers.is_peer,
        group_revenue.product_group,
        group_revenue.net_revenue_amount,
        {{ purchase_intensity('group_revenue.net_revenue_amount', 'customers.employee_count') }} as intensity_amount

    from customers

    inner join group_revenue
        on
        customers.quarter_start_date = group_revenue.quarter_start_date
        and customers.customer_id = group_revenue.customer_id

    where
        not customers.is_partial_year
        and customers.employee_count > 0
        and group_revenue.net_revenue_amount > 0

),

-- No outcome of the quantile is above the one without the lowest value: who reaches it needs no look at the others.
compared as (

    select
        purchases.quarter_start_date,
        purchases.customer_id,
        purchases.product_group,
        limits.peer_scope,
        purchases.peer_industry,
        limits.peer_size_class as size_class,
        purchases.employee_count,
        purchases.net_revenue_amount,
        purchases.intensity_amount,
        limits.peer_count,
        limits.buyer_count,
        limits.sized_buyer_count,
        {{ leave_one_out_quantile('lower', 'case when purchases.is_peer then purchases.intensity_amount end') }} as lower_intensity_amount,
        {{ leave_one_out_quantile('typical', 'case when purchases.is_peer then purchases.intensity_amount end') }} as typical_intensity_amount

    from purchases

    inner join limits
        on
        purchases.quarter_start_date = limits.quarter_start_date
        and purchases.peer_industry = limits.peer_industry
        and purchases.size_class = limits.size_class
        and purchases.product_group = limits.product_group
        and purchases.is_peer = limits.is_peer
        and purchases.intensity_amount < limits.lower_without_low

),

below_lower as (

    select
        *,
        cast(
            round(typical_intensity_amount * cast(employee_count as decimal(12, 0)), 2) - net_revenue_amount as decimal(18, 2)
        ) as expected_amount

    from compared

    where intensity_amount < lower_intensity_amount

),

final as (

    select
        below_lower.quarter_start_date,
        below_lower.customer_id,
        below_lower.product_group,
        below_lower.peer_scope,
        below_lower.peer_industry,
        below_lower.size_class,
        below_lower.peer_count,
        below_lower.buyer_count,
        below_lower.sized_buyer_count,
        cast(cast(below_lower.buyer_count as decimal(18, 6)) / below_lower.peer_count as decimal(9, 6)) as peer_penetration_ratio,
        below_lower.net_revenue_amount,
        below_lower.intensity_amount,
        below_lower.lower_intensity_amount,
        below_lower.typical_intensity_amount,
        below_lower.expected_amount

    from below_lower

    inner join policy
        on below_lower.quarter_start_date = policy.quarter_start_date

    where below_lower.expected_amount > 0 and below_lower.expected_amount >= policy.whitespace_minimum_amount

)

select * from final
