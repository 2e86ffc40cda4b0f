-- grain: one order
with

delivered as (

    {{ union_connectors('sales_order') }}

),

typed as (

    select
        cast(order_id as varchar) as order_id,
        cast(erp_customer_id as varchar) as erp_customer_id,
        cast(ordered_at as timestamp) as ordered_at,
        cast(order_channel as varchar) as order_channel,
        cast(is_manual as boolean) as is_manual,
        cast(line_count as integer) as line_count,
        cast(change_count as integer) as change_count,
        cast(is_special_quote as boolean) as is_special_quote,
        cast(quote_minutes as decimal(18, 4)) as quote_minutes,
        cast(ship_to_id as varchar) as ship_to_id,
        cast(net_amount as decimal(18, 2)) as net_amount,
        cast(surcharge_amount as decimal(18, 2)) as surcharge_amount,
        cast(rep_id as varchar) as rep_id,
        cast(currency_code as varchar) as currency_code,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
