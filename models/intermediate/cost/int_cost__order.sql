-- grain: one order
{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('input_layer__sales_order') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

-- An order has at least one line. Who typed it in follows from the channel where it is not stated. What a person typed in could
-- have come by EDI or shop; an order that came that way and was typed in nevertheless would gain nothing by it.
final as (

    select
        orders.erp_customer_id,
        crosswalk.customer_id,
        orders.ordered_at,
        cast({{ dbt.date_trunc('month', 'orders.ordered_at') }} as date) as month_start_date,
        orders.order_channel,
        orders.ship_to_id,
        greatest(coalesce(orders.line_count, 1), 1) as line_count,
        coalesce(orders.is_manual, orders.order_channel in ('phone', 'email', 'fax', 'field'), false) as is_manual,
        case
            when orders.order_channel in ('edi', 'shop') then false
            when orders.is_manual is not null then orders.is_manual
            when orders.order_channel in ('phone', 'email', 'fax', 'field') then true
        end as is_shiftable,
        coalesce(orders.is_special_quote, false) as is_special_quote,
        greatest(coalesce(orders.change_count, 0), 0) as change_count,
        case when orders.quote_minutes > 0 then orders.quote_minutes end as quote_minutes,
        orders.line_count is null as has_unknown_lines,
        orders.line_count is null or (orders.is_manual is null and orders.order_channel is null) as has_unknown_driver,
        orders.net_amount,
        orders.surcharge_amount,
        orders.currency_code

    from orders

    left join crosswalk
        on orders.erp_customer_id = crosswalk.source_id

)

select * from final
