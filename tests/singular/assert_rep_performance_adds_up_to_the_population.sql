-- The rows of a quarter hold each customer of the population once: what a rep gains another one loses, or nobody looks after it. Guards
-- against customers that vanish with an owner whom the list of reps does not have.
{{ config(meta={'dagster': {'ref': {'name': 'rep_performance'}}}) }}

with

population as (

    select
        segments.quarter_start_date,
        count(*) as customer_count,
        sum(segments.net_revenue_amount) as net_revenue_amount,
        sum(segments.contribution_amount) as contribution_amount,
        sum(segments.cost_to_serve_amount) as cost_to_serve_amount

    from {{ ref('customer_segments') }} as segments

    inner join {{ ref('dim_quarter') }} as quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    where segments.is_in_population

    group by segments.quarter_start_date

),

reps as (

    select
        quarter_start_date,
        sum(customer_count) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(contribution_amount) as contribution_amount,
        sum(cost_to_serve_amount) as cost_to_serve_amount

    from {{ ref('rep_performance') }}

    group by quarter_start_date

)

select
    population.quarter_start_date,
    population.customer_count as expected_count,
    reps.customer_count as counted

from population

left join reps
    on population.quarter_start_date = reps.quarter_start_date

where
    reps.customer_count is distinct from population.customer_count
    or reps.net_revenue_amount is distinct from population.net_revenue_amount
    or reps.contribution_amount is distinct from population.contribution_amount
    or reps.cost_to_serve_amount is distinct from population.cost_to_serve_amount
