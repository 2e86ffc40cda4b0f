-- grain: one customer per quarter
with

segments as (

    select * from {{ ref('customer_segments') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

estimates as (

    select * from {{ ref('customer_potential') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

boundaries as (

    select *

    from {{ ref('int_segmentation__class_boundary') }}

    where scheme = 'potential'

),

classes as (

    select
        segments.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        segments.customer_id,
        {{ normalised_class('segments.assigned_class') }} as assigned_class,
        segments.abc_revenue_class,
        segments.abc_contribution_class,
        segments.potential_class,
        {{ class_of_potential('segments.potential_class') }} as class_by_potential,
        segments.potential_amount,
        case segments.potential_measure
            when 'potential_profit' then segments.potential_profit_amount
            else segments.potential_amount
        end as potential_measure_amount,
        segments.wallet_source,
        segments.net_revenue_amount,
        segments.is_in_population

    from segments

    inner join quarters
        on segments.quarter_start_date = quarters.quarter_start_date

),

positions as (

    select
        *,
        {{ class_position('assigned_class') }} as assigned_position,
        {{ class_position('abc_revenue_class') }} as revenue_position,
        {{ class_position('class_by_potential') }} as potential_position

    from classes

),

-- Only a rise promises something that can be doubted. The two estimates of comparable customers are no less than what the
-- customer buys today, as the potential itself.
estimated as (

    select
        positions.*,
        coalesce(positions.is_in_population and positions.potential_position < positions.revenue_position, false) as is_rising,
        greatest(estimates.potential_q50_amount, positions.net_revenue_amount) as lower_estimate_amount,
        greatest(estimates.potential_q90_amount, positions.net_revenue_amount) as upper_estimate_amount,
        coalesce(
            estimates.feature_coverage_ratio >= policy.reclass_minimum_feature_coverage_ratio, false
        ) as is_known_well_enough,
        case positions.class_by_potential
            when 'A' then boundaries.class_a_minimum_amount
            when 'B' then boundaries.class_b_minimum_amount
        end as class_minimum_amount

    from positions

    left join policy
        on positions.quarter_start_date = policy.quarter_start_date

    left join boundaries
        on positions.quarter_start_date = boundaries.quarter_start_date

    left join estimates
        on positions.quarter_start_date = estimates.quarter_start_date
        and positions.customer_id = estimates.customer_id

),

-- A class by potential profit is reached by another amount at the same profit rate.
reasoned as (

    select
        *,
        case
            when not is_rising then null
            when wallet_source = 'declared' then 'DECLARED'
            when {{ reaches_class('lower_estimate_amount') }} then 'LOWER_ESTIMATE'
            when not {{ reaches_class('upper_estimate_amount') }} then 'NO_SECOND_SOURCE'
            when is_known_well_enough then 'COMPARABLE_CUSTOMERS'
            else 'FEATURES_UNKNOWN'
        end as confidence_reason

    from estimated

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        customer_id,
        assigned_class,
        abc_revenue_class,
        abc_contribution_class,
        potential_class,
        case when is_in_population then abc_revenue_class || '->' || class_by_potential end as reclass_move,
        case when is_rising then cast(potential_amount - net_revenue_amount as decimal(18, 2)) end as uplift_amount,
        case when is_in_population then assigned_class = abc_revenue_class end as is_assigned_class_confirmed,
        {{ flags({
            'INTERCOMPANY': 'not is_in_population',
            'NO_ASSIGNED_CLASS': 'assigned_class is null',
            'NO_CONTRIBUTION_CLASS': 'abc_contribution_class is null',
            'NO_POTENTIAL_CLASS': 'potential_class is null',
            'UNKNOWN_ASSIGNED_CLASS': 'assigned_class is not null and assigned_position is null',
        }) }} as flags,
        case
            when confidence_reason in ('DECLARED', 'LOWER_ESTIMATE') then 'HIGH'
            when confidence_reason = 'COMPARABLE_CUSTOMERS' then 'MEDIUM'
            when confidence_reason in ('FEATURES_UNKNOWN', 'NO_SECOND_SOURCE') then 'LOW'
        end as confidence,
        confidence_reason,
        net_revenue_amount,
        potential_amount,
        is_in_population

    from reasoned

)

select * from final
