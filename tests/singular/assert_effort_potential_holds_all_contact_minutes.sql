-- In each quarter the rows hold the minutes of every contact with a customer of the population. Guards against a customer without potential, or blocked since, whose minutes vanish from the shares.
{{ config(meta={'dagster': {'ref': {'name': 'effort_potential'}}}) }}

with

customers as (

    select
        segments.quarter_start_date,
        efforts.minutes

    from {{ ref('customer_segments') }} as segments

    inner join {{ ref('dim_quarter') }} as quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    left join {{ ref('int_steering__contact_effort') }} as efforts
        on segments.quarter_start_date = efforts.quarter_start_date
        and segments.customer_id = efforts.customer_id

    where segments.is_in_population

),

expected as (

    select
        customers.quarter_start_date,
        sum(customers.minutes) as minutes,
        count(case when customers.minutes > 0 then 1 end) as contacted_count

    from customers

    group by customers.quarter_start_date

),

found as (

    select
        quarter_start_date,
        sum(minutes) as minutes,
        count(case when minutes > 0 then 1 end) as contacted_count

    from {{ ref('effort_potential') }}

    group by quarter_start_date

)

select
    expected.quarter_start_date,
    expected.minutes as expected_minutes,
    found.minutes

from expected

left join found
    on expected.quarter_start_date = found.quarter_start_date

where
    coalesce(found.minutes, 0) <> coalesce(expected.minutes, 0)
    or coalesce(found.contacted_count, 0) <> expected.contacted_count
