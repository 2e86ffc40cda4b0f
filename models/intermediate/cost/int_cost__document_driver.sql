-- grain: one customer and month with billed documents
{{ config(materialized='view') }}

with

invoice_lines as (

    select * from {{ ref('fct_invoice_line') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

    where activity = 'invoicing'

),

documents as (

    select distinct
        customer_id,
        cast({{ dbt.date_trunc('month', 'posting_date') }} as date) as month_start_date,
        data_source,
        invoice_id

    from invoice_lines

),

by_customer_month as (

    select
        customer_id,
        month_start_date,
        count(*) as document_count

    from documents

    group by customer_id, month_start_date

),

final as (

    select
        by_customer_month.customer_id,
        by_customer_month.month_start_date,
        equations.activity,
        equations.resource_pool,
        cast(by_customer_month.document_count as decimal(18, 4)) as driver_quantity,
        cast(by_customer_month.document_count * equations.event_minutes as decimal(18, 4)) as minutes,
        cast(0 as decimal(18, 4)) as measured_minutes,
        cast(0 as decimal(18, 4)) as fallback_minutes

    from by_customer_month

    inner join equations
        on by_customer_month.month_start_date = equations.month_start_date

)

select * from final
