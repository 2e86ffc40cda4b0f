-- grain: one inquiry and quarter with an exception in force when it was answered, or at the end of the last day counted
{{ config(materialized='view') }}

with

inquiries as (

    select
        quarter_start_date,
        inquiry_id,
        customer_id,
        as_of_date,
        judged_at,
        least(cast(judged_at as date), as_of_date) as judged_date

    from {{ ref('int_inquiry__by_quarter') }}

),

overrides as (

    select * from {{ ref('int_override__by_quarter') }}

),

candidates as (

    select
        inquiries.quarter_start_date,
        inquiries.inquiry_id,
        inquiries.judged_at,
        inquiries.judged_date,
        overrides.data_source,
        overrides.request_id,
        overrides.to_priority,
        overrides.reason_code,
        overrides.requester_id,
        overrides.approver_id,
        overrides.decided_at,
        overrides.valid_until,
        1 as precedence

    from inquiries

    inner join overrides
        on inquiries.quarter_start_date = overrides.quarter_start_date
        and inquiries.inquiry_id = overrides.inquiry_id

    union all

    select
        inquiries.quarter_start_date,
        inquiries.inquiry_id,
        inquiries.judged_at,
        inquiries.judged_date,
        overrides.data_source,
        overrides.request_id,
        overrides.to_priority,
        overrides.reason_code,
        overrides.requester_id,
        overrides.approver_id,
        overrides.decided_at,
        overrides.valid_until,
        2 as precedence

    from inquiries

    inner join overrides
        on inquiries.quarter_start_date = overrides.quarter_start_date
        and inquiries.customer_id = overrides.customer_id

    where overrides.inquiry_id is null

),

-- Of several the one for the inquiry itself counts, then the latest decision.
in_force as (

    select
        quarter_start_date,
        inquiry_id,
        data_source,
        request_id,
        to_priority,
        reason_code,
        requester_id,
        approver_id,
        decided_at,
        valid_until

    from candidates

    where
        decided_at <= judged_at
        and cast(decided_at as date) <= judged_date
        and (valid_until is null or valid_until >= judged_date)

    qualify row_number() over (
        partition by quarter_start_date, inquiry_id
        order by precedence asc, decided_at desc, data_source asc, request_id asc
    ) = 1

)

select * from in_force
