-- grain: one billed line
with

delivered as (

    {{ union_connectors('invoice_line') }}

),

typed as (

    select
        cast(invoice_id as varchar) as invoice_id,
        cast(line_number as integer) as line_number,
        cast(document_type as varchar) as document_type,
        cast(erp_customer_id as varchar) as erp_customer_id,
        cast(product_id as varchar) as product_id,
        cast(order_id as varchar) as order_id,
        cast(posting_date as date) as posting_date,
        cast(quantity as decimal(18, 4)) as quantity,
        cast(list_amount as decimal(18, 2)) as list_amount,
        cast(net_amount as decimal(18, 2)) as net_amount,
        cast(cost_amount as decimal(18, 2)) as cost_amount,
        cast(currency_code as varchar) as currency_code,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
