-- grain: one customer and quarter of posting; the part that reaches into a provisional window apart
with

by_group as (

    select * from {{ ref('int_revenue__by_customer_group_posting_quarter') }}

),

aggregated as (

    select
        customer_id,
        posting_quarter_start_date,
        posting_quarter_index,
        is_in_provisional_window,
        cast(sum(list_amount) as decimal(18, 2)) as list_amount,
        cast(sum(net_revenue_amount) as decimal(18, 2)) as net_revenue_amount,
        cast(sum(cost_of_goods_amount) as decimal(18, 2)) as cost_of_goods_amount,
        cast(sum(invoice_line_count) as bigint) as invoice_line_count,
        cast(sum(missing_list_count) as bigint) as missing_list_count,
        cast(sum(missing_net_count) as bigint) as missing_net_count,
        cast(sum(missing_cost_count) as bigint) as missing_cost_count,
        cast(sum(estimated_cost_count) as bigint) as estimated_cost_count,
        cast(sum(positive_credit_count) as bigint) as positive_credit_count,
        min(first_posting_date) as first_posting_date,
        min(first_invoice_date) as first_invoice_date,
        max(last_invoice_date) as last_invoice_date

    from by_group

    group by
        customer_id,
        posting_quarter_start_date,
        posting_quarter_index,
        is_in_provisional_window

)

select * from aggregated
