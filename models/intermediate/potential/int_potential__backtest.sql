-- grain: one customer and outcome quarter that its estimates of a year before are held against
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

quarters as (

    select * from {{ ref('int_quarter__backtest') }}

),

observed as (

    select * from {{ ref('int_quarter__observed') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

peer_wallets as (

    select * from {{ ref('int_potential__peer_wallet') }}

),

boosted_wallets as (

    select * from {{ ref('int_potential__boosted_wallet') }}

),

-- Two quarters of the run may look back from the same outcome.
outcomes as (

    select distinct
        quarters.outcome_quarter_start_date,
        quarters.origin_quarter_start_date

    from quarters

    inner join observed
        on quarters.origin_quarter_start_date = observed.quarter_start_date

),

-- Whoever was a peer at the origin. What it bought in the year after counts, be it nothing: survivors alone would flatter.
tested as (

    select
        outcomes.outcome_quarter_start_date,
        outcomes.origin_quarter_start_date,
        at_origin.profile_number,
        at_origin.peer_industry,
        greatest(at_origin.net_revenue_amount, 0) as origin_amount,
        greatest(at_outcome.net_revenue_amount, 0) as outcome_amount

    from outcomes

    inner join profile as at_origin
        on outcomes.origin_quarter_start_date = at_origin.quarter_start_date

    inner join profile as at_outcome
        on
        outcomes.outcome_quarter_start_date = at_outcome.quarter_start_date
        and at_origin.customer_id = at_outcome.customer_id

    where at_origin.is_peer and at_origin.net_revenue_amount is not null and at_outcome.net_revenue_amount is not null

),

-- The baseline: the quantile of the industry at the origin, of all where an industry is unknown or has too few.
industries as (

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        peer_industry,
        count(*) as industry_count,
        {{ sorted_values('origin_amount') }} as origin_amounts

    from tested

    where peer_industry is not null

    group by outcome_quarter_start_date, origin_quarter_start_date, peer_industry

    union all

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        cast(null as varchar) as peer_industry,
        count(*) as industry_count,
        {{ sorted_values('origin_amount') }} as origin_amounts

    from tested

    group by outcome_quarter_start_date, origin_quarter_start_date

),

baselines as (

    select
        industries.outcome_quarter_start_date,
        industries.peer_industry,
        {{ quantile_of_sorted('industries.origin_amounts', 'industries.industry_count', 'policy.wallet_median_quantile_ratio') }}
            as baseline_q50_amount,
        {{ quantile_of_sorted('industries.origin_amounts', 'industries.industry_count', 'policy.wallet_middle_quantile_ratio') }}
            as baseline_q75_amount,
        {{ quantile_of_sorted('industries.origin_amounts', 'industries.industry_count', 'policy.wallet_quantile_ratio') }}
            as baseline_q90_amount

    from industries

    inner join policy
        on industries.origin_quarter_start_date = policy.quarter_start_date

    where industries.peer_industry is null or industries.industry_count >= policy.peer_minimum_count

),

final as (

    select
        tested.outcome_quarter_start_date,
        tested.origin_quarter_start_date,
        tested.profile_number,
        tested.peer_industry,
        tested.origin_amount,
        tested.outcome_amount,
        peer_wallets.peer_median_amount as peer_q50_amount,
        peer_wallets.peer_wallet_amount as peer_q90_amount,
        boosted_wallets.boosted_q50_amount,
        boosted_wallets.boosted_q75_amount,
        boosted_wallets.boosted_q90_amount,
        coalesce(of_industry.baseline_q50_amount, of_all.baseline_q50_amount) as baseline_q50_amount,
        coalesce(of_industry.baseline_q75_amount, of_all.baseline_q75_amount) as baseline_q75_amount,
        coalesce(of_industry.baseline_q90_amount, of_all.baseline_q90_amount) as baseline_q90_amount

    from tested

    inner join peer_wallets
        on
        tested.profile_number = peer_wallets.profile_number
        and peer_wallets.product_group = {{ total_product_group() }}

    inner join baselines as of_all
        on
        tested.outcome_quarter_start_date = of_all.outcome_quarter_start_date
        and of_all.peer_industry is null

    left join baselines as of_industry
        on
        tested.outcome_quarter_start_date = of_industry.outcome_quarter_start_date
        and tested.peer_industry = of_industry.peer_industry

    left join boosted_wallets
        on tested.profile_number = boosted_wallets.profile_number

)

select * from final
