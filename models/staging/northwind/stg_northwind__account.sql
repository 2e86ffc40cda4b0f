-- grain: one customer
with

customers as (

    select
        {{ source_key('customer_id') }} as account_id,
        {{ clean_text('company_name') }} as account_name,
        {{ northwind_country_code(clean_text('country')) }} as country_code,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('city') }} as city,
        _data_source

    from {{ source('raw_northwind', 'customers') }}

),

orders as (

    select
        {{ source_key('customer_id') }} as account_id,
        {{ source_key('cast(employee_id as varchar)') }} as rep_id,
        order_date,
        order_id

    from {{ source('raw_northwind', 'orders') }}

),

-- who took the latest order looks after the customer
latest_order as (

    select
        account_id,
        rep_id

    from orders

    qualify row_number() over (
        partition by account_id
        order by order_date desc, order_id desc
    ) = 1

),

joined as (

    select
        customers.account_id,
        customers.account_name,
        case when latest_order.account_id is null then 'prospect' else 'customer' end as account_status,
        customers.country_code,
        customers.postal_code,
        customers.city,
        latest_order.rep_id as owner_rep_id,
        customers._data_source as data_source,
        customers._data_source

    from customers

    left join latest_order
        on customers.account_id = latest_order.account_id

)

select * from joined
