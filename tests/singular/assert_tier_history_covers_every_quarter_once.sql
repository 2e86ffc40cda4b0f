-- Each customer and quarter lies in exactly one interval of the tier history, with the tier in force, and the last interval of each customer is
-- open. Guards against histories with gaps or overlaps, which answer "which tier was it then?" with nothing or with two rows.
{{ config(meta={'dagster': {'ref': {'name': 'int_segmentation__tier_history'}}}) }}

with

tiers as (

    select * from {{ ref('int_segmentation__tier') }}

),

history as (

    select * from {{ ref('int_segmentation__tier_history') }}

),

covered as (

    select
        tiers.customer_id,
        tiers.quarter_start_date,
        count(history.customer_id) as interval_count,
        count(case when history.tier_effective = tiers.tier_effective then 1 end) as matching_count

    from tiers

    left join history
        on tiers.customer_id = history.customer_id
        and tiers.quarter_start_date >= history.valid_from
        and (tiers.quarter_start_date < history.valid_to or history.valid_to is null)

    group by
        tiers.customer_id,
        tiers.quarter_start_date

),

open_intervals as (

    select
        customer_id,
        count(case when valid_to is null then 1 end) as open_count

    from history

    group by customer_id

)

select
    customer_id,
    quarter_start_date,
    interval_count

from covered

where interval_count <> 1 or matching_count <> 1

union all

select
    customer_id,
    cast(null as date) as quarter_start_date,
    open_count as interval_count

from open_intervals

where open_count <> 1
