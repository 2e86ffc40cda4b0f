-- grain: one product group and quarter with lines of anyone in the trailing twelve months
with

by_group as (

    select * from {{ ref('int_revenue__by_customer_group_posting_quarter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- The margin rests on purchases whose cost is known in full.
by_posting_quarter as (

    select
        product_group,
        posting_quarter_index,
        is_in_provisional_window,
        sum(case when missing_cost_count = 0 and missing_net_count = 0 then net_revenue_amount end) as costed_revenue_amount,
        sum(case when missing_cost_count = 0 and missing_net_count = 0 then cost_of_goods_amount end) as cost_of_goods_amount,
        max(last_invoice_date) as last_invoice_date

    from by_group

    where product_group is not null

    group by product_group, posting_quarter_index, is_in_provisional_window

),

in_window as (

    select
        by_posting_quarter.product_group,
        quarters.quarter_start_date,
        quarters.as_of_date,
        sum(by_posting_quarter.costed_revenue_amount) as costed_revenue_amount,
        sum(by_posting_quarter.cost_of_goods_amount) as cost_of_goods_amount,
        max(by_posting_quarter.last_invoice_date) as last_invoice_date

    from by_posting_quarter

    inner join quarters
        on {{ in_trailing_window(
            'by_posting_quarter.posting_quarter_index',
            'by_posting_quarter.is_in_provisional_window',
            'quarters.quarter_index',
            'quarters.is_provisional',
        ) }}

    group by
        by_posting_quarter.product_group,
        quarters.quarter_start_date,
        quarters.as_of_date

),

final as (

    select
        in_window.product_group,
        in_window.quarter_start_date,
        in_window.last_invoice_date,
        coalesce(
            in_window.last_invoice_date
            >= {{ first_day_of_months_ending('in_window.as_of_date', 'policy.whitespace_group_active_months') }},
            false
        ) as is_active,
        case
            when in_window.costed_revenue_amount > 0
                then cast(
                    (in_window.costed_revenue_amount - in_window.cost_of_goods_amount) / in_window.costed_revenue_amount
                    as decimal(9, 6)
                )
        end as margin_ratio

    from in_window

    inner join policy
        on in_window.quarter_start_date = policy.quarter_start_date

)

select * from final
