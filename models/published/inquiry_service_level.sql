-- grain: one group of inquiries received in a quarter
with

inquiries as (

    select * from {{ ref('int_inquiry__prioritised') }}

    where is_received

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

-- Answered in time, or late; who still waits is late from the moment on at which the answer was due.
judged as (

    select
        quarter_start_date,
        effective_priority,
        case
            when customer_id is null then 'UNKNOWN'
            else potential_class
        end as potential_class,
        coalesce(focus_layer, 'NONE') as focus_layer,
        inquiry_type,
        effective_priority <> computed_priority as is_moved,
        first_response_at <= sla_due_at as is_inside,
        coalesce(first_response_at > sla_due_at, false) or (is_unanswered and sla_due_at < end_at) as is_late,
        is_unanswered and sla_due_at >= end_at as is_not_due,
        first_response_at is not null as is_answered,
        is_unanswered,
        case
            when first_response_at >= received_at then {{ dbt.datediff('received_at', 'first_response_at', 'minute') }}
        end as response_minutes

    from inquiries

),

grouped as (

    select
        *,
        'ALL' as dimension,
        'ALL' as dimension_value

    from judged

    union all

    select
        *,
        'PRIORITY' as dimension,
        effective_priority as dimension_value

    from judged

    union all

    select
        *,
        'POTENTIAL_CLASS' as dimension,
        potential_class as dimension_value

    from judged

    union all

    select
        *,
        'FOCUS_LAYER' as dimension,
        focus_layer as dimension_value

    from judged

    union all

    select
        *,
        'INQUIRY_TYPE' as dimension,
        inquiry_type as dimension_value

    from judged

),

counted as (

    select
        quarter_start_date,
        dimension,
        dimension_value,
        count(*) as inquiry_count,
        count(case when is_answered then 1 end) as answered_count,
        count(case when is_inside then 1 end) as inside_count,
        count(case when is_late then 1 end) as late_count,
        count(case when is_not_due then 1 end) as not_due_count,
        count(case when not is_answered and not is_unanswered then 1 end) as unknown_count,
        count(case when is_unanswered then 1 end) as waiting_count,
        count(case when is_moved then 1 end) as moved_count,
        median(response_minutes) as median_response_minutes

    from grouped

    group by
        quarter_start_date,
        dimension,
        dimension_value

),

final as (

    select
        counted.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        counted.dimension,
        counted.dimension_value,
        cast(counted.inquiry_count as integer) as inquiry_count,
        cast(counted.answered_count as integer) as answered_count,
        cast(counted.inside_count as integer) as inside_count,
        cast(counted.late_count as integer) as late_count,
        cast(counted.not_due_count as integer) as not_due_count,
        cast(counted.waiting_count as integer) as waiting_count,
        cast(counted.unknown_count as integer) as unknown_count,
        {{ share_of_total('counted.inside_count', '(counted.inside_count + counted.late_count)') }} as service_level_ratio,
        cast(counted.median_response_minutes / 60 as decimal(18, 2)) as median_response_hours,
        cast(counted.moved_count as integer) as moved_count,
        {{ flags({
            'NOT_MEASURED': 'counted.inside_count + counted.late_count = 0',
            'RESPONSE_UNKNOWN': 'counted.unknown_count > 0',
        }) }} as flags

    from counted

    inner join quarters
        on counted.quarter_start_date = quarters.quarter_start_date

)

select * from final
