-- grain: one customer and quarter of the run; amounts of the trailing twelve months
with

customer_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

revenue as (

    select * from {{ ref('int_revenue__by_customer_quarter') }}

),

cost_to_serve as (

    select * from {{ ref('int_cost__by_customer_quarter') }}

),

joined as (

    select
        customer_by_quarter.customer_id,
        customer_by_quarter.quarter_start_date,
        customer_by_quarter.as_of_date,
        revenue.list_amount,
        revenue.discount_amount,
        revenue.net_revenue_amount,
        revenue.cost_of_goods_amount,
        revenue.gross_margin_amount,
        cost_to_serve.cost_to_serve_amount,
        cost_to_serve.imputed_amount,
        coalesce(cost_to_serve.is_imputed_included, false) as is_imputed_included,
        cast(revenue.gross_margin_amount - cost_to_serve.cost_to_serve_amount as decimal(18, 2)) as contribution_amount,
        -- Who bought nothing and cost nothing is not ranked, nor is a company of our own group.
        customer_by_quarter.is_in_population
        and (revenue.invoice_line_count > 0 or coalesce(cost_to_serve.cost_to_serve_amount, 0) <> 0) as is_ranked,
        customer_by_quarter.is_in_population,
        customer_by_quarter.has_credit_notes_only,
        customer_by_quarter.has_incomplete_history,
        revenue.is_partial_year,
        revenue.has_estimated_cost,
        revenue.has_missing_cost,
        revenue.has_no_cost,
        revenue.has_missing_list,
        revenue.has_positive_credit_note

    from customer_by_quarter

    inner join revenue
        on customer_by_quarter.customer_id = revenue.customer_id
        and customer_by_quarter.quarter_start_date = revenue.quarter_start_date

    left join cost_to_serve
        on customer_by_quarter.customer_id = cost_to_serve.customer_id
        and customer_by_quarter.quarter_start_date = cost_to_serve.quarter_start_date

),

ranks as (

    select
        customer_id,
        quarter_start_date,
        case
            when net_revenue_amount is not null
                then rank() over (partition by quarter_start_date order by net_revenue_amount desc nulls last)
        end as rank_revenue,
        case
            when contribution_amount is not null
                then rank() over (partition by quarter_start_date order by contribution_amount desc nulls last)
        end as rank_contribution

    from joined

    where is_ranked

),

final as (

    select
        joined.*,
        ranks.rank_revenue,
        ranks.rank_contribution

    from joined

    left join ranks
        on joined.customer_id = ranks.customer_id
        and joined.quarter_start_date = ranks.quarter_start_date

)

select * from final
