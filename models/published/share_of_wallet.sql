-- grain: one customer, product group or total, and quarter
with

shares as (

    select * from {{ ref('int_potential__share_of_wallet') }}

),

profits as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

final as (

    select
        shares.quarter_start_date,
        shares.as_of_date,
        shares.customer_id,
        shares.product_group,
        shares.product_group = {{ total_product_group() }} as is_total,
        shares.net_revenue_amount,
        shares.wallet_amount,
        shares.wallet_source,
        shares.sow_ratio,
        shares.wallet_gap_amount,
        shares.attainable_sow_ratio,
        shares.opportunity_amount,
        profits.sow_profit_ratio,
        shares.declared_wallet_amount,
        shares.declared_date,
        shares.norm_wallet_amount,
        shares.model_wallet_amount,
        shares.no_wallet_reason,
        {{ flags({
            'DECLARED_GROUPS_ONLY': 'shares.is_sum_of_declared_groups',
            'INTERCOMPANY': 'not shares.is_in_population',
            'NEGATIVE_REVENUE': 'shares.net_revenue_amount < 0',
            'NO_ATTAINABLE_SHARE': 'shares.sow_ratio is not null and shares.attainable_sow_ratio is null',
            'NO_WALLET': 'shares.wallet_amount is null',
            'PARTIAL_YEAR': 'shares.is_partial_year',
            'UNKNOWN_REVENUE': 'shares.net_revenue_amount is null',
            'WALLET_BELOW_REVENUE': 'shares.is_wallet_below_revenue',
        }) }} as flags

    from shares

    left join profits
        -- One key instead of two: rows of groups have none and match nothing.
        on case when shares.product_group = {{ total_product_group() }} then shares.profile_number end = profits.profile_number

)

select * from final
