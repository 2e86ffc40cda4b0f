-- grain: one quarter, type and computed priority of inquiries for which nobody asked for another priority
{{ config(materialized='view') }}

with

inquiries as (

    select * from {{ ref('int_inquiry__by_quarter') }}

    where is_received

),

delivered as (

    select * from {{ ref('int_inquiry__outcome') }}

),

requested as (

    select distinct inquiry_id

    from {{ ref('int_override__version') }}

    where inquiry_id is not null

),

-- An exception for a whole account covers inquiries for which nobody asked one by one.
excepted as (

    select * from {{ ref('int_inquiry__override') }}

),

final as (

    select
        inquiries.quarter_start_date,
        inquiries.inquiry_type,
        inquiries.computed_priority,
        count(*) as peer_count,
        count(case when delivered.is_won then 1 end) as won_count,
        count(delivered.is_won) as decided_count,
        median(delivered.cycle_minutes) as median_cycle_minutes,
        median(delivered.response_minutes) as median_response_minutes

    from inquiries

    inner join delivered
        on inquiries.inquiry_id = delivered.inquiry_id

    left join requested
        on inquiries.inquiry_id = requested.inquiry_id

    left join excepted
        on inquiries.quarter_start_date = excepted.quarter_start_date
        and inquiries.inquiry_id = excepted.inquiry_id

    where requested.inquiry_id is null and excepted.inquiry_id is null

    group by
        inquiries.quarter_start_date,
        inquiries.inquiry_type,
        inquiries.computed_priority

)

select * from final
