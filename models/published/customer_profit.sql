-- grain: one customer per quarter; amounts of the trailing twelve months
with

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

customer as (

    select * from {{ ref('dim_customer') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

joined as (

    select
        profit.quarter_start_date,
        profit.as_of_date,
        quarters.is_provisional,
        profit.customer_id,
        customer.customer_name,
        profit.list_amount,
        profit.discount_amount,
        profit.net_revenue_amount,
        profit.cost_of_goods_amount,
        profit.gross_margin_amount,
        profit.cost_to_serve_amount,
        profit.contribution_amount,
        cast(profit.rank_revenue as bigint) as rank_revenue,
        cast(profit.rank_contribution as bigint) as rank_contribution,
        cast(profit.rank_revenue - profit.rank_contribution as bigint) as rank_delta,
        profit.imputed_amount,
        -- A share of a revenue that is not positive says nothing.
        case
            when profit.net_revenue_amount > 0
                then cast(profit.cost_to_serve_amount / profit.net_revenue_amount as decimal(28, 6))
        end as cost_to_serve_ratio,
        wallets.potential_profit_amount,
        cast(wallets.potential_profit_amount - profit.contribution_amount as decimal(18, 2)) as profit_gap_amount,
        case
            when profit.is_ranked and wallets.potential_profit_amount is not null
                then cast(
                    rank() over (
                        partition by profit.quarter_start_date, profit.is_ranked
                        order by wallets.potential_profit_amount desc nulls last
                    ) as bigint
                )
        end as rank_potential_profit,
        wallets.cost_assumption,
        {{ flags({
            'CREDIT_NOTES_ONLY': 'profit.has_credit_notes_only',
            'ESTIMATED_COST': 'profit.has_estimated_cost',
            'IDENTITY_DOUBTFUL': 'customer.match_flags is not null',
            'IMPUTED_COST_INCLUDED': 'profit.is_imputed_included',
            'INCOMPLETE_HISTORY': 'profit.has_incomplete_history',
            'INTERCOMPANY': 'not profit.is_in_population',
            'MISSING_COST': 'profit.has_missing_cost and not profit.has_no_cost',
            'MISSING_LIST_AMOUNT': 'profit.has_missing_list',
            'NEGATIVE_CONTRIBUTION': 'profit.contribution_amount < 0',
            'NEGATIVE_REVENUE': 'profit.net_revenue_amount < 0',
            'NO_COST_DATA': 'profit.has_no_cost',
            'NO_COST_TO_SERVE_DATA': 'profit.cost_to_serve_amount is null',
            'NO_POTENTIAL_PROFIT': 'wallets.potential_profit_amount is null',
            'NO_RECEIVABLE_DATA': 'profit.imputed_amount is null',
            'PARTIAL_YEAR': 'profit.is_partial_year',
            'POSITIVE_CREDIT_NOTE': 'profit.has_positive_credit_note',
        }) }} as flags

    from profit

    left join wallets
        on profit.customer_id = wallets.customer_id
        and profit.quarter_start_date = wallets.quarter_start_date

    inner join customer
        on profit.customer_id = customer.customer_id

    inner join quarters
        on profit.quarter_start_date = quarters.quarter_start_date

)

select * from joined
