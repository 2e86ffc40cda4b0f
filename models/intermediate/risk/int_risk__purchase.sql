-- grain: one customer and quarter with purchases in the months in which its usual interval is measured
{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('input_layer__sales_order') }}

),

invoice_lines as (

    select * from {{ ref('input_layer__invoice_line') }}

    where document_type = 'invoice'

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

windows as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.trailing_start_date,
        {{ first_day_of_months_ending('quarters.as_of_date', 'policy.risk_interval_months') }} as interval_start_date

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

-- Several orders of a day are one purchase. A negative order takes goods back and is none.
order_days as (

    select
        crosswalk.customer_id,
        cast(orders.ordered_at as date) as purchase_date

    from orders

    inner join crosswalk
        on orders.erp_customer_id = crosswalk.source_id

    where orders.net_amount is null or orders.net_amount >= 0

    group by 1, 2

),

by_orders as (

    select
        order_days.customer_id,
        windows.quarter_start_date,
        count(*) as purchase_day_count,
        count(case when order_days.purchase_date >= windows.trailing_start_date then 1 end) as trailing_purchase_day_count,
        min(order_days.purchase_date) as first_purchase_date,
        max(order_days.purchase_date) as last_purchase_date

    from order_days

    inner join windows
        on order_days.purchase_date between windows.interval_start_date and windows.as_of_date

    group by order_days.customer_id, windows.quarter_start_date

),

-- Whose orders are not known is known by its invoices. Both at once would count a purchase twice.
without_orders as (

    select
        customers_by_quarter.customer_id,
        windows.quarter_start_date,
        windows.as_of_date,
        windows.trailing_start_date,
        windows.interval_start_date

    from customers_by_quarter

    inner join windows
        on customers_by_quarter.quarter_start_date = windows.quarter_start_date

    left join by_orders
        on customers_by_quarter.customer_id = by_orders.customer_id
        and customers_by_quarter.quarter_start_date = by_orders.quarter_start_date

    where
        by_orders.customer_id is null
        and customers_by_quarter.last_invoice_date >= windows.interval_start_date

),

invoice_days as (

    select
        crosswalk.customer_id,
        invoice_lines.posting_date as purchase_date

    from invoice_lines

    inner join crosswalk
        on invoice_lines.erp_customer_id = crosswalk.source_id

    where crosswalk.customer_id in (select without_orders.customer_id from without_orders)

    group by 1, 2

),

by_invoices as (

    select
        without_orders.customer_id,
        without_orders.quarter_start_date,
        count(*) as purchase_day_count,
        count(case when invoice_days.purchase_date >= without_orders.trailing_start_date then 1 end) as trailing_purchase_day_count,
        min(invoice_days.purchase_date) as first_purchase_date,
        max(invoice_days.purchase_date) as last_purchase_date

    from without_orders

    inner join invoice_days
        on without_orders.customer_id = invoice_days.customer_id
        and invoice_days.purchase_date between without_orders.interval_start_date and without_orders.as_of_date

    group by without_orders.customer_id, without_orders.quarter_start_date

),

final as (

    select
        customer_id,
        quarter_start_date,
        'order' as purchase_source,
        purchase_day_count,
        trailing_purchase_day_count,
        first_purchase_date,
        last_purchase_date

    from by_orders

    union all

    select
        customer_id,
        quarter_start_date,
        'invoice' as purchase_source,
        purchase_day_count,
        trailing_purchase_day_count,
        first_purchase_date,
        last_purchase_date

    from by_invoices

)

select * from final
