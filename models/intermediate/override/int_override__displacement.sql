-- grain: one approved exception for an inquiry; the inquiries that it went ahead of
{{ config(materialized='view') }}

with

requests as (

    select * from {{ ref('int_override__request') }}

    where is_eligible and inquiry_id is not null

),

inquiries as (

    select * from {{ ref('int_inquiry__by_quarter') }}

    where is_received

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

delivered as (

    select * from {{ ref('input_layer__inquiry') }}

),

-- Still unanswered when the exception was approved: afterwards there was nothing left to go ahead with.
moved as (

    select
        requests.data_source,
        requests.request_id,
        requests.decided_at,
        requests.to_priority,
        inquiries.inquiry_id,
        inquiries.inquiry_type,
        inquiries.quarter_start_date,
        inquiries.rep_id,
        inquiries.computed_priority,
        inquiries.order_position,
        coalesce(delivered.first_response_at > requests.decided_at, true)
        and coalesce(delivered.closed_at > requests.decided_at, true) as is_still_waiting,
        {{ add_days('cast(requests.decided_at as date)', '-1 * policy.inquiry_maximum_age_days') }} as waiting_start_date

    from requests

    inner join inquiries
        on requests.inquiry_id = inquiries.inquiry_id

    inner join delivered
        on requests.inquiry_id = delivered.inquiry_id

    inner join policy
        on inquiries.quarter_start_date = policy.quarter_start_date

),

-- Whatever waited for the same rep at that moment, came first by the rule and comes second by the exception.
overtaken as (

    select
        moved.data_source,
        moved.request_id,
        count(*) as overtaken_count

    from moved

    inner join inquiries as others
        on moved.rep_id = others.rep_id
        and moved.decided_at >= others.received_at

    inner join delivered as others_delivered
        on others.inquiry_id = others_delivered.inquiry_id

    where
        moved.is_still_waiting
        and others.inquiry_id <> moved.inquiry_id
        and cast(others.received_at as date) >= moved.waiting_start_date
        and coalesce(others_delivered.first_response_at > moved.decided_at, true)
        and coalesce(others_delivered.closed_at > moved.decided_at, true)
        and coalesce(
            others_delivered.status = 'open'
            or others_delivered.first_response_at > moved.decided_at
            or others_delivered.closed_at > moved.decided_at,
            false
        )
        and (
            others.computed_priority < moved.computed_priority
            or (others.computed_priority = moved.computed_priority and others.order_position < moved.order_position)
        )
        and (
            others.computed_priority > moved.to_priority
            or (others.computed_priority = moved.to_priority and others.order_position > moved.order_position)
        )

    group by
        moved.data_source,
        moved.request_id

),

handling as (

    select
        moved.data_source,
        moved.request_id,
        types.handling_minutes

    from moved

    inner join {{ ref('policy_inquiry_type') }} as types
        on moved.inquiry_type = types.inquiry_type
        and cast(moved.decided_at as date) >= types.valid_from

    qualify row_number() over (
        partition by moved.data_source, moved.request_id
        order by types.valid_from desc
    ) = 1

),

-- Without a rep in charge nobody knows whose queue it was.
final as (

    select
        moved.data_source,
        moved.request_id,
        moved.is_still_waiting,
        case when moved.rep_id is not null then coalesce(overtaken.overtaken_count, 0) end as overtaken_count,
        handling.handling_minutes,
        case
            when moved.rep_id is not null then coalesce(overtaken.overtaken_count, 0) * handling.handling_minutes
        end as queue_delay_minutes

    from moved

    left join overtaken
        on moved.data_source = overtaken.data_source
        and moved.request_id = overtaken.request_id

    left join handling
        on moved.data_source = handling.data_source
        and moved.request_id = handling.request_id

)

select * from final
