-- grain: one inquiry and quarter in which it was received, or at whose end it waited for an answer
{{ config(materialized='view') }}

with

inquiries as (

    select * from {{ ref('int_inquiry__by_quarter') }}

),

overrides as (

    select * from {{ ref('int_inquiry__override') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

service_levels as (

    select
        quarters.quarter_start_date,
        levels.priority,
        levels.response_hours

    from quarters

    inner join {{ ref('policy_service_level') }} as levels
        on quarters.as_of_date >= levels.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, levels.priority
        order by levels.valid_from desc
    ) = 1

),

effective as (

    select
        inquiries.*,
        overrides.data_source as override_data_source,
        overrides.request_id,
        overrides.reason_code,
        overrides.requester_id,
        overrides.approver_id,
        overrides.valid_until,
        coalesce(overrides.to_priority, inquiries.computed_priority) as effective_priority

    from inquiries

    left join overrides
        on inquiries.quarter_start_date = overrides.quarter_start_date
        and inquiries.inquiry_id = overrides.inquiry_id

),

-- Weeks and weekdays are counted from a Monday, 0 is Monday.
received as (

    select
        effective.*,
        service_levels.response_hours,
        policy.service_day_start_hour,
        policy.service_days_per_week,
        (policy.service_day_end_hour - policy.service_day_start_hour) * 3600 as day_seconds,
        {{ dbt.datediff("cast('1900-01-01' as date)", 'cast(effective.received_at as date)', 'day') }} as day_number,
        extract(hour from effective.received_at) * 3600
        + extract(minute from effective.received_at) * 60
        + cast(floor(extract(second from effective.received_at)) as integer) as second_of_day

    from effective

    inner join policy
        on effective.quarter_start_date = policy.quarter_start_date

    left join service_levels
        on effective.quarter_start_date = service_levels.quarter_start_date
        and effective.effective_priority = service_levels.priority

),

weekdays as (

    select
        *,
        {{ floor_quotient('day_number', '7') }} as week_number,
        day_number - 7 * {{ floor_quotient('day_number', '7') }} as weekday

    from received

),

-- Working seconds from that Monday to the receipt: nothing is added before the working day, after it and on days off.
counted as (

    select
        *,
        (week_number * service_days_per_week + least(weekday, service_days_per_week)) * day_seconds
        + case
            when weekday < service_days_per_week
                then least(greatest(second_of_day - service_day_start_hour * 3600, 0), day_seconds)
            else 0
        end
        + cast(response_hours * 3600 as bigint) as due_seconds

    from weekdays

),

-- And back: what falls on the end of a day is due on that day, not on the next morning.
due_days as (

    select
        *,
        {{ floor_quotient('due_seconds - 1', 'day_seconds') }} as due_day_number

    from counted

),

due_weeks as (

    select
        *,
        {{ floor_quotient('due_day_number', 'service_days_per_week') }} as due_week_number

    from due_days

),

final as (

    select
        quarter_start_date,
        as_of_date,
        end_at,
        inquiry_id,
        account_id,
        customer_id,
        rep_id,
        inquiry_type,
        amount,
        received_at,
        first_response_at,
        closed_at,
        is_received,
        is_unanswered,
        is_waiting,
        lifecycle_status,
        is_in_population,
        potential_class,
        focus_layer,
        sow_ratio,
        is_significant,
        is_protected,
        priority_case,
        computed_priority,
        effective_priority,
        order_position,
        override_data_source,
        request_id,
        reason_code,
        requester_id,
        approver_id,
        valid_until,
        {{ dbt.dateadd(
            'second',
            'cast(service_day_start_hour * 3600 + due_seconds - due_day_number * day_seconds as integer)',
            'cast(' ~ add_days(
                "cast('1900-01-01' as date)",
                'cast(due_week_number * 7 + due_day_number - due_week_number * service_days_per_week as integer)',
            ) ~ ' as timestamp)',
        ) }} as sla_due_at

    from due_weeks

)

select * from final
