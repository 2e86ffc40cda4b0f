-- grain: one customer per quarter
with

segments as (

    select * from {{ ref('customer_segments') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

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
        case
            when is_in_population and potential_position < revenue_position
                then cast(potential_amount - net_revenue_amount as decimal(18, 2))
        end as uplift_amount,
        case when is_in_population then assigned_class = abc_revenue_class end as is_assigned_class_confirmed,
        {{ flags({
            'INTERCOMPANY': 'not is_in_population',
            'NO_ASSIGNED_CLASS': 'assigned_class is null',
            'NO_CONTRIBUTION_CLASS': 'abc_contribution_class is null',
            'NO_POTENTIAL_CLASS': 'potential_class is null',
            'UNKNOWN_ASSIGNED_CLASS': 'assigned_class is not null and assigned_position is null',
        }) }} as flags

    from positions

)

select * from final
