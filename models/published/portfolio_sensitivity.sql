-- grain: one criterion and change of its weight per quarter, and all of them together
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

zones as (

    select *

    from {{ ref('int_portfolio__zone') }}

    where zone <> 'UNRATED'

),

criteria as (

    select * from {{ ref('int_portfolio__criterion') }}

),

ratings as (

    select
        ratings.quarter_start_date,
        ratings.customer_id,
        ratings.criterion_id,
        ratings.axis,
        ratings.weight,
        ratings.norm_score

    from {{ ref('int_portfolio__rating') }} as ratings

    inner join zones
        on ratings.quarter_start_date = zones.quarter_start_date
        and ratings.customer_id = zones.customer_id

    where ratings.norm_score is not null

),

profit as (

    select
        profit.quarter_start_date,
        profit.customer_id,
        profit.net_revenue_amount

    from {{ ref('int_customer__profit_by_quarter') }} as profit

    inner join zones
        on profit.quarter_start_date = zones.quarter_start_date
        and profit.customer_id = zones.customer_id

),

axes as (

    select
        quarter_start_date,
        customer_id,
        axis,
        sum(weight) as rated_weight,
        sum(weight * norm_score) as weighted_sum

    from ratings

    group by quarter_start_date, customer_id, axis

),

changes as (

    select
        criteria.quarter_start_date,
        criteria.criterion_id,
        criteria.axis,
        criteria.axis_weight,
        'UP' as change,
        policy.portfolio_weight_change_ratio as weight_change_ratio,
        cast(criteria.weight * policy.portfolio_weight_change_ratio as decimal(18, 6)) as added_weight

    from criteria

    inner join policy
        on criteria.quarter_start_date = policy.quarter_start_date

    union all

    select
        criteria.quarter_start_date,
        criteria.criterion_id,
        criteria.axis,
        criteria.axis_weight,
        'DOWN' as change,
        -policy.portfolio_weight_change_ratio as weight_change_ratio,
        cast(-criteria.weight * policy.portfolio_weight_change_ratio as decimal(18, 6)) as added_weight

    from criteria

    inner join policy
        on criteria.quarter_start_date = policy.quarter_start_date

),

-- A rated criterion moves the score of its axis, and any criterion the share of the weight that is rated.
changed as (

    select
        axes.quarter_start_date,
        axes.customer_id,
        axes.axis,
        changes.criterion_id,
        changes.change,
        changes.weight_change_ratio,
        case when ratings.norm_score is null then axes.rated_weight else axes.rated_weight + changes.added_weight end as rated_weight,
        changes.axis_weight + changes.added_weight as axis_weight,
        axes.weighted_sum + coalesce(changes.added_weight * ratings.norm_score, 0) as weighted_sum

    from axes

    inner join changes
        on axes.quarter_start_date = changes.quarter_start_date
        and axes.axis = changes.axis

    left join ratings
        on axes.quarter_start_date = ratings.quarter_start_date
        and axes.customer_id = ratings.customer_id
        and changes.criterion_id = ratings.criterion_id

),

scored as (

    select
        changed.quarter_start_date,
        changed.customer_id,
        changed.criterion_id,
        changed.change,
        changed.weight_change_ratio,
        zones.zone,
        policy.portfolio_potential_cut_score,
        policy.portfolio_attractiveness_cut_score,
        case
            when changed.axis <> 'POTENTIAL' then zones.potential_score
            when changed.rated_weight >= policy.portfolio_minimum_coverage_ratio * changed.axis_weight
                then cast(changed.weighted_sum / changed.rated_weight as decimal(9, 4))
        end as potential_score,
        case
            when changed.axis <> 'ATTRACTIVENESS' then zones.attractiveness_score
            when changed.rated_weight >= policy.portfolio_minimum_coverage_ratio * changed.axis_weight
                then cast(changed.weighted_sum / changed.rated_weight as decimal(9, 4))
        end as attractiveness_score

    from changed

    inner join zones
        on changed.quarter_start_date = zones.quarter_start_date
        and changed.customer_id = zones.customer_id

    inner join policy
        on changed.quarter_start_date = policy.quarter_start_date

),

rezoned as (

    select
        quarter_start_date,
        customer_id,
        criterion_id,
        change,
        weight_change_ratio,
        zone,
        {{ portfolio_zone(
            'potential_score',
            'attractiveness_score',
            'portfolio_potential_cut_score',
            'portfolio_attractiveness_cut_score',
        ) }} as changed_zone

    from scored

),

by_customer as (

    select
        quarter_start_date,
        customer_id,
        '__ANY__' as criterion_id,
        'ANY' as change,
        cast(null as decimal(9, 6)) as weight_change_ratio,
        max(case when zone <> changed_zone then 1 else 0 end) as flip_count,
        max(case when changed_zone = 'UNRATED' then 1 else 0 end) as unrated_count

    from rezoned

    group by quarter_start_date, customer_id

),

combined as (

    select
        quarter_start_date,
        customer_id,
        criterion_id,
        change,
        weight_change_ratio,
        case when zone <> changed_zone then 1 else 0 end as flip_count,
        case when changed_zone = 'UNRATED' then 1 else 0 end as unrated_count

    from rezoned

    union all

    select * from by_customer

),

final as (

    select
        combined.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        combined.criterion_id,
        combined.change,
        cast(max(combined.weight_change_ratio) as decimal(9, 6)) as weight_change_ratio,
        cast(count(*) as integer) as rated_count,
        cast(sum(combined.flip_count) as integer) as flip_count,
        {{ share_of_total('sum(combined.flip_count)', 'count(*)') }} as flip_ratio,
        cast(sum(combined.unrated_count) as integer) as unrated_count,
        cast(sum(case when combined.flip_count = 1 then profit.net_revenue_amount end) as decimal(18, 2)) as flip_revenue_amount

    from combined

    inner join quarters
        on combined.quarter_start_date = quarters.quarter_start_date

    left join profit
        on combined.quarter_start_date = profit.quarter_start_date
        and combined.customer_id = profit.customer_id

    group by
        combined.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        combined.criterion_id,
        combined.change

)

select * from final
