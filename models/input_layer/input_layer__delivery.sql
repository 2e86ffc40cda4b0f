-- grain: one delivery
with

delivered as (

    {{ union_connectors('delivery') }}

),

typed as (

    select
        cast(delivery_id as varchar) as delivery_id,
        cast(erp_customer_id as varchar) as erp_customer_id,
        cast(order_id as varchar) as order_id,
        cast(delivered_date as date) as delivered_date,
        cast(weight_kg as decimal(18, 4)) as weight_kg,
        cast(parcel_count as integer) as parcel_count,
        cast(is_express as boolean) as is_express,
        cast(freight_amount as decimal(18, 2)) as freight_amount,
        cast(currency_code as varchar) as currency_code,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
