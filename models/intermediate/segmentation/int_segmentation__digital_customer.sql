-- grain: one customer without a rep per quarter, whose orders are mostly digital
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

customers_without_rep as (

    select *

    from {{ ref('dim_customer') }}

    where rep_id is null

),

orders as (

    select *

    from {{ ref('input_layer__sales_order') }}

    where order_channel is not null

),

crosswalk as (

    select *

    from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

orders_by_day as (

    select
        customers_without_rep.customer_id,
        cast(orders.ordered_at as date) as order_date,
        count(*) as order_count,
        count(case when orders.order_channel in ('edi', 'shop') then 1 end) as digital_order_count

    from orders

    inner join crosswalk
        on orders.erp_customer_id = crosswalk.source_id

    inner join customers_without_rep
        on crosswalk.customer_id = customers_without_rep.customer_id

    group by
        customers_without_rep.customer_id,
        cast(orders.ordered_at as date)

),

trailing_orders as (

    select
        quarters.quarter_start_date,
        orders_by_day.customer_id,
        sum(orders_by_day.order_count) as order_count,
        sum(orders_by_day.digital_order_count) as digital_order_count

    from orders_by_day

    inner join quarters
        on orders_by_day.order_date between quarters.trailing_start_date and quarters.as_of_date

    group by
        quarters.quarter_start_date,
        orders_by_day.customer_id

),

mostly_digital as (

    select
        quarter_start_date,
        customer_id,
        cast(order_count as integer) as order_count,
        cast(digital_order_count as integer) as digital_order_count

    from trailing_orders

    where digital_order_count * 2 > order_count

)

select * from mostly_digital
