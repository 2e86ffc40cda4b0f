-- In each quarter every scheme counts each customer of the population once, and its revenue adds up to theirs. Guards against a class that is
-- lost in a join, which shows as shares that look right and do not add up.
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
        sum(net_revenue_amount) as net_revenue_amount

    from segments

    group by quarter_start_date

),

schemes as (

    select
        quarter_start_date,
        scheme,
        sum(customer_count) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount

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
    coalesce(scheme_counts.scheme_count, 0) <> 6
    or schemes.customer_count <> population.customer_count
    or schemes.net_revenue_amount is distinct from population.net_revenue_amount
