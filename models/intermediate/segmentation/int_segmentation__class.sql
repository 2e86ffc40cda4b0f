-- grain: one customer per quarter
{{ config(materialized='view') }}

with

measures as (

    select * from {{ ref('int_segmentation__measure') }}

),

boundaries as (

    select * from {{ ref('int_segmentation__class_boundary') }}

),

boundary_by_quarter as (

    select
        quarter_start_date,
        max(case when scheme = 'abc_revenue' then class_a_minimum_amount end) as revenue_a_minimum,
        max(case when scheme = 'abc_revenue' then class_b_minimum_amount end) as revenue_b_minimum,
        max(case when scheme = 'abc_contribution' then class_a_minimum_amount end) as contribution_a_minimum,
        max(case when scheme = 'abc_contribution' then class_b_minimum_amount end) as contribution_b_minimum,
        max(case when scheme = 'potential' then class_a_minimum_amount end) as potential_a_minimum,
        max(case when scheme = 'potential' then class_b_minimum_amount end) as potential_b_minimum,
        max(case when scheme = 'tier' then class_a_minimum_amount end) as tier_a_minimum,
        max(case when scheme = 'tier' then class_b_minimum_amount end) as tier_b_minimum

    from boundaries

    group by quarter_start_date

),

ranked as (

    select
        measures.quarter_start_date,
        measures.customer_id,
        measures.is_in_population,
        measures.steering_measure,
        measures.tier_measure,
        measures.tier_measure_amount,
        measures.potential_measure,
        measures.potential_measure_amount,
        {{ pareto_class('net_revenue_amount', 'revenue_a_minimum', 'revenue_b_minimum', 'is_in_population') }}
            as abc_revenue_class,
        {{ pareto_class('contribution_amount', 'contribution_a_minimum', 'contribution_b_minimum', 'is_in_population') }}
            as abc_contribution_class,
        {{ pareto_class('potential_measure_amount', 'potential_a_minimum', 'potential_b_minimum', 'is_in_population') }}
            as potential_abc_class,
        {{ pareto_class('tier_measure_amount', 'tier_a_minimum', 'tier_b_minimum', 'is_in_population') }}
            as tier_abc_class

    from measures

    left join boundary_by_quarter
        on measures.quarter_start_date = boundary_by_quarter.quarter_start_date

),

classified as (

    select
        quarter_start_date,
        customer_id,
        abc_revenue_class,
        abc_contribution_class,
        case
            when not is_in_population then null
            when potential_abc_class = 'A' then 'HIGH'
            when potential_abc_class = 'B' then 'MID'
            when potential_abc_class in ('C', 'N') then 'LOW'
        end as potential_class,
        potential_measure,
        coalesce(tier_abc_class, 'N') as tier_raw,
        tier_measure,
        is_in_population and potential_measure_amount is null as is_without_potential,
        is_in_population and tier_measure = 'net_revenue' and steering_measure <> 'net_revenue' as is_tier_by_revenue,
        is_in_population and tier_measure_amount is null as is_without_tier_measure

    from ranked

)

select * from classified
