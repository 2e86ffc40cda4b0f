-- grain: one outcome quarter, model and quantile, over the customers with a declared wallet
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

backtests as (

    select distinct outcome_quarter_start_date

    from {{ ref('int_quarter__backtest') }}

),

declared as (

    select * from {{ ref('int_potential__declared_wallet') }}

),

peer_wallets as (

    select * from {{ ref('int_potential__peer_wallet') }}

),

boosted_wallets as (

    select * from {{ ref('int_potential__boosted_wallet') }}

),

-- Declared for all groups together: a sum of some groups is a lower limit and no truth to compare with.
declared_totals as (

    select
        profile.quarter_start_date as outcome_quarter_start_date,
        profile.profile_number,
        declared.declared_wallet_amount

    from declared

    inner join profile
        on declared.profile_number = profile.profile_number

    inner join backtests
        on profile.quarter_start_date = backtests.outcome_quarter_start_date

    where
        declared.product_group = {{ total_product_group() }}
        and not declared.is_sum_of_declared_groups
        and profile.is_in_population

),

both_methods as (

    select
        declared_totals.outcome_quarter_start_date,
        declared_totals.declared_wallet_amount,
        peer_wallets.peer_median_amount,
        peer_wallets.peer_wallet_amount,
        boosted_wallets.boosted_q50_amount,
        boosted_wallets.boosted_q75_amount,
        boosted_wallets.boosted_q90_amount

    from declared_totals

    inner join peer_wallets
        on
        declared_totals.profile_number = peer_wallets.profile_number
        and peer_wallets.product_group = {{ total_product_group() }}

    left join boosted_wallets
        on declared_totals.profile_number = boosted_wallets.profile_number

),

estimates as (

    select
        outcome_quarter_start_date,
        declared_wallet_amount,
        'peer_quantile' as model,
        'q50' as quantile,
        peer_median_amount as estimate_amount

    from both_methods

    union all

    select
        outcome_quarter_start_date,
        declared_wallet_amount,
        'peer_quantile' as model,
        'q90' as quantile,
        peer_wallet_amount as estimate_amount

    from both_methods

    union all

    select
        outcome_quarter_start_date,
        declared_wallet_amount,
        'quantile_boosting' as model,
        'q50' as quantile,
        boosted_q50_amount as estimate_amount

    from both_methods

    union all

    select
        outcome_quarter_start_date,
        declared_wallet_amount,
        'quantile_boosting' as model,
        'q75' as quantile,
        boosted_q75_amount as estimate_amount

    from both_methods

    union all

    select
        outcome_quarter_start_date,
        declared_wallet_amount,
        'quantile_boosting' as model,
        'q90' as quantile,
        boosted_q90_amount as estimate_amount

    from both_methods

),

ranked as (

    select
        outcome_quarter_start_date,
        model,
        quantile,
        declared_wallet_amount,
        estimate_amount,
        {{ twice_average_rank('estimate_amount', 'outcome_quarter_start_date, model, quantile') }} as estimate_rank,
        {{ twice_average_rank('declared_wallet_amount', 'outcome_quarter_start_date, model, quantile') }} as declared_rank,
        rank() over (partition by outcome_quarter_start_date, model, quantile order by estimate_amount desc)
        <= count(*) over (partition by outcome_quarter_start_date, model, quantile) / 10.0 as is_top_decile

    from estimates

    where estimate_amount is not null

),

summed as (

    select
        outcome_quarter_start_date,
        model,
        quantile,
        count(*) as sample_count,
        {{ rank_covariation('estimate_rank', 'declared_rank') }} as covariation,
        {{ rank_covariation('estimate_rank', 'estimate_rank') }} as estimate_variation,
        {{ rank_covariation('declared_rank', 'declared_rank') }} as declared_variation,
        percentile_cont(0.5) within group (
            order by abs(estimate_amount - declared_wallet_amount) / declared_wallet_amount
        ) as median_relative_error_ratio,
        sum(declared_wallet_amount) as declared_wallet_amount,
        sum(case when is_top_decile then declared_wallet_amount end) as top_declared_amount,
        sum(case when is_top_decile then 1 else 0 end) as top_count

    from ranked

    group by outcome_quarter_start_date, model, quantile

),

final as (

    select
        outcome_quarter_start_date,
        model,
        quantile,
        cast(sample_count as integer) as sample_count,
        cast({{ correlation_of('covariation', 'estimate_variation', 'declared_variation') }} as decimal(9, 6)) as rank_correlation,
        cast(median_relative_error_ratio as decimal(18, 6)) as median_relative_error_ratio,
        case
            when top_count > 0
                then cast((top_declared_amount / top_count) / (declared_wallet_amount / sample_count) as decimal(18, 6))
        end as top_decile_lift_ratio

    from summed

)

select * from final
