-- grain: one model, quantile and slice of customers per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

backtests as (

    select * from {{ ref('int_quarter__backtest') }}

),

evaluations as (

    select * from {{ ref('int_potential__evaluation') }}

),

declared_comparisons as (

    select * from {{ ref('int_potential__declared_comparison') }}

),

methods as (

    select * from {{ ref('int_potential__method') }}

),

final as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        evaluations.model,
        evaluations.quantile,
        evaluations.slice_type,
        evaluations.slice,
        evaluations.quantile_ratio,
        evaluations.origin_quarter_start_date,
        evaluations.outcome_quarter_start_date,
        evaluations.model = methods.method as is_in_use,
        evaluations.sample_count,
        evaluations.pinball_loss,
        evaluations.baseline_pinball_loss,
        case
            when evaluations.baseline_pinball_loss > 0
                then cast(1 - evaluations.pinball_loss / evaluations.baseline_pinball_loss as decimal(18, 6))
        end as gain_ratio,
        evaluations.coverage_ratio,
        evaluations.coverage_low_ratio,
        evaluations.coverage_high_ratio,
        evaluations.coverage_ratio between evaluations.coverage_low_ratio and evaluations.coverage_high_ratio as is_coverage_in_band,
        declared_comparisons.sample_count as declared_count,
        declared_comparisons.rank_correlation as declared_rank_correlation,
        declared_comparisons.median_relative_error_ratio as declared_median_relative_error_ratio,
        declared_comparisons.top_decile_lift_ratio as declared_top_decile_lift_ratio

    from backtests

    inner join quarters
        on backtests.quarter_start_date = quarters.quarter_start_date

    inner join evaluations
        on backtests.outcome_quarter_start_date = evaluations.outcome_quarter_start_date

    inner join methods
        on backtests.quarter_start_date = methods.quarter_start_date

    left join declared_comparisons
        on
        evaluations.slice_type = 'all'
        and evaluations.outcome_quarter_start_date = declared_comparisons.outcome_quarter_start_date
        and evaluations.model = declared_comparisons.model
        and evaluations.quantile = declared_comparisons.quantile

)

select * from final
