-- grain: one quarter that ends the year after a list, type of opportunity, and number of the best of each customer
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

recommendations as (

    select * from {{ ref('whitespace') }}

),

outcomes as (

    select * from {{ ref('int_whitespace__outcome') }}

),

customers as (

    select * from {{ ref('int_whitespace__customer') }}

),

product_groups as (

    select * from {{ ref('int_whitespace__product_group') }}

),

completed as (

    select
        outcome.quarter_start_date,
        outcome.as_of_date,
        outcome.is_provisional,
        recommended.quarter_start_date as recommended_quarter_start_date

    from quarters as outcome

    inner join quarters as recommended
        on outcome.quarter_index = recommended.quarter_index + 4

    where not outcome.is_provisional

),

customer_counts as (

    select
        quarter_start_date,
        count(*) as customer_count

    from customers

    where peer_scope is not null

    group by quarter_start_date

),

product_group_counts as (

    select
        quarter_start_date,
        count(*) as product_group_count

    from product_groups

    where is_active

    group by quarter_start_date

),

-- Of a customer and product group that are in neither year nothing is written down: their number follows from the others.
sums_of_outcomes as (

    select
        quarter_start_date,
        sum(case when is_bought then 1 else 0 end) as bought_count,
        sum(case when not is_bought and is_bought_next then 1 else 0 end) as adopted_count,
        sum(case when is_comparable then 1 else 0 end) as comparable_count,
        sum(case when is_comparable and is_grown_next then 1 else 0 end) as grown_count

    from outcomes

    group by quarter_start_date

),

all_pairs as (

    select
        sums_of_outcomes.quarter_start_date,
        'CROSS_SELL' as opportunity_type,
        customer_counts.customer_count * product_group_counts.product_group_count - sums_of_outcomes.bought_count as pair_count,
        sums_of_outcomes.adopted_count

    from sums_of_outcomes

    inner join customer_counts
        on sums_of_outcomes.quarter_start_date = customer_counts.quarter_start_date

    inner join product_group_counts
        on sums_of_outcomes.quarter_start_date = product_group_counts.quarter_start_date

    union all

    select
        quarter_start_date,
        'UP_SELL' as opportunity_type,
        comparable_count as pair_count,
        grown_count as adopted_count

    from sums_of_outcomes

),

recommended_by_rank as (

    select
        recommendations.quarter_start_date,
        recommendations.opportunity_type,
        recommendations.rank_customer,
        count(*) as recommended_count,
        sum(
            case
                when recommendations.opportunity_type = 'CROSS_SELL' and outcomes.is_bought_next then 1
                when recommendations.opportunity_type = 'UP_SELL' and outcomes.is_grown_next then 1
                else 0
            end
        ) as adopted_count

    from recommendations

    inner join completed
        on recommendations.quarter_start_date = completed.recommended_quarter_start_date

    left join outcomes
        on
        recommendations.quarter_start_date = outcomes.quarter_start_date
        and recommendations.customer_id = outcomes.customer_id
        and recommendations.product_group = outcomes.product_group

    group by
        recommendations.quarter_start_date,
        recommendations.opportunity_type,
        recommendations.rank_customer

),

recommended as (

    select
        quarter_start_date,
        opportunity_type,
        sum(recommended_count) as recommended_count,
        sum(adopted_count) as adopted_count

    from recommended_by_rank

    group by quarter_start_date, opportunity_type

),

rank_limits as (

    select
        quarter_start_date,
        {{ each_integer('1', 'whitespace_maximum_per_customer') }} as rank_limit

    from policy

),

best as (

    select
        completed.quarter_start_date,
        completed.as_of_date,
        completed.is_provisional,
        completed.recommended_quarter_start_date,
        recommended.opportunity_type,
        rank_limits.rank_limit,
        recommended.recommended_count as all_recommended_count,
        recommended.adopted_count as all_adopted_count,
        sum(recommended_by_rank.recommended_count) as recommended_count,
        sum(recommended_by_rank.adopted_count) as adopted_count

    from completed

    inner join recommended
        on completed.recommended_quarter_start_date = recommended.quarter_start_date

    inner join rank_limits
        on completed.recommended_quarter_start_date = rank_limits.quarter_start_date

    inner join recommended_by_rank
        on
        recommended.quarter_start_date = recommended_by_rank.quarter_start_date
        and recommended.opportunity_type = recommended_by_rank.opportunity_type
        and rank_limits.rank_limit >= recommended_by_rank.rank_customer

    group by
        completed.quarter_start_date,
        completed.as_of_date,
        completed.is_provisional,
        completed.recommended_quarter_start_date,
        recommended.opportunity_type,
        rank_limits.rank_limit,
        recommended.recommended_count,
        recommended.adopted_count

),

compared as (

    select
        best.*,
        all_pairs.pair_count - best.all_recommended_count as comparison_count,
        all_pairs.adopted_count - best.all_adopted_count as comparison_adopted_count

    from best

    inner join all_pairs
        on
        best.recommended_quarter_start_date = all_pairs.quarter_start_date
        and best.opportunity_type = all_pairs.opportunity_type

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        recommended_quarter_start_date,
        opportunity_type,
        cast(rank_limit as integer) as rank_limit,
        cast(recommended_count as bigint) as recommended_count,
        cast(adopted_count as bigint) as adopted_count,
        cast(cast(adopted_count as decimal(18, 6)) / recommended_count as decimal(9, 6)) as adopted_ratio,
        cast(comparison_count as bigint) as comparison_count,
        cast(comparison_adopted_count as bigint) as comparison_adopted_count,
        case
            when comparison_count > 0
                then cast(cast(comparison_adopted_count as decimal(18, 6)) / comparison_count as decimal(9, 6))
        end as comparison_adopted_ratio,
        -- Both ratios as fractions of counts: no rounding before the quotient.
        case
            when comparison_adopted_count > 0
                then cast(
                    cast(adopted_count * comparison_count as decimal(38, 6)) / (recommended_count * comparison_adopted_count)
                    as decimal(18, 4)
                )
        end as lift_factor

    from compared

)

select * from final
