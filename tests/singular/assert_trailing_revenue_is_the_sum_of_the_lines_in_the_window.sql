-- The trailing twelve months of all customers of a quarter add up to the lines posted from trailing_start_date to as_of_date, by amount and by
-- count. Guards against a quarter too many or too few in the expansion, and against a customer with lines who is missing from the spine.
{{ config(meta={'dagster': {'ref': {'name': 'int_revenue__by_customer_quarter'}}}) }}

with

revenue as (

    select * from {{ ref('int_revenue__by_customer_quarter') }}

),

invoice_line as (

    select * from {{ ref('fct_invoice_line') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

by_day as (

    select
        posting_date,
        count(*) as line_count,
        sum(net_amount) as net_amount

    from invoice_line

    group by posting_date

),

expected as (

    select
        quarters.quarter_start_date,
        coalesce(sum(by_day.line_count), 0) as line_count,
        coalesce(sum(by_day.net_amount), 0) as net_amount

    from quarters

    left join by_day
        on by_day.posting_date between quarters.trailing_start_date and quarters.as_of_date

    group by quarters.quarter_start_date

),

actual as (

    select
        quarter_start_date,
        sum(invoice_line_count) as line_count,
        sum(net_revenue_amount) as net_amount

    from revenue

    group by quarter_start_date

)

select
    expected.quarter_start_date,
    expected.line_count as expected_line_count,
    actual.line_count,
    expected.net_amount as expected_net_amount,
    actual.net_amount

from expected

left join actual
    on expected.quarter_start_date = actual.quarter_start_date

where
    expected.line_count <> coalesce(actual.line_count, 0)
    or expected.net_amount <> coalesce(actual.net_amount, 0)
