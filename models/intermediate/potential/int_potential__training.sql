-- grain: one quarter that a model is trained on
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

quarters as (

    select * from {{ ref('int_quarter__observed') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

training_quarters as (

    select distinct training_quarter_start_date

    from quarters

),

peer_counts as (

    select
        quarter_start_date,
        count(*) as peer_count

    from profile

    where is_peer and net_revenue_amount is not null

    group by quarter_start_date

),

final as (

    select
        training_quarters.training_quarter_start_date,
        concat(
            extract(year from training_quarters.training_quarter_start_date),
            'Q',
            extract(quarter from training_quarters.training_quarter_start_date)
        ) as training_quarter_label,
        peer_counts.peer_count,
        policy.wallet_median_quantile_ratio as median_quantile_ratio,
        policy.wallet_middle_quantile_ratio as middle_quantile_ratio,
        policy.wallet_quantile_ratio,
        policy.potential_training_maximum_count as training_maximum_count

    from training_quarters

    inner join peer_counts
        on training_quarters.training_quarter_start_date = peer_counts.quarter_start_date

    inner join policy
        on training_quarters.training_quarter_start_date = policy.quarter_start_date

    where peer_counts.peer_count >= policy.potential_training_minimum_count

)

select * from final
