-- grain: one customer, product group and quarter of posting; the part that reaches into a provisional window apart
with

invoice_line as (

    select * from {{ ref('fct_invoice_line') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

-- At most one quarter, the running one, is provisional. Its window begins within the quarter a year before.
provisional_window as (

    select min(trailing_start_date) as trailing_start_date

    from quarters

    where is_provisional

),

aggregated as (

    select
        invoice_line.customer_id,
        invoice_line.product_group,
        invoice_line.quarter_start_date as posting_quarter_start_date,
        coalesce(
            invoice_line.quarter_start_date = {{ quarter_start_of('provisional_window.trailing_start_date') }}
            and invoice_line.posting_date >= provisional_window.trailing_start_date,
            false
        ) as is_in_provisional_window,
        sum(invoice_line.list_amount) as list_amount,
        sum(invoice_line.net_amount) as net_revenue_amount,
        sum(invoice_line.cost_amount) as cost_of_goods_amount,
        count(*) as invoice_line_count,
        count(*) - count(invoice_line.list_amount) as missing_list_count,
        count(*) - count(invoice_line.net_amount) as missing_net_count,
        count(*) - count(invoice_line.cost_amount) as missing_cost_count,
        count(case when invoice_line.is_cost_estimated then 1 end) as estimated_cost_count,
        count(case when invoice_line.document_type <> 'invoice' and invoice_line.net_amount > 0 then 1 end) as positive_credit_count,
        min(invoice_line.posting_date) as first_posting_date,
        min(case when invoice_line.document_type = 'invoice' then invoice_line.posting_date end) as first_invoice_date,
        max(case when invoice_line.document_type = 'invoice' then invoice_line.posting_date end) as last_invoice_date

    from invoice_line

    cross join provisional_window

    group by 1, 2, 3, 4

),

final as (

    select
        customer_id,
        product_group,
        posting_quarter_start_date,
        {{ quarter_index_of('posting_quarter_start_date') }} as posting_quarter_index,
        is_in_provisional_window,
        cast(list_amount as decimal(18, 2)) as list_amount,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(cost_of_goods_amount as decimal(18, 2)) as cost_of_goods_amount,
        cast(invoice_line_count as bigint) as invoice_line_count,
        cast(missing_list_count as bigint) as missing_list_count,
        cast(missing_net_count as bigint) as missing_net_count,
        cast(missing_cost_count as bigint) as missing_cost_count,
        cast(estimated_cost_count as bigint) as estimated_cost_count,
        cast(positive_credit_count as bigint) as positive_credit_count,
        first_posting_date,
        first_invoice_date,
        last_invoice_date

    from aggregated

)

select * from final
