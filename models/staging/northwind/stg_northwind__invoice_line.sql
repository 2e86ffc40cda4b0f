-- grain: one order line
with

order_details as (

    select
        {{ source_key('cast(order_id as varchar)') }} as order_id,
        {{ source_key('cast(product_id as varchar)') }} as product_id,
        row_number() over (partition by _data_source, order_id order by product_id) as line_number,
        quantity,
        cast(unit_price as decimal(12, 4)) * cast(quantity as decimal(9, 0)) as list_value,
        cast(1 - discount as decimal(7, 6)) as price_ratio,
        _data_source

    from {{ source('raw_northwind', 'order_details') }}

),

orders as (

    select
        {{ source_key('cast(order_id as varchar)') }} as order_id,
        {{ source_key('customer_id') }} as erp_customer_id,
        order_date

    from {{ source('raw_northwind', 'orders') }}

),

reporting_currency as (

    select max_by(value, valid_from) as currency_code
    from {{ ref('policy_parameter') }}
    where parameter = 'reporting_currency'

),

-- the source has no invoices: a line counts as billed on the day of its order
billed as (

    select
        order_details.order_id as invoice_id,
        order_details.line_number,
        'invoice' as document_type,
        orders.erp_customer_id,
        order_details.product_id,
        order_details.order_id,
        orders.order_date as posting_date,
        order_details.quantity,
        cast(round(order_details.list_value, 2) as decimal(18, 2)) as list_amount,
        cast(round(order_details.list_value * order_details.price_ratio, 2) as decimal(18, 2)) as net_amount,
        reporting_currency.currency_code,
        order_details._data_source as data_source,
        order_details._data_source

    from order_details

    left join orders
        on order_details.order_id = orders.order_id

    cross join reporting_currency

)

select * from billed
