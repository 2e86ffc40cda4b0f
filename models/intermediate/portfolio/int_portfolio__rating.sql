-- grain: one customer, criterion and quarter with a rating or a measure
with

criteria as (

    select * from {{ ref('int_portfolio__criterion') }}

),

manual_ratings as (

    select * from {{ ref('int_portfolio__manual_rating') }}

),

metrics as (

    select * from {{ ref('int_portfolio__metric') }}

),

-- A measure is a rating without a rater that is never old.
combined as (

    select
        manual_ratings.quarter_start_date,
        manual_ratings.customer_id,
        manual_ratings.criterion_id,
        manual_ratings.value,
        manual_ratings.rater_count,
        manual_ratings.maximum_score - manual_ratings.minimum_score as spread,
        manual_ratings.last_rated_date,
        manual_ratings.has_outdated_rating,
        manual_ratings.has_rating_out_of_scale

    from manual_ratings

    union all

    select
        metrics.quarter_start_date,
        metrics.customer_id,
        criteria.criterion_id,
        metrics.value,
        cast(null as integer) as rater_count,
        cast(null as decimal(18, 4)) as spread,
        cast(null as date) as last_rated_date,
        false as has_outdated_rating,
        false as has_rating_out_of_scale

    from metrics

    inner join criteria
        on metrics.quarter_start_date = criteria.quarter_start_date
        and metrics.metric = criteria.metric

),

-- What lies beyond an end of the scale counts as the end.
on_scale as (

    select
        combined.*,
        criteria.axis,
        criteria.source,
        criteria.weight,
        criteria.direction,
        criteria.scale_min,
        criteria.scale_max,
        case
            when combined.value is not null
                then least(greatest(combined.value, criteria.scale_min), criteria.scale_max)
        end as value_on_scale

    from combined

    inner join criteria
        on combined.quarter_start_date = criteria.quarter_start_date
        and combined.criterion_id = criteria.criterion_id

),

-- From 0, the worse end of the scale, to 100.
final as (

    select
        quarter_start_date,
        customer_id,
        criterion_id,
        axis,
        source,
        weight,
        value,
        cast(
            100
            * case when direction = 'LOWER_IS_BETTER' then scale_max - value_on_scale else value_on_scale - scale_min end
            / (scale_max - scale_min) as decimal(9, 6)
        ) as norm_score,
        rater_count,
        cast(100 * spread / (scale_max - scale_min) as decimal(9, 6)) as spread_score,
        last_rated_date,
        has_outdated_rating,
        has_rating_out_of_scale

    from on_scale

)

select * from final
