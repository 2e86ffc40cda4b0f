-- grain: one customer, manual criterion and quarter with a rating
with

ratings as (

    select * from {{ ref('input_layer__criterion_rating') }}

),

accounts as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

criteria as (

    select * from {{ ref('int_portfolio__criterion') }}

    where source = 'manual'

),

-- The latest rating of each rater up to the last day counted. Of a customer with several accounts the one that stands for it comes first.
latest_by_rater as (

    select
        criteria.quarter_start_date,
        accounts.customer_id,
        criteria.criterion_id,
        ratings.score,
        ratings.rated_date,
        ratings.rated_date < {{ add_days('criteria.as_of_date', '-1 * criteria.max_age_days') }} as is_outdated,
        ratings.score < criteria.scale_min or ratings.score > criteria.scale_max as is_out_of_scale

    from ratings

    inner join accounts
        on ratings.account_id = accounts.source_id

    inner join criteria
        on ratings.criterion_id = criteria.criterion_id
        and ratings.rated_date <= criteria.as_of_date

    qualify row_number() over (
        partition by criteria.quarter_start_date, accounts.customer_id, criteria.criterion_id, ratings.rater_id
        order by ratings.rated_date desc, accounts.is_primary desc, accounts.source_id asc
    ) = 1

),

judged as (

    select
        *,
        not is_outdated and not is_out_of_scale as is_counted

    from latest_by_rater

),

by_criterion as (

    select
        quarter_start_date,
        customer_id,
        criterion_id,
        count(case when is_counted then 1 end) as rater_count,
        sum(case when is_counted then score end) as score_sum,
        min(case when is_counted then score end) as minimum_score,
        max(case when is_counted then score end) as maximum_score,
        max(rated_date) as last_rated_date,
        max(case when is_outdated then 1 else 0 end) = 1 as has_outdated_rating,
        max(case when is_out_of_scale and not is_outdated then 1 else 0 end) = 1 as has_rating_out_of_scale

    from judged

    group by quarter_start_date, customer_id, criterion_id

),

final as (

    select
        quarter_start_date,
        customer_id,
        criterion_id,
        case when rater_count > 0 then cast(score_sum / rater_count as decimal(18, 6)) end as value,
        cast(rater_count as integer) as rater_count,
        cast(minimum_score as decimal(18, 4)) as minimum_score,
        cast(maximum_score as decimal(18, 4)) as maximum_score,
        last_rated_date,
        has_outdated_rating,
        has_rating_out_of_scale

    from by_criterion

)

select * from final
