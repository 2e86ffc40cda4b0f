-- grain: one order
with

orders as (

    select
        {{ source_key('cast(order_id as varchar)') }} as order_id,
        {{ source_key('customer_id') }} as erp_customer_id,
        order_date,
        {{ source_key('cast(employee_id as varchar)') }} as rep_id,
        _data_source

    from {{ source('raw_northwind', 'orders') }}

),

lines_by_order as (

    select
        order_id,
        count(*) as line_count,
        sum(net_amount) as net_amount

    from {{ ref('stg_northwind__invoice_line') }}

    group by order_id

),

reporting_currency as (

    select max_by(value, valid_from) as currency_code
    from {{ ref('policy_parameter') }}
    where parameter = 'reporting_currency'

),

joined as (

    select
        orders.order_id,
        orders.erp_customer_id,
        cast(orders.order_date as timestamp) as ordered_at,
        coalesce(lines_by_order.line_count, 0) as line_count,
        lines_by_order.net_amount,
        orders.rep_id,
        reporting_currency.currency_code,
        orders._data_source as data_source,
        orders._data_source

    from orders

    left join lines_by_order
        on orders.order_id = lines_by_order.order_id

    cross join reporting_currency

)

select * from joined
