-- In each quarter the matrix counts each customer of the population once, those that move and those that stay, and its amounts add up to
-- theirs to the cent; the uplift is that of the moves upwards, which differs from the wallet gap of all. Guards against customers without
-- a potential class falling out of the matrix.
{{ config(meta={'dagster': {'ref': {'name': 'reclassification_matrix'}}}) }}

with

population as (

    select
        segments.quarter_start_date,
        count(*) as customer_count,
        sum(segments.net_revenue_amount) as net_revenue_amount,
        sum(segments.potential_amount) as potential_amount,
        sum(
            case
                when {{ class_position(class_of_potential('segments.potential_class')) }}
                    < {{ class_position('segments.abc_revenue_class') }}
                    then segments.potential_amount - segments.net_revenue_amount
            end
        ) as uplift_amount

    from {{ ref('customer_segments') }} as segments

    inner join {{ ref('dim_quarter') }} as quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    where segments.is_in_population

    group by segments.quarter_start_date

),

matrix as (

    select
        quarter_start_date,
        sum(customer_count) as customer_count,
        sum(case when direction in ('UP', 'DOWN') then customer_count else 0 end) as moved_count,
        sum(case when direction = 'STAY' then customer_count else 0 end) as stayed_count,
        sum(case when direction is null then customer_count else 0 end) as undefined_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(potential_amount) as potential_amount,
        sum(uplift_amount) as uplift_amount

    from {{ ref('reclassification_matrix') }}

    group by quarter_start_date

)

select
    population.quarter_start_date,
    population.customer_count as expected_count,
    matrix.customer_count as counted

from population

left join matrix
    on population.quarter_start_date = matrix.quarter_start_date

where
    matrix.customer_count is distinct from population.customer_count
    or matrix.moved_count + matrix.stayed_count + matrix.undefined_count <> matrix.customer_count
    or matrix.net_revenue_amount is distinct from population.net_revenue_amount
    or matrix.potential_amount is distinct from population.potential_amount
    or matrix.uplift_amount is distinct from population.uplift_amount
