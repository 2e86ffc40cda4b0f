-- grain: one customer of the population per quarter
with

zones as (

    select * from {{ ref('int_portfolio__zone') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

criteria as (

    select * from {{ ref('int_portfolio__criterion') }}

),

zone_actions as (

    select * from {{ ref('policy_zone_action') }}

),

published_zones as (

    select * from {{ source('ledger', 'portfolio_zone') }}

),

enabled_sources as (

    select {{ dbt.listagg('data_source', "'+'", 'order by data_source') }} as source_set

    from {{ source('run', 'data_source') }}

),

actions_in_force as (

    select
        quarters.quarter_start_date,
        zone_actions.zone,
        zone_actions.action,
        zone_actions.adds_weakest_action

    from quarters

    inner join zone_actions
        on quarters.as_of_date >= zone_actions.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, zone_actions.zone
        order by zone_actions.valid_from desc
    ) = 1

),

published_ids as (

    select * from {{ ref('int_customer__published_id') }}

),

first_quarter as (

    select min(previous_quarter_start_date) as previous_quarter_start_date from quarters

),

-- The quarter before the first one of the run is known from what the same data sources have published for it. Of customers that
-- were merged since the zone of the survivor counts.
published_before_run as (

    select
        published_zones.quarter_start_date,
        coalesce(published_ids.customer_id, published_zones.customer_id) as customer_id,
        published_zones.zone

    from published_zones

    inner join enabled_sources
        on published_zones.source_set = enabled_sources.source_set

    inner join first_quarter
        on published_zones.quarter_start_date = first_quarter.previous_quarter_start_date

    left join published_ids
        on published_zones.customer_id = published_ids.published_customer_id

    qualify row_number() over (
        partition by coalesce(published_ids.customer_id, published_zones.customer_id)
        order by
            case when published_zones.customer_id = published_ids.customer_id then 0 else 1 end,
            published_zones.customer_id
    ) = 1

),

earlier_zones as (

    select
        quarter_start_date,
        customer_id,
        zone

    from zones

    union all

    select * from published_before_run

),

final as (

    select
        zones.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        zones.customer_id,
        zones.potential_score,
        zones.attractiveness_score,
        zones.coverage_ratio,
        zones.zone,
        earlier_zones.zone as zone_previous,
        zones.weakest_criterion,
        case
            when actions_in_force.adds_weakest_action and criteria.weakest_action is not null
                then concat(actions_in_force.action, ': ', criteria.weakest_action)
            else actions_in_force.action
        end as recommended_action,
        case when actions_in_force.adds_weakest_action then criteria.campaign_type end as campaign_type,
        profit.net_revenue_amount,
        profit.contribution_amount,
        zones.potential_coverage_ratio,
        zones.attractiveness_coverage_ratio,
        zones.criterion_count,
        zones.rater_count,
        zones.rater_spread_score,
        zones.last_rated_date,
        case
            when zones.zone <> 'UNRATED' then null
            when zones.last_rated_date is null then 'NEVER_RATED'
            when zones.has_outdated_rating then 'OUTDATED'
            else 'INCOMPLETE'
        end as unrated_reason,
        {{ flags({
            'OUTDATED_RATING': 'zones.has_outdated_rating',
            'RATING_OUT_OF_SCALE': 'zones.has_rating_out_of_scale',
        }) }} as flags

    from zones

    inner join quarters
        on zones.quarter_start_date = quarters.quarter_start_date

    left join earlier_zones
        on quarters.previous_quarter_start_date = earlier_zones.quarter_start_date
        and zones.customer_id = earlier_zones.customer_id

    left join profit
        on zones.quarter_start_date = profit.quarter_start_date
        and zones.customer_id = profit.customer_id

    left join actions_in_force
        on zones.quarter_start_date = actions_in_force.quarter_start_date
        and zones.zone = actions_in_force.zone

    left join criteria
        on zones.quarter_start_date = criteria.quarter_start_date
        and zones.weakest_criterion = criteria.criterion_id

)

select * from final
