-- grain: one customer, product group and quarter of the run with lines in the trailing twelve months
with

by_group as (

    select * from {{ ref('int_revenue__by_customer_group_posting_quarter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

in_window as (

    select
        by_group.customer_id,
        by_group.product_group,
        quarters.quarter_start_date,
        sum(by_group.missing_net_count) as missing_net_count,
        sum(by_group.net_revenue_amount) as net_revenue_amount,
        sum(by_group.invoice_line_count) as invoice_line_count

    from by_group

    inner join quarters
        on {{ in_trailing_window(
            'by_group.posting_quarter_index',
            'by_group.is_in_provisional_window',
            'quarters.quarter_index',
            'quarters.is_provisional',
        ) }}

    group by
        by_group.customer_id,
        by_group.product_group,
        quarters.quarter_start_date

),

final as (

    select
        customer_id,
        coalesce(product_group, 'unknown') as product_group,
        quarter_start_date,
        cast(case when missing_net_count = 0 then net_revenue_amount end as decimal(18, 2)) as net_revenue_amount,
        cast(invoice_line_count as bigint) as invoice_line_count

    from in_window

)

select * from final
