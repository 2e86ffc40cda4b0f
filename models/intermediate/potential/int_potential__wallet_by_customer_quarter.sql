-- grain: one customer and quarter
with

shares as (

    select *

    from {{ ref('int_potential__share_of_wallet') }}

    where product_group = {{ total_product_group() }}

),

profits_today as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

measured as (

    select
        shares.profile_number,
        shares.quarter_start_date,
        shares.as_of_date,
        shares.customer_id,
        shares.is_in_population,
        shares.peer_industry,
        shares.wallet_amount,
        shares.wallet_source,
        shares.model_wallet_amount,
        shares.model_median_amount,
        shares.is_boosted,
        shares.is_wallet_below_revenue,
        shares.sow_ratio,
        shares.wallet_gap_amount,
        shares.attainable_sow_ratio,
        shares.opportunity_amount,
        profits_today.net_revenue_amount,
        profits_today.gross_margin_amount,
        profits_today.cost_to_serve_amount,
        profits_today.contribution_amount

    from shares

    inner join profits_today
        on
        shares.quarter_start_date = profits_today.quarter_start_date
        and shares.customer_id = profits_today.customer_id

),

industry_margins as (

    select
        quarter_start_date,
        peer_industry,
        cast(sum(gross_margin_amount) / sum(net_revenue_amount) as decimal(9, 6)) as margin_ratio

    from measured

    where is_in_population and net_revenue_amount > 0 and abs(gross_margin_amount) <= net_revenue_amount

    group by quarter_start_date, peer_industry

),

company_margins as (

    select
        quarter_start_date,
        cast(sum(gross_margin_amount) / sum(net_revenue_amount) as decimal(9, 6)) as margin_ratio

    from measured

    where is_in_population and net_revenue_amount > 0 and abs(gross_margin_amount) <= net_revenue_amount

    group by quarter_start_date

),

-- What a customer will cost at its potential cannot be observed. The assumption: as much of its revenue as the customers
-- cost that have such revenue today. They are cut by revenue into bands of equal number, few enough that each holds the
-- minimum number of peers.
cost_ranked as (

    select
        measured.quarter_start_date,
        measured.net_revenue_amount,
        cast(measured.cost_to_serve_amount / measured.net_revenue_amount as decimal(18, 6)) as cost_ratio,
        row_number() over (
            partition by measured.quarter_start_date order by measured.net_revenue_amount, measured.customer_id
        ) as revenue_position,
        count(*) over (partition by measured.quarter_start_date) as customer_count,
        policy.potential_cost_band_count,
        policy.peer_minimum_count

    from measured

    inner join policy
        on measured.quarter_start_date = policy.quarter_start_date

    where measured.is_in_population and measured.net_revenue_amount > 0 and measured.cost_to_serve_amount is not null

),

cost_banded as (

    select
        *,
        floor(
            (revenue_position - 1)
            * greatest(1, least(potential_cost_band_count, floor(customer_count / peer_minimum_count)))
            / customer_count
        ) as revenue_band

    from cost_ranked

),

cost_bands as (

    select
        quarter_start_date,
        revenue_band,
        count(*) as customer_count,
        min(net_revenue_amount) as lowest_revenue_amount,
        max(net_revenue_amount) as highest_revenue_amount,
        percentile_disc(0.5) within group (order by cost_ratio) as cost_ratio

    from cost_banded

    group by quarter_start_date, revenue_band

),

-- The lowest band reaches down to zero, the highest up to any amount.
cost_assumptions as (

    select
        quarter_start_date,
        cost_ratio,
        case
            when row_number() over (partition by quarter_start_date order by revenue_band) = 1 then 0
            else lowest_revenue_amount
        end as from_amount,
        lead(lowest_revenue_amount, 1, cast(9999999999999999.99 as decimal(18, 2))) over (
            partition by quarter_start_date order by revenue_band
        ) as below_amount,
        concat(
            'median of ', cast(customer_count as varchar), ' customers with revenue from ',
            cast(lowest_revenue_amount as varchar), ' to ', cast(highest_revenue_amount as varchar)
        ) as cost_assumption

    from cost_bands

),

-- A margin larger than the revenue itself is an artefact of credit notes and no rate to project.
assumed as (

    select
        measured.*,
        policy.potential_cost_sensitivity_ratio,
        case
            when measured.net_revenue_amount > 0 and abs(measured.gross_margin_amount) <= measured.net_revenue_amount
                then cast(measured.gross_margin_amount / measured.net_revenue_amount as decimal(9, 6))
            else coalesce(industry_margins.margin_ratio, company_margins.margin_ratio)
        end as margin_ratio,
        case
            when measured.net_revenue_amount > 0 and abs(measured.gross_margin_amount) <= measured.net_revenue_amount
                then 'own'
            when industry_margins.margin_ratio is not null then 'industry'
            when company_margins.margin_ratio is not null then 'company'
            else 'none'
        end as margin_source,
        cost_assumptions.cost_ratio as expected_cost_ratio,
        cost_assumptions.cost_assumption

    from measured

    inner join policy
        on measured.quarter_start_date = policy.quarter_start_date

    left join industry_margins
        on
        measured.quarter_start_date = industry_margins.quarter_start_date
        and measured.peer_industry = industry_margins.peer_industry

    left join company_margins
        on measured.quarter_start_date = company_margins.quarter_start_date

    left join cost_assumptions
        on
        measured.quarter_start_date = cost_assumptions.quarter_start_date
        and measured.wallet_amount >= cost_assumptions.from_amount
        and measured.wallet_amount < cost_assumptions.below_amount

),

projected as (

    select
        *,
        {{ amount_times_ratio('wallet_amount', 'margin_ratio') }} as potential_gross_margin_amount,
        {{ amount_times_ratio('wallet_amount', 'expected_cost_ratio') }} as expected_cost_amount

    from assumed

),

profits as (

    select
        *,
        {{ amount_times_ratio('expected_cost_amount', 'potential_cost_sensitivity_ratio') }} as cost_deviation_amount,
        cast(potential_gross_margin_amount - expected_cost_amount as decimal(18, 2)) as potential_profit_amount

    from projected

),

final as (

    select
        profile_number,
        quarter_start_date,
        as_of_date,
        customer_id,
        is_in_population,
        wallet_source,
        model_wallet_amount,
        model_median_amount,
        is_boosted,
        is_wallet_below_revenue,
        sow_ratio,
        wallet_gap_amount,
        attainable_sow_ratio,
        opportunity_amount,
        wallet_amount as potential_amount,
        case when wallet_amount is not null then margin_ratio end as margin_ratio,
        case when wallet_amount is not null then margin_source end as margin_source,
        expected_cost_ratio,
        expected_cost_amount,
        cost_assumption,
        potential_profit_amount,
        cast(potential_profit_amount - cost_deviation_amount as decimal(18, 2)) as potential_profit_low_amount,
        cast(potential_profit_amount + cost_deviation_amount as decimal(18, 2)) as potential_profit_high_amount,
        case
            when potential_profit_amount is not null then null
            when wallet_amount is null then 'NO_WALLET'
            when margin_ratio is null then 'NO_MARGIN'
            else 'NO_COST'
        end as no_potential_profit_reason,
        -- A thousandth of today's contribution is no potential to take a share of.
        case
            when potential_profit_amount > 0 and abs(contribution_amount) < 1000 * potential_profit_amount
                then cast(contribution_amount / potential_profit_amount as decimal(9, 6))
        end as sow_profit_ratio

    from profits

)

select * from final
