-- grain: one outcome quarter, model, quantile and slice
with

backtest as (

    select * from {{ ref('int_potential__backtest') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- One row for each estimate that is tested.
estimates as (

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        peer_industry,
        outcome_amount,
        'peer_quantile' as model,
        'q50' as quantile,
        peer_q50_amount as estimate_amount,
        baseline_q50_amount as baseline_amount

    from backtest

    union all

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        peer_industry,
        outcome_amount,
        'peer_quantile' as model,
        'q90' as quantile,
        peer_q90_amount as estimate_amount,
        baseline_q90_amount as baseline_amount

    from backtest

    union all

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        peer_industry,
        outcome_amount,
        'quantile_boosting' as model,
        'q50' as quantile,
        boosted_q50_amount as estimate_amount,
        baseline_q50_amount as baseline_amount

    from backtest

    union all

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        peer_industry,
        outcome_amount,
        'quantile_boosting' as model,
        'q75' as quantile,
        boosted_q75_amount as estimate_amount,
        baseline_q75_amount as baseline_amount

    from backtest

    union all

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        peer_industry,
        outcome_amount,
        'quantile_boosting' as model,
        'q90' as quantile,
        boosted_q90_amount as estimate_amount,
        baseline_q90_amount as baseline_amount

    from backtest

),

with_ratio as (

    select
        estimates.*,
        case estimates.quantile
            when 'q50' then policy.wallet_median_quantile_ratio
            when 'q75' then policy.wallet_middle_quantile_ratio
            else policy.wallet_quantile_ratio
        end as quantile_ratio

    from estimates

    inner join policy
        on estimates.origin_quarter_start_date = policy.quarter_start_date

    where estimates.estimate_amount is not null

),

-- Deciles of the estimate, equal estimates in one: does the model hold for small customers as for large ones?
scored as (

    select
        *,
        cast(
            floor(
                (rank() over (partition by outcome_quarter_start_date, model, quantile order by estimate_amount) - 1)
                * 10.0 / count(*) over (partition by outcome_quarter_start_date, model, quantile)
            ) as integer
        ) + 1 as decile,
        {{ pinball_loss('outcome_amount', 'estimate_amount', 'quantile_ratio') }} as loss_amount,
        {{ pinball_loss('outcome_amount', 'baseline_amount', 'quantile_ratio') }} as baseline_loss_amount,
        case when outcome_amount <= estimate_amount then 1 else 0 end as covered_count

    from with_ratio

),

-- Industry by industry and decile by decile first: all slices are sums of these.
cells as (

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        model,
        quantile,
        quantile_ratio,
        peer_industry,
        decile,
        count(*) as sample_count,
        sum(covered_count) as covered_count,
        sum(loss_amount) as loss_amount,
        sum(baseline_loss_amount) as baseline_loss_amount

    from scored

    group by outcome_quarter_start_date, origin_quarter_start_date, model, quantile, quantile_ratio, peer_industry, decile

),

sliced as (

    select
        *,
        'all' as slice_type,
        'all' as slice

    from cells

    union all

    select
        *,
        'decile' as slice_type,
        cast(decile as varchar) as slice

    from cells

    union all

    select
        *,
        'industry' as slice_type,
        coalesce(peer_industry, 'unknown') as slice

    from cells

),

summed as (

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        model,
        quantile,
        quantile_ratio,
        slice_type,
        slice,
        sum(sample_count) as sample_count,
        sum(covered_count) as covered_count,
        sum(loss_amount) as loss_amount,
        sum(baseline_loss_amount) as baseline_loss_amount

    from sliced

    group by
        outcome_quarter_start_date, origin_quarter_start_date, model, quantile, quantile_ratio, slice_type, slice

),

-- The share that is covered, with the band in which it lies in 95 of 100 samples of this size if the model is right (normal
-- approximation of the binomial distribution).
final as (

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        model,
        quantile,
        quantile_ratio,
        slice_type,
        slice,
        cast(sample_count as integer) as sample_count,
        cast(loss_amount / sample_count as decimal(18, 2)) as pinball_loss,
        cast(baseline_loss_amount / sample_count as decimal(18, 2)) as baseline_pinball_loss,
        cast(covered_count / sample_count as decimal(9, 6)) as coverage_ratio,
        cast(
            greatest(0, quantile_ratio - 1.96 * sqrt(quantile_ratio * (1 - quantile_ratio) / sample_count)) as decimal(9, 6)
        ) as coverage_low_ratio,
        cast(
            least(1, quantile_ratio + 1.96 * sqrt(quantile_ratio * (1 - quantile_ratio) / sample_count)) as decimal(9, 6)
        ) as coverage_high_ratio

    from summed

)

select * from final
