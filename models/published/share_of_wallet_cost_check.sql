-- grain: one band of the share of wallet per quarter
with

segments as (

    select *

    from {{ ref('customer_segments') }}

    where is_in_population

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

bands as (

    select * from {{ ref('policy_share_of_wallet_band') }}

),

bands_in_force as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        bands.share_of_wallet_band,
        bands.minimum_sow_ratio

    from quarters

    inner join bands
        on quarters.as_of_date >= bands.valid_from

    qualify rank() over (partition by quarters.quarter_start_date order by bands.valid_from desc) = 1

),

band_bounds as (

    select
        *,
        lead(minimum_sow_ratio) over (partition by quarter_start_date order by minimum_sow_ratio) as below_sow_ratio

    from bands_in_force

),

customers as (

    select
        segments.quarter_start_date,
        segments.net_revenue_amount,
        segments.cost_to_serve_amount,
        segments.sow_ratio,
        segments.net_revenue_amount > 0 as has_revenue,
        segments.sow_ratio is not null as has_estimate,
        segments.cost_to_serve_amount is not null as has_cost

    from segments

    inner join quarters
        on segments.quarter_start_date = quarters.quarter_start_date

),

coverage as (

    select
        quarter_start_date,
        sum(case when has_revenue then 0 else 1 end) as without_revenue_count,
        sum(case when has_revenue and not has_estimate then 1 else 0 end) as without_estimate_count,
        sum(case when has_revenue and has_estimate and not has_cost then 1 else 0 end) as without_cost_count

    from customers

    group by quarter_start_date

),

-- Cost over revenue in whole millionths, so that equal ratios are equal.
tested as (

    select
        quarter_start_date,
        net_revenue_amount,
        cost_to_serve_amount,
        sow_ratio,
        {{ floor_quotient(
            smallest_units('cost_to_serve_amount', 2) ~ ' * 1000000',
            smallest_units('net_revenue_amount', 2),
        ) }} as cost_millionths

    from customers

    where has_revenue and has_estimate and has_cost

),

ranked as (

    select
        quarter_start_date,
        {{ twice_average_rank('sow_ratio', 'quarter_start_date') }} as share_rank,
        {{ twice_average_rank('cost_millionths', 'quarter_start_date') }} as cost_rank,
        {{ twice_average_rank('net_revenue_amount', 'quarter_start_date') }} as revenue_rank

    from tested

),

variations as (

    select
        quarter_start_date,
        count(*) as sample_count,
        {{ rank_covariation('share_rank', 'share_rank') }} as share_variation,
        {{ rank_covariation('cost_rank', 'cost_rank') }} as cost_variation,
        {{ rank_covariation('revenue_rank', 'revenue_rank') }} as revenue_variation,
        {{ rank_covariation('share_rank', 'cost_rank') }} as share_cost_covariation,
        {{ rank_covariation('share_rank', 'revenue_rank') }} as share_revenue_covariation,
        {{ rank_covariation('cost_rank', 'revenue_rank') }} as cost_revenue_covariation

    from ranked

    group by quarter_start_date

),

correlations as (

    select
        quarter_start_date,
        sample_count,
        {{ correlation_of('share_cost_covariation', 'share_variation', 'cost_variation') }} as share_with_cost,
        {{ correlation_of('share_revenue_covariation', 'share_variation', 'revenue_variation') }} as share_with_revenue,
        {{ correlation_of('cost_revenue_covariation', 'cost_variation', 'revenue_variation') }} as cost_with_revenue

    from variations

),

estimates as (

    select
        quarter_start_date,
        sample_count,
        cast(share_with_cost as decimal(9, 6)) as spearman_rho,
        cast({{ two_sided_p_value('(share_with_cost * sqrt(sample_count - 1))') }} as decimal(9, 6)) as p_value,
        cast({{ partial_correlation('share_with_cost', 'share_with_revenue', 'cost_with_revenue') }} as decimal(9, 6))
            as spearman_rho_at_equal_revenue

    from correlations

),

