-- grain: one unrated customer in the latest quarter of the run
with

latest_quarter as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        policy.rating_to_do_maximum_count

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

    qualify row_number() over (order by quarters.quarter_start_date desc) = 1

),

zones as (

    select * from {{ ref('portfolio_zones') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

criteria as (

    select * from {{ ref('int_portfolio__criterion') }}

    where source = 'manual'

),

manual_ratings as (

    select * from {{ ref('int_portfolio__manual_rating') }}

),

-- Ratings are asked for of existing customers that are still served. The largest by revenue and potential together come first.
ranked as (

    select
        latest_quarter.quarter_start_date,
        latest_quarter.as_of_date,
        latest_quarter.is_provisional,
        latest_quarter.rating_to_do_maximum_count,
        coalesce(segments.rep_id, 'UNASSIGNED') as rep_id,
        zones.customer_id,
        segments.customer_name,
        segments.net_revenue_amount,
        segments.potential_amount,
        cast(segments.net_revenue_amount + coalesce(segments.potential_amount, 0) as decimal(18, 2)) as value_amount,
        zones.coverage_ratio,
        zones.unrated_reason,
        zones.last_rated_date,
        row_number() over (
            partition by coalesce(segments.rep_id, 'UNASSIGNED')
            order by segments.net_revenue_amount + coalesce(segments.potential_amount, 0) desc nulls last, zones.customer_id asc
        ) as rank

    from zones

    inner join latest_quarter
        on zones.quarter_start_date = latest_quarter.quarter_start_date

    inner join segments
        on zones.quarter_start_date = segments.quarter_start_date
        and zones.customer_id = segments.customer_id
        and segments.lifecycle_status in ('new', 'active')

    where zones.zone = 'UNRATED'

),

listed as (

    select * from ranked

    where rank <= rating_to_do_maximum_count

),

-- What is to be rated: criteria without a rating that counts.
missing as (

    select
        listed.customer_id,
        {{ dbt.listagg('criteria.criterion_id', "','", 'order by criteria.criterion_id') }} as missing_criteria

    from listed

    inner join criteria
        on listed.quarter_start_date = criteria.quarter_start_date

    left join manual_ratings
        on listed.quarter_start_date = manual_ratings.quarter_start_date
        and listed.customer_id = manual_ratings.customer_id
        and criteria.criterion_id = manual_ratings.criterion_id

    where manual_ratings.value is null

    group by listed.customer_id

),

final as (

    select
        listed.quarter_start_date,
        listed.as_of_date,
        listed.is_provisional,
        listed.rep_id,
        reps.rep_name,
        cast(listed.rank as integer) as rank,
        listed.customer_id,
        listed.customer_name,
        listed.value_amount,
        listed.net_revenue_amount,
        listed.potential_amount,
        listed.coverage_ratio,
        listed.unrated_reason,
        listed.last_rated_date,
        missing.missing_criteria,
        {{ flags({
            'INACTIVE_REP': 'coalesce(reps.active_to < listed.as_of_date, false)',
            'NO_POTENTIAL': 'listed.potential_amount is null',
            'NO_REP': "listed.rep_id = 'UNASSIGNED'",
            'UNKNOWN_REP': "reps.rep_id is null and listed.rep_id <> 'UNASSIGNED'",
        }) }} as flags

    from listed

    left join missing
        on listed.customer_id = missing.customer_id

    left join reps
        on listed.rep_id = reps.rep_id

)

select * from final
