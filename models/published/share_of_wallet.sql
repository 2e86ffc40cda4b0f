-- grain: one customer, product group or total, and quarter
with

shares as (

    select * from {{ ref('int_potential__share_of_wallet') }}

),

profits as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

allocations as (

    select * from {{ ref('int_potential__wallet_allocation') }}

),

-- What can be won in the groups that the customer buys from us already.
bought_groups as (

    select
        profile_number,
        sum(opportunity_amount) as opportunity_amount

    from shares

    where product_group <> {{ total_product_group() }} and net_revenue_amount > 0

    group by profile_number

),

needs as (

    select
        shares.*,
        cast(
            case
                when shares.opportunity_amount is null then null
                when shares.product_group = {{ total_product_group() }}
                    then least(shares.opportunity_amount, coalesce(bought_groups.opportunity_amount, 0))
                when shares.net_revenue_amount > 0 then shares.opportunity_amount
                else 0
            end as decimal(18, 2)
        ) as existing_need_amount

    from shares

    left join bought_groups
        on
        case when shares.product_group = {{ total_product_group() }} then shares.profile_number end
        = bought_groups.profile_number

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
        shares.existing_need_amount,
        cast(shares.opportunity_amount - shares.existing_need_amount as decimal(18, 2)) as developable_need_amount,
        profits.sow_profit_ratio,
        allocations.allocation_rule_ratio,
        cast(shares.sow_ratio - allocations.allocation_rule_ratio as decimal(9, 6)) as allocation_rule_difference_ratio,
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

    from needs as shares

    left join profits
        -- One key instead of two: rows of groups have none and match nothing.
        on case when shares.product_group = {{ total_product_group() }} then shares.profile_number end = profits.profile_number

    left join allocations
        on
        case when shares.product_group = {{ total_product_group() }} then shares.customer_id end = allocations.customer_id
        and shares.quarter_start_date = allocations.quarter_start_date

)

select * from final
