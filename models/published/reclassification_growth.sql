-- grain: one model and move per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

backtests as (

    select * from {{ ref('int_quarter__backtest') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

customers as (

    select * from {{ ref('int_potential__backtest') }}

),

-- What each model said at the origin; what a customer already bought is the least it could buy.
by_model as (

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        profile_number,
        'peer_quantile' as model,
        origin_amount,
        outcome_amount,
        greatest(peer_q90_amount, origin_amount) as potential_amount

    from customers

    where peer_q90_amount is not null

    union all

    select
        outcome_quarter_start_date,
        origin_quarter_start_date,
        profile_number,
        'quantile_boosting' as model,
        origin_amount,
        outcome_amount,
        greatest(boosted_q90_amount, origin_amount) as potential_amount

    from customers

    where boosted_q90_amount is not null

),

accumulated as (

    select
        *,
        {{ amount_in_cents('origin_amount') }} as origin_cents,
        {{ amount_in_cents('potential_amount') }} as potential_cents

    from by_model

),

shares as (

    select
        *,
        sum(origin_cents) over (partition by outcome_quarter_start_date, model) as total_origin_cents,
        {{ sum_before('origin_cents', 'outcome_quarter_start_date, model', 'origin_cents desc') }} as before_origin_cents,
        sum(potential_cents) over (partition by outcome_quarter_start_date, model) as total_potential_cents,
        {{ sum_before('potential_cents', 'outcome_quarter_start_date, model', 'potential_cents desc') }} as before_potential_cents

    from accumulated

),

-- Of equal amounts the one that comes first has only the greater ones before it: the smallest amount above a cut is right.
boundaries as (

    select
        shares.outcome_quarter_start_date,
        shares.model,
        min(case when {{ is_before_cut('shares.before_origin_cents', 'shares.total_origin_cents', 'policy.abc_b_cut_ratio') }} then shares.origin_amount end) as origin_b_minimum,
        min(case when {{ is_before_cut('shares.before_potential_cents', 'shares.total_potential_cents', 'policy.abc_a_cut_ratio') }} then shares.potential_amount end) as potential_a_minimum,
        min(case when {{ is_before_cut('shares.before_potential_cents', 'shares.total_potential_cents', 'policy.abc_b_cut_ratio') }} then shares.potential_amount end) as potential_b_minimum

    from shares

    inner join policy
        on shares.origin_quarter_start_date = policy.quarter_start_date

    group by shares.outcome_quarter_start_date, shares.model

),

-- Customers of class C at the origin, in twenty bands of like revenue.
class_c as (

    select
        by_model.outcome_quarter_start_date,
        by_model.model,
        by_model.origin_amount,
        by_model.outcome_amount,
        by_model.outcome_amount - by_model.origin_amount as growth_amount,
        case
            when by_model.potential_amount >= boundaries.potential_a_minimum then 'C->A'
            when by_model.potential_amount >= boundaries.potential_b_minimum then 'C->B'
            else 'C->C'
        end as reclass_move,
        floor(
            (
                rank() over (partition by by_model.outcome_quarter_start_date, by_model.model order by by_model.origin_amount)
                - 1
            )
            * 20.0 / count(*) over (partition by by_model.outcome_quarter_start_date, by_model.model)
        ) as revenue_band

    from by_model

    inner join boundaries
        on
        by_model.outcome_quarter_start_date = boundaries.outcome_quarter_start_date
        and by_model.model = boundaries.model

    where by_model.origin_amount > 0 and by_model.origin_amount < boundaries.origin_b_minimum

),

bands as (

    select
        outcome_quarter_start_date,
        model,
        revenue_band,
        reclass_move,
        count(*) as customer_count,
        sum(origin_amount) as origin_amount,
        sum(outcome_amount) as outcome_amount,
        cast(sum(growth_amount) as double) / count(*) as mean_growth,
        -- In whole cents: a sum of squares that does not depend on the order of the rows.
        cast(sum({{ exact_integer('cast(growth_amount * 100 as bigint)') }} * cast(growth_amount * 100 as bigint)) as double) / 10000
            as squared_growth

    from class_c

    group by outcome_quarter_start_date, model, revenue_band, reclass_move

),

with_variance as (

    select
        *,
        case
            when customer_count > 1
                then greatest(0, squared_growth - customer_count * mean_growth * mean_growth) / (customer_count - 1)
        end as growth_variance

    from bands

),

-- Each band of moved customers is held against the customers of the same band that stay in C, and weighs by its own number.
matched as (

    select
        moved.outcome_quarter_start_date,
        moved.model,
        moved.reclass_move,
        sum(moved.customer_count) as moved_count,
        sum(stayed.customer_count) as matched_count,
        sum(moved.origin_amount) as moved_origin_amount,
        sum(moved.outcome_amount) as moved_outcome_amount,
        sum(moved.customer_count * moved.mean_growth) / sum(moved.customer_count) as moved_growth,
        sum(moved.customer_count * stayed.mean_growth) / sum(moved.customer_count) as matched_growth,
        sqrt(
            sum(
                cast(moved.customer_count as double) * moved.customer_count
                * (moved.growth_variance / moved.customer_count + stayed.growth_variance / stayed.customer_count)
            )
        ) / sum(moved.customer_count) as standard_error

    from with_variance as moved

    inner join with_variance as stayed
        on
        moved.outcome_quarter_start_date = stayed.outcome_quarter_start_date
        and moved.model = stayed.model
        and moved.revenue_band = stayed.revenue_band
        and stayed.reclass_move = 'C->C'

    where moved.reclass_move <> 'C->C' and moved.customer_count > 1 and stayed.customer_count > 1

    group by moved.outcome_quarter_start_date, moved.model, moved.reclass_move

),

final as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        matched.model,
        matched.reclass_move,
        backtests.origin_quarter_start_date,
        backtests.outcome_quarter_start_date,
        cast(matched.moved_count as integer) as moved_count,
        cast(matched.matched_count as integer) as matched_count,
        cast(matched.moved_origin_amount as decimal(18, 2)) as moved_origin_amount,
        cast(matched.moved_outcome_amount as decimal(18, 2)) as moved_outcome_amount,
        cast(round(matched.moved_growth, 2) as decimal(18, 2)) as moved_growth_amount,
        cast(round(matched.matched_growth, 2) as decimal(18, 2)) as matched_growth_amount,
        cast(round(matched.moved_growth - matched.matched_growth, 2) as decimal(18, 2)) as difference_amount,
        cast(round(matched.standard_error, 2) as decimal(18, 2)) as standard_error_amount,
        matched.moved_growth - matched.matched_growth > 1.96 * matched.standard_error as is_growth_larger

    from backtests

    inner join quarters
        on backtests.quarter_start_date = quarters.quarter_start_date

    inner join matched
        on backtests.outcome_quarter_start_date = matched.outcome_quarter_start_date

)

select * from final
