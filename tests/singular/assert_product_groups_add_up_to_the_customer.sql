-- The revenue of a customer by product group adds up to its revenue, in every quarter. Guards against lines without a product that are in the
-- one and not in the other.
{{ config(meta={'dagster': {'ref': {'name': 'int_revenue__by_customer_group_quarter'}}}) }}

with

by_group as (

    select
        customer_id,
        quarter_start_date,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(invoice_line_count) as invoice_line_count

    from {{ ref('int_revenue__by_customer_group_quarter') }}

    group by
        customer_id,
        quarter_start_date

),

by_customer as (

    select * from {{ ref('int_revenue__by_customer_quarter') }}

)

select
    coalesce(by_customer.customer_id, by_group.customer_id) as customer_id,
    coalesce(by_customer.quarter_start_date, by_group.quarter_start_date) as quarter_start_date,
    by_customer.net_revenue_amount,
    by_group.net_revenue_amount as net_revenue_amount_by_group

from by_customer

full outer join by_group
    on by_customer.customer_id = by_group.customer_id
    and by_customer.quarter_start_date = by_group.quarter_start_date

where
    coalesce(by_customer.invoice_line_count, 0) <> coalesce(by_group.invoice_line_count, 0)
    or coalesce(by_customer.net_revenue_amount, 0) <> coalesce(by_group.net_revenue_amount, 0)
