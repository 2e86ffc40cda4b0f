-- grain: one pair of class by revenue and class by potential per quarter
with

comparisons as (

    select
        *,
        {{ class_of_potential('potential_class') }} as class_by_potential

    from {{ ref('class_comparison') }}

    where is_in_population

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

cells as (

    select
        comparisons.quarter_start_date,
        comparisons.abc_revenue_class,
        comparisons.class_by_potential,
        count(*) as customer_count,
        sum(comparisons.net_revenue_amount) as net_revenue_amount,
        sum(comparisons.potential_amount) as potential_amount,
        sum(comparisons.uplift_amount) as uplift_amount,
        count(comparisons.confidence) as rising_count,
        sum(case when comparisons.confidence = 'HIGH' then 1 else 0 end) as high_confidence_count,
        sum(case when comparisons.confidence = 'MEDIUM' then 1 else 0 end) as medium_confidence_count,
        sum(case when comparisons.confidence = 'LOW' then 1 else 0 end) as low_confidence_count,
        sum(case when comparisons.confidence = 'HIGH' then comparisons.uplift_amount end) as high_confidence_uplift_amount

    from comparisons

    inner join quarters
        on comparisons.quarter_start_date = quarters.quarter_start_date

    group by
        comparisons.quarter_start_date,
        comparisons.abc_revenue_class,
        comparisons.class_by_potential

),

populations as (

    select
        quarter_start_date,
        sum(customer_count) as customer_count

    from cells

    group by quarter_start_date

),

positions as (

    select
        *,
        {{ class_position('abc_revenue_class') }} as revenue_position,
        {{ class_position('class_by_potential') }} as potential_position

    from cells

),

final as (

    select
        positions.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        positions.abc_revenue_class,
        coalesce(positions.class_by_potential, 'UNCLASSIFIED') as class_by_potential,
        positions.abc_revenue_class || '->' || positions.class_by_potential as reclass_move,
        case
            when positions.potential_position < positions.revenue_position then 'UP'
            when positions.potential_position = positions.revenue_position then 'STAY'
            when positions.potential_position > positions.revenue_position then 'DOWN'
        end as direction,
        cast(positions.customer_count as integer) as customer_count,
        {{ share_of_total('positions.customer_count', 'populations.customer_count') }} as customer_ratio,
        cast(positions.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(positions.potential_amount as decimal(18, 2)) as potential_amount,
        cast(positions.uplift_amount as decimal(18, 2)) as uplift_amount,
        cast(case when positions.rising_count > 0 then positions.high_confidence_count end as integer) as high_confidence_count,
        cast(case when positions.rising_count > 0 then positions.medium_confidence_count end as integer) as medium_confidence_count,
        cast(case when positions.rising_count > 0 then positions.low_confidence_count end as integer) as low_confidence_count,
        cast(
            case when positions.rising_count > 0 then coalesce(positions.high_confidence_uplift_amount, 0) end as decimal(18, 2)
        ) as high_confidence_uplift_amount

    from positions

    inner join quarters
        on positions.quarter_start_date = quarters.quarter_start_date

    inner join populations
        on positions.quarter_start_date = populations.quarter_start_date

)

select * from final