verdicts as (

    select
        quarters.quarter_start_date,
        coalesce(estimates.sample_count, 0) as sample_count,
        estimates.spearman_rho,
        estimates.p_value,
        estimates.spearman_rho_at_equal_revenue,
        policy.share_of_wallet_check_minimum_correlation as minimum_correlation,
        case
            when coalesce(estimates.sample_count, 0) < policy.share_of_wallet_check_minimum_count then 'TOO_FEW'
            when estimates.p_value > policy.share_of_wallet_check_significance_ratio or estimates.p_value is null then 'NOT_SUPPORTED'
            when estimates.spearman_rho <= -policy.share_of_wallet_check_minimum_correlation then 'SUPPORTED'
            when estimates.spearman_rho >= policy.share_of_wallet_check_minimum_correlation then 'CONTRADICTED'
            else 'NOT_SUPPORTED'
        end as verdict

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    left join estimates
        on quarters.quarter_start_date = estimates.quarter_start_date

),

by_band as (

    select
        band_bounds.quarter_start_date,
        band_bounds.share_of_wallet_band,
        count(*) as customer_count,
        sum(tested.net_revenue_amount) as net_revenue_amount,
        sum(tested.cost_to_serve_amount) as cost_to_serve_amount

    from tested

    inner join band_bounds
        on tested.quarter_start_date = band_bounds.quarter_start_date
        and tested.sow_ratio >= band_bounds.minimum_sow_ratio
        and (tested.sow_ratio < band_bounds.below_sow_ratio or band_bounds.below_sow_ratio is null)

    group by
        band_bounds.quarter_start_date,
        band_bounds.share_of_wallet_band

),

final as (

    select
        band_bounds.quarter_start_date,
        band_bounds.as_of_date,
        band_bounds.is_provisional,
        band_bounds.share_of_wallet_band,
        band_bounds.minimum_sow_ratio,
        band_bounds.below_sow_ratio,
        cast(coalesce(by_band.customer_count, 0) as integer) as customer_count,
        cast(by_band.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(by_band.cost_to_serve_amount as decimal(18, 2)) as cost_to_serve_amount,
        {{ share_of_total('by_band.cost_to_serve_amount', 'by_band.net_revenue_amount') }} as cost_ratio,
        cast(verdicts.sample_count as integer) as sample_count,
        verdicts.spearman_rho,
        verdicts.p_value,
        verdicts.spearman_rho_at_equal_revenue,
        verdicts.verdict,
        cast(coalesce(coverage.without_revenue_count, 0) as integer) as without_revenue_count,
        cast(coalesce(coverage.without_estimate_count, 0) as integer) as without_estimate_count,
        cast(coalesce(coverage.without_cost_count, 0) as integer) as without_cost_count,
        {{ flags({
            'NO_COST_DATA': 'verdicts.sample_count = 0 and coverage.without_cost_count > 0',
            'NO_ESTIMATE': 'verdicts.sample_count = 0 and coverage.without_estimate_count > 0 and coverage.without_cost_count = 0',
            'NO_VARIATION': 'verdicts.sample_count > 0 and verdicts.spearman_rho is null',
            'SIZE_EXPLAINS_IT': "verdicts.verdict = 'SUPPORTED'"
                ~ " and coalesce(verdicts.spearman_rho_at_equal_revenue > -verdicts.minimum_correlation, true)",
        }) }} as flags

    from band_bounds

    inner join verdicts
        on band_bounds.quarter_start_date = verdicts.quarter_start_date

    left join coverage
        on band_bounds.quarter_start_date = coverage.quarter_start_date

    left join by_band
        on band_bounds.quarter_start_date = by_band.quarter_start_date
        and band_bounds.share_of_wallet_band = by_band.share_of_wallet_band

)

select * from final
