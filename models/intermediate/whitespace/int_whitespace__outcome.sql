-- grain: one customer, product group and quarter whose next twelve months are over: what came of it
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

customers as (

    select * from {{ ref('int_whitespace__customer') }}

),

product_groups as (

    select * from {{ ref('int_whitespace__product_group') }}

),

group_revenue as (

    select * from {{ ref('int_revenue__by_customer_group_quarter') }}

),

-- The twelve months after a quarter are the trailing twelve months of the one a year later.
completed as (

    select
        recommended.quarter_start_date,
        outcome.quarter_start_date as outcome_quarter_start_date

    from quarters as recommended

    inner join quarters as outcome
        on recommended.quarter_index + 4 = outcome.quarter_index

    where not outcome.is_provisional

),

revenue_before as (

    select
        completed.quarter_start_date,
        group_revenue.customer_id,
        group_revenue.product_group,
        group_revenue.net_revenue_amount

    from completed

    inner join group_revenue
        on completed.quarter_start_date = group_revenue.quarter_start_date

),

revenue_next as (

    select
        completed.quarter_start_date,
        group_revenue.customer_id,
        group_revenue.product_group,
        group_revenue.net_revenue_amount

    from completed

    inner join group_revenue
        on completed.outcome_quarter_start_date = group_revenue.quarter_start_date

),

paired as (

    select
        coalesce(revenue_before.quarter_start_date, revenue_next.quarter_start_date) as quarter_start_date,
        coalesce(revenue_before.customer_id, revenue_next.customer_id) as customer_id,
        coalesce(revenue_before.product_group, revenue_next.product_group) as product_group,
        revenue_before.customer_id is not null as is_bought,
        revenue_before.net_revenue_amount,
        revenue_next.net_revenue_amount as next_net_revenue_amount

    from revenue_before

    full outer join revenue_next
        on
        revenue_before.quarter_start_date = revenue_next.quarter_start_date
        and revenue_before.customer_id = revenue_next.customer_id
        and revenue_before.product_group = revenue_next.product_group

),

final as (

    select
        paired.quarter_start_date,
        paired.customer_id,
        paired.product_group,
        paired.is_bought,
        paired.is_bought
        and coalesce(paired.net_revenue_amount > 0, false)
        and coalesce(customers.employee_count > 0, false)
        and not customers.is_partial_year as is_comparable,
        coalesce(paired.next_net_revenue_amount > 0, false) as is_bought_next,
        coalesce(paired.next_net_revenue_amount > paired.net_revenue_amount, false) as is_grown_next

    from paired

    inner join customers
        on
        paired.quarter_start_date = customers.quarter_start_date
        and paired.customer_id = customers.customer_id

    inner join product_groups
        on
        paired.quarter_start_date = product_groups.quarter_start_date
        and paired.product_group = product_groups.product_group

    where customers.peer_scope is not null and product_groups.is_active

)

select * from final
