-- grain: one shipped order
with

orders as (

    select
        {{ source_key('cast(order_id as varchar)') }} as order_id,
        {{ source_key('customer_id') }} as erp_customer_id,
        shipped_date,
        freight,
        _data_source

    from {{ source('raw_northwind', 'orders') }}

),

reporting_currency as (

    select max_by(value, valid_from) as currency_code
    from {{ ref('policy_parameter') }}
    where parameter = 'reporting_currency'

),

shipped as (

    select
        orders.order_id as delivery_id,
        orders.erp_customer_id,
        orders.order_id,
        orders.shipped_date as delivered_date,
        orders.freight as freight_amount,
        reporting_currency.currency_code,
        orders._data_source as data_source,
        orders._data_source

    from orders

    cross join reporting_currency

    where orders.shipped_date is not null

)

select * from shipped
