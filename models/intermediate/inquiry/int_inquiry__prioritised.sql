-- grain: one inquiry and quarter in which it was received, or at whose end it waited for an answer
{{ config(materialized='view') }}
{%- set moments = ['received', 'raised'] %}

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

-- An exception that makes an inquiry more urgent can do so from its approval on only.
effective as (

    select
        inquiries.*,
        overrides.data_source as override_data_source,
        overrides.request_id,
        overrides.reason_code,
        overrides.requester_id,
        overrides.approver_id,
        overrides.valid_until,
        coalesce(overrides.to_priority, inquiries.computed_priority) as effective_priority,
        case
            when overrides.to_priority < inquiries.computed_priority and overrides.decided_at > inquiries.received_at
                then overrides.decided_at
        end as raised_at

    from inquiries

    left join overrides
        on inquiries.quarter_start_date = overrides.quarter_start_date
        and inquiries.inquiry_id = overrides.inquiry_id

),

-- Weeks and weekdays are counted from a Monday, 0 is Monday.
with_levels as (

    select
        effective.*,
        service_levels.response_hours,
        computed_levels.response_hours as computed_response_hours,
        policy.service_day_start_hour,
        policy.service_days_per_week,
        (policy.service_day_end_hour - policy.service_day_start_hour) * 3600 as day_seconds
        {%- for moment in moments %},
        {{ dbt.datediff("cast('1900-01-01' as date)", 'cast(effective.' ~ moment ~ '_at as date)', 'day') }} as {{ moment }}_day,
        extract(hour from effective.{{ moment }}_at) * 3600
        + extract(minute from effective.{{ moment }}_at) * 60
        + cast(floor(extract(second from effective.{{ moment }}_at)) as integer) as {{ moment }}_second
        {%- endfor %}

    from effective

    inner join policy
        on effective.quarter_start_date = policy.quarter_start_date

    left join service_levels
        on effective.quarter_start_date = service_levels.quarter_start_date
        and effective.effective_priority = service_levels.priority

    left join service_levels as computed_levels
        on effective.quarter_start_date = computed_levels.quarter_start_date
        and effective.computed_priority = computed_levels.priority

),

weekdays as (

    select
        *
        {%- for moment in moments %},
        {{ floor_quotient(moment ~ '_day', '7') }} as {{ moment }}_week,
        {{ moment }}_day - 7 * {{ floor_quotient(moment ~ '_day', '7') }} as {{ moment }}_weekday
        {%- endfor %}

    from with_levels

),

-- Working seconds from that Monday on: nothing is added before the working day, after it and on days off.
counted as (

    select
        *
        {%- for moment in moments %},
        ({{ moment }}_week * service_days_per_week + least({{ moment }}_weekday, service_days_per_week)) * day_seconds
        + case
            when {{ moment }}_weekday < service_days_per_week
                then least(greatest({{ moment }}_second - service_day_start_hour * 3600, 0), day_seconds)
            else 0
        end as {{ moment }}_seconds
        {%- endfor %}

    from weekdays

),

-- Made more urgent: due after the hours of the better priority from the approval on, and never later than without it.
due as (

    select
        *,
        case
            when raised_at is null then received_seconds + cast(response_hours * 3600 as bigint)
            else least(
                raised_seconds + cast(response_hours * 3600 as bigint),
                received_seconds + cast(computed_response_hours * 3600 as bigint)
            )
        end as due_seconds

    from counted

),

-- And back: what falls on the end of a day is due on that day, not on the next morning.
due_days as (

    select
        *,
        {{ floor_quotient('due_seconds - 1', 'day_seconds') }} as due_day_number

    from due

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
