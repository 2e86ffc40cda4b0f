-- grain: one customer per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

orders as (

    select * from {{ ref('input_layer__sales_order') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }} where source_type = 'erp'

),

responsible as (

    select
        customers.customer_id,
        customers.rep_id,
        reps.rep_role

    from customers

    left join reps
        on customers.rep_id = reps.rep_id

),

orders_without_rep as (

    select
        responsible.customer_id,
        cast(orders.ordered_at as date) as order_date,
        case when orders.order_channel in ('edi', 'shop') then 1 else 0 end as digital_order_count

    from orders

    inner join crosswalk
        on orders.erp_customer_id = crosswalk.source_id

    inner join responsible
        on crosswalk.customer_id = responsible.customer_id

    where
        responsible.rep_id is null
        and orders.order_channel is not null

),

trailing_orders as (

    select
        quarters.quarter_start_date,
        orders_without_rep.customer_id,
        count(*) as order_count,
        sum(orders_without_rep.digital_order_count) as digital_order_count

    from orders_without_rep

    inner join quarters
        on orders_without_rep.order_date between quarters.trailing_start_date and quarters.as_of_date

    group by
        quarters.quarter_start_date,
        orders_without_rep.customer_id

),

assigned as (

    select
        customers_by_quarter.quarter_start_date,
        customers_by_quarter.customer_id,
        case
            when responsible.rep_role = 'key_account' then 'KAM'
            when responsible.rep_role = 'field' then 'FIELD'
            when responsible.rep_role in ('inside', 'service') then 'INSIDE'
            when responsible.rep_id is null and trailing_orders.digital_order_count * 2 > trailing_orders.order_count then 'DIGITAL'
        end as current_channel

    from customers_by_quarter

    inner join responsible
        on customers_by_quarter.customer_id = responsible.customer_id

    left join trailing_orders
        on customers_by_quarter.customer_id = trailing_orders.customer_id
        and customers_by_quarter.quarter_start_date = trailing_orders.quarter_start_date

)

select * from assigned
