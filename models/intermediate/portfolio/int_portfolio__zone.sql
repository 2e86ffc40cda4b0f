-- grain: one customer of the population per quarter
with

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

    where is_in_population

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

criteria as (

    select * from {{ ref('int_portfolio__criterion') }}

),

ratings as (

    select * from {{ ref('int_portfolio__rating') }}

),

by_quarter as (

    select
        policy.quarter_start_date,
        policy.portfolio_potential_cut_score,
        policy.portfolio_attractiveness_cut_score,
        policy.portfolio_minimum_coverage_ratio,
        max(case when criteria.axis = 'POTENTIAL' then criteria.axis_weight end) as potential_axis_weight,
        max(case when criteria.axis = 'ATTRACTIVENESS' then criteria.axis_weight end) as attractiveness_axis_weight

    from policy

    left join criteria
        on policy.quarter_start_date = criteria.quarter_start_date

    group by
        policy.quarter_start_date,
        policy.portfolio_potential_cut_score,
        policy.portfolio_attractiveness_cut_score,
        policy.portfolio_minimum_coverage_ratio

),

rated as (

    select
        quarter_start_date,
        customer_id,
        coalesce(sum(case when axis = 'POTENTIAL' and norm_score is not null then weight end), 0) as potential_weight,
        sum(case when axis = 'POTENTIAL' then weight * norm_score end) as potential_sum,
        coalesce(sum(case when axis = 'ATTRACTIVENESS' and norm_score is not null then weight end), 0) as attractiveness_weight,
        sum(case when axis = 'ATTRACTIVENESS' then weight * norm_score end) as attractiveness_sum,
        count(norm_score) as criterion_count,
        max(rater_count) as rater_count,
        max(case when rater_count > 1 then spread_score end) as rater_spread_score,
        max(last_rated_date) as last_rated_date,
        max(case when has_outdated_rating then 1 else 0 end) = 1 as has_outdated_rating,
        max(case when has_rating_out_of_scale then 1 else 0 end) = 1 as has_rating_out_of_scale

    from ratings

    group by quarter_start_date, customer_id

),

-- Enough is known of an axis when the criteria that are rated have the policy's share of its weight.
covered as (

    select
        customers_by_quarter.quarter_start_date,
        customers_by_quarter.customer_id,
        by_quarter.portfolio_potential_cut_score,
        by_quarter.portfolio_attractiveness_cut_score,
        {{ share_of_total('coalesce(rated.potential_weight, 0)', 'by_quarter.potential_axis_weight') }} as potential_coverage_ratio,
        {{ share_of_total('coalesce(rated.attractiveness_weight, 0)', 'by_quarter.attractiveness_axis_weight') }}
            as attractiveness_coverage_ratio,
        case
            when rated.potential_weight >= by_quarter.portfolio_minimum_coverage_ratio * by_quarter.potential_axis_weight
                then cast(rated.potential_sum / rated.potential_weight as decimal(9, 4))
        end as potential_score,
        case
            when rated.attractiveness_weight >= by_quarter.portfolio_minimum_coverage_ratio * by_quarter.attractiveness_axis_weight
                then cast(rated.attractiveness_sum / rated.attractiveness_weight as decimal(9, 4))
        end as attractiveness_score,
        cast(coalesce(rated.criterion_count, 0) as integer) as criterion_count,
        rated.rater_count,
        rated.rater_spread_score,
        rated.last_rated_date,
        coalesce(rated.has_outdated_rating, false) as has_outdated_rating,
        coalesce(rated.has_rating_out_of_scale, false) as has_rating_out_of_scale

    from customers_by_quarter

    inner join by_quarter
        on customers_by_quarter.quarter_start_date = by_quarter.quarter_start_date

    left join rated
        on customers_by_quarter.quarter_start_date = rated.quarter_start_date
        and customers_by_quarter.customer_id = rated.customer_id

),

-- What weighs the attractiveness down most: the largest weight x (100 - norm). Where all are at 100, nothing does.
weakest as (

    select
        ratings.quarter_start_date,
        ratings.customer_id,
        ratings.criterion_id

    from ratings

    inner join covered
        on ratings.quarter_start_date = covered.quarter_start_date
        and ratings.customer_id = covered.customer_id
        and covered.attractiveness_score is not null

    where ratings.axis = 'ATTRACTIVENESS' and ratings.norm_score < 100

    qualify row_number() over (
        partition by ratings.quarter_start_date, ratings.customer_id
        order by ratings.weight * (100 - ratings.norm_score) desc, ratings.weight desc, ratings.criterion_id asc
    ) = 1

),

final as (

    select
        covered.quarter_start_date,
        covered.customer_id,
        covered.potential_score,
        covered.attractiveness_score,
        covered.potential_coverage_ratio,
        covered.attractiveness_coverage_ratio,
        least(covered.potential_coverage_ratio, covered.attractiveness_coverage_ratio) as coverage_ratio,
        {{ portfolio_zone(
            'covered.potential_score',
            'covered.attractiveness_score',
            'covered.portfolio_potential_cut_score',
            'covered.portfolio_attractiveness_cut_score',
        ) }} as zone,
        weakest.criterion_id as weakest_criterion,
        covered.criterion_count,
        covered.rater_count,
        covered.rater_spread_score,
        covered.last_rated_date,
        covered.has_outdated_rating,
        covered.has_rating_out_of_scale

    from covered

    left join weakest
        on covered.quarter_start_date = weakest.quarter_start_date
        and covered.customer_id = weakest.customer_id

)

select * from final
