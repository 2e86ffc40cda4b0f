-- grain: one quarter of the run
with

quarters as (

    select * from {{ ref('int_quarter__backtest') }}

),

observed as (

    select * from {{ ref('int_quarter__observed') }}

),

trainings as (

    select * from {{ ref('int_potential__training') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

losses as (

    select
        outcome_quarter_start_date,
        max(case when model = 'peer_quantile' then pinball_loss end) as peer_pinball_loss,
        max(case when model = 'quantile_boosting' then pinball_loss end) as boosted_pinball_loss,
        min(sample_count) as sample_count

    from {{ ref('int_potential__evaluation') }}

    where slice_type = 'all' and quantile = 'q90'

    group by outcome_quarter_start_date

),

joined as (

    select
        quarters.quarter_start_date,
        quarters.outcome_quarter_start_date,
        quarters.origin_quarter_start_date,
        trainings.training_quarter_start_date,
        losses.peer_pinball_loss,
        losses.boosted_pinball_loss,
        losses.sample_count,
        policy.potential_training_minimum_count,
        policy.potential_backtest_minimum_count

    from quarters

    inner join observed
        on quarters.quarter_start_date = observed.quarter_start_date

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    left join trainings
        on observed.training_quarter_start_date = trainings.training_quarter_start_date

    left join losses
        on quarters.outcome_quarter_start_date = losses.outcome_quarter_start_date

),

-- Both methods are always tested; the one with the smaller loss is used. Peers are what is left to fall back to.
final as (

    select
        quarter_start_date,
        outcome_quarter_start_date,
        origin_quarter_start_date,
        peer_pinball_loss,
        boosted_pinball_loss,
        sample_count,
        case
            when
                training_quarter_start_date is not null
                and sample_count >= potential_backtest_minimum_count
                and boosted_pinball_loss < peer_pinball_loss
                then 'quantile_boosting'
            else 'peer_quantile'
        end as method,
        case
            when training_quarter_start_date is null
                then concat('fewer than ', potential_training_minimum_count, ' customers to learn from')
            when peer_pinball_loss is null or boosted_pinball_loss is null then 'no complete backtest of both methods'
            when sample_count < potential_backtest_minimum_count
                then concat('backtest of ', sample_count, ' customers, ', potential_backtest_minimum_count, ' needed')
            else concat(
                'pinball loss of the backtest ', boosted_pinball_loss, ' by boosting, ', peer_pinball_loss, ' by peers'
            )
        end as method_reason

    from joined

)

select * from final
