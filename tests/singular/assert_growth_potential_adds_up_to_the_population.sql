-- In each quarter the groups of growth_potential hold each customer of the population once, and revenue, potential and growth add up to the
-- customers' to the cent. The growth of all is what growth_concentration's row with the share 1 holds. Guards against groups lost with a
-- class that is NULL, and against two tables with two growths.
{{ config(meta={'dagster': {'ref': {'name': 'growth_potential'}}}) }}

with

population as (

    select
        segments.quarter_start_date,
        count(*) as customer_count,
        count(*) - count(segments.potential_amount) as unknown_potential_count,
        sum(segments.net_revenue_amount) as net_revenue_amount,
        sum(segments.potential_amount) as potential_amount,
        -- The potential is never below a positive revenue.
        sum(segments.potential_amount - case when segments.net_revenue_amount > 0 then segments.net_revenue_amount else 0 end)
            as growth_potential_amount

    from {{ ref('customer_segments') }} as segments

    inner join {{ ref('dim_quarter') }} as quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    where segments.is_in_population

    group by segments.quarter_start_date

),

groups_of_customers as (

    select
        quarter_start_date,
        sum(customer_count) as customer_count,
        sum(unknown_potential_count) as unknown_potential_count,
        sum(growing_customer_count) as growing_customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(potential_amount) as potential_amount,
        sum(growth_potential_amount) as growth_potential_amount

    from {{ ref('growth_potential') }}

    group by quarter_start_date

),

whole as (

    select * from {{ ref('growth_concentration') }}

    where growth_share_ratio = 1

)

select
    population.quarter_start_date,
    population.customer_count as expected_count,
    groups_of_customers.customer_count as counted

from population

left join groups_of_customers
    on population.quarter_start_date = groups_of_customers.quarter_start_date

left join whole
    on population.quarter_start_date = whole.quarter_start_date

where
    groups_of_customers.customer_count is distinct from population.customer_count
    or groups_of_customers.unknown_potential_count is distinct from population.unknown_potential_count
    or groups_of_customers.net_revenue_amount is distinct from population.net_revenue_amount
    or groups_of_customers.potential_amount is distinct from population.potential_amount
    or groups_of_customers.growth_potential_amount is distinct from population.growth_potential_amount
    or coalesce(whole.growth_potential_amount, 0) <> coalesce(population.growth_potential_amount, 0)
    or coalesce(whole.customer_count, 0) <> coalesce(groups_of_customers.growing_customer_count, 0)
    or whole.population_count is distinct from population.customer_count
