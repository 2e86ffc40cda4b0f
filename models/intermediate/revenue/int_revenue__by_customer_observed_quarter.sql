-- grain: one customer and quarter, of the run or tested from; amounts of the trailing twelve months
with

customer_by_quarter as (

    select * from {{ ref('int_customer__by_observed_quarter') }}

),

quarters as (

    select * from {{ ref('int_quarter__observed') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

posting_quarter as (

    select * from {{ ref('int_revenue__by_customer_posting_quarter') }}

),

in_window as (

    select
        posting_quarter.customer_id,
        quarters.quarter_start_date,
        sum(posting_quarter.list_amount) as list_amount,
        sum(posting_quarter.net_revenue_amount) as net_revenue_amount,
        sum(posting_quarter.cost_of_goods_amount) as cost_of_goods_amount,
        sum(posting_quarter.invoice_line_count) as invoice_line_count,
        sum(posting_quarter.missing_list_count) as missing_list_count,
        sum(posting_quarter.missing_net_count) as missing_net_count,
        sum(posting_quarter.missing_cost_count) as missing_cost_count,
        sum(posting_quarter.estimated_cost_count) as estimated_cost_count,
        sum(posting_quarter.positive_credit_count) as positive_credit_count

    from posting_quarter

    inner join quarters
        on {{ in_trailing_window(
            'posting_quarter.posting_quarter_index',
            'posting_quarter.is_in_provisional_window',
            'quarters.quarter_index',
            'quarters.is_provisional',
        ) }}

    group by
        posting_quarter.customer_id,
        quarters.quarter_start_date

),

-- Nothing bought is 0.00; an amount of which a part is unknown is NULL.
completed as (

    select
        customer_by_quarter.customer_id,
        customer_by_quarter.quarter_start_date,
        customer_by_quarter.as_of_date,
        customer_by_quarter.first_invoice_date,
        customer_by_quarter.observed_since_date,
        quarters.trailing_start_date,
        policy.annualisation_minimum_days,
        coalesce(in_window.missing_list_count, 0) > 0 as has_missing_list,
        coalesce(in_window.missing_cost_count, 0) > 0 as has_missing_cost,
        coalesce(in_window.missing_cost_count = in_window.invoice_line_count, false) as has_no_cost,
        coalesce(in_window.estimated_cost_count, 0) > 0 as has_estimated_cost,
        coalesce(in_window.positive_credit_count, 0) > 0 as has_positive_credit_note,
        cast(coalesce(in_window.invoice_line_count, 0) as bigint) as invoice_line_count,
        cast(case when coalesce(in_window.missing_list_count, 0) = 0 then coalesce(in_window.list_amount, 0) end as decimal(18, 2)) as list_amount,
        cast(case when coalesce(in_window.missing_net_count, 0) = 0 then coalesce(in_window.net_revenue_amount, 0) end as decimal(18, 2)) as net_revenue_amount,
        cast(case when coalesce(in_window.missing_cost_count, 0) = 0 then coalesce(in_window.cost_of_goods_amount, 0) end as decimal(18, 2)) as cost_of_goods_amount

    from customer_by_quarter

    inner join quarters
        on customer_by_quarter.quarter_start_date = quarters.quarter_start_date

    inner join policy
        on customer_by_quarter.quarter_start_date = policy.quarter_start_date

    left join in_window
        on customer_by_quarter.customer_id = in_window.customer_id
        and customer_by_quarter.quarter_start_date = in_window.quarter_start_date

),

measured as (

    select
        *,
        {{ dbt.datediff('observed_since_date', 'as_of_date', 'day') }} + 1 as observed_day_count,
        {{ dbt.datediff('trailing_start_date', 'as_of_date', 'day') }} + 1 as window_day_count

    from completed

),

final as (

    select
        customer_id,
        quarter_start_date,
        list_amount,
        cast(list_amount - net_revenue_amount as decimal(18, 2)) as discount_amount,
        net_revenue_amount,
        cost_of_goods_amount,
        cast(net_revenue_amount - cost_of_goods_amount as decimal(18, 2)) as gross_margin_amount,
        invoice_line_count,
        observed_since_date > trailing_start_date as is_partial_year,
        case
            when observed_since_date = trailing_start_date then net_revenue_amount
            when observed_day_count >= annualisation_minimum_days
                then {{ scale_amount('net_revenue_amount', 'window_day_count', 'observed_day_count') }}
        end as annualised_net_revenue_amount,
        has_estimated_cost,
        has_missing_cost,
        has_no_cost,
        has_missing_list,
        has_positive_credit_note

    from measured

)

select * from final
