-- In each quarter every scheme counts each customer of the population once, and its amounts add up to theirs to the cent. Guards against a
-- class that is lost in a join, which shows as shares that look right and do not add up. Eleven schemes are always there, zone and
-- focus_layer only where they are in use.
{{ config(meta={'dagster': {'ref': {'name': 'segment_distribution'}}}) }}

with

segments as (

    select *

    from {{ ref('customer_segments') }}

    where is_in_population

),

distribution as (

    select * from {{ ref('segment_distribution') }}

),

population as (

    select
        quarter_start_date,
        count(*) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(contribution_amount) as contribution_amount,
        sum(cost_to_serve_amount) as cost_to_serve_amount,
        sum(potential_amount) as potential_amount

    from segments

    group by quarter_start_date

),

schemes as (

    select
        quarter_start_date,
        scheme,
        sum(customer_count) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(contribution_amount) as contribution_amount,
        sum(cost_to_serve_amount) as cost_to_serve_amount,
        sum(potential_amount) as potential_amount

    from distribution

    group by
        quarter_start_date,
        scheme

),

scheme_counts as (

    select
        quarter_start_date,
        count(*) as scheme_count

    from schemes

    where scheme not in ('zone', 'focus_layer')

    group by quarter_start_date

)

select
    population.quarter_start_date,
    schemes.scheme,
    population.customer_count as expected_count,
    schemes.customer_count as counted

from population

left join scheme_counts
    on population.quarter_start_date = scheme_counts.quarter_start_date

left join schemes
    on population.quarter_start_date = schemes.quarter_start_date

where
    coalesce(scheme_counts.scheme_count, 0) <> 11
    or schemes.customer_count <> population.customer_count
    or schemes.net_revenue_amount is distinct from population.net_revenue_amount
    or schemes.contribution_amount is distinct from population.contribution_amount
    or schemes.cost_to_serve_amount is distinct from population.cost_to_serve_amount
    or schemes.potential_amount is distinct from population.potential_amount
