-- grain: one customer and quarter with inquiries in the trailing twelve months
{{ config(materialized='view') }}

with

-- An order is not answered but delivered.
inquiries as (

    select * from {{ ref('input_layer__inquiry') }}

    where inquiry_type is null or inquiry_type <> 'order'

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

windows as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.trailing_start_date,
        cast({{ add_days('quarters.as_of_date', 1) }} as timestamp) as end_at,
        policy.risk_response_hours * 60 as response_limit_minutes,
        delivered.has_responses

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

    inner join {{ ref('int_risk__delivered') }} as delivered
        on quarters.quarter_start_date = delivered.quarter_start_date

),

-- What happened after the last day counted has not happened yet; what has no date may have, and is not known.
dated as (

    select
        crosswalk.customer_id,
        windows.quarter_start_date,
        windows.as_of_date,
        windows.end_at,
        windows.response_limit_minutes,
        windows.has_responses,
        inquiries.received_at,
        coalesce(inquiries.inquiry_type = 'complaint', false) as is_complaint,
        case when inquiries.first_response_at < windows.end_at then inquiries.first_response_at end as first_response_at,
        coalesce(
            inquiries.closed_at >= windows.end_at
            or (
                inquiries.closed_at is null
                and (inquiries.status in ('open', 'answered') or inquiries.first_response_at >= windows.end_at)
            ),
            false
        ) as is_open,
        inquiries.closed_at is null
        and coalesce(inquiries.status not in ('open', 'answered'), true)
        and coalesce(inquiries.first_response_at < windows.end_at, true) as is_end_unknown,
        coalesce(
            inquiries.first_response_at >= windows.end_at
            or (inquiries.first_response_at is null and (inquiries.status = 'open' or inquiries.closed_at >= windows.end_at)),
            false
        )
        and coalesce(inquiries.closed_at >= windows.end_at, true) as is_waiting

    from inquiries

    inner join crosswalk
        on inquiries.account_id = crosswalk.source_id

    inner join windows
        on cast(inquiries.received_at as date) between windows.trailing_start_date and windows.as_of_date

),

timed as (

    select
        *,
        case
            when first_response_at >= received_at then {{ dbt.datediff('received_at', 'first_response_at', 'minute') }}
            when is_waiting then {{ dbt.datediff('received_at', 'end_at', 'minute') }}
        end as minutes

    from dated

),

-- Who waits counts with the time so far once that is longer than the limit; before that nothing can be said. Where no answer has a date
-- nobody is known to wait.
measured as (

    select
        *,
        case
            when has_responses and (not is_waiting or minutes > response_limit_minutes) then minutes
        end as response_minutes

    from timed

),

final as (

    select
        customer_id,
        quarter_start_date,
        count(case when is_complaint and is_open then 1 end) as open_complaint_count,
        count(case when is_complaint and is_open and is_waiting then 1 end) as unanswered_complaint_count,
        max(
            case
                when is_complaint and is_open
                    then {{ dbt.datediff('cast(received_at as date)', 'as_of_date', 'day') }}
            end
        ) as oldest_open_complaint_days,
        bool_or(is_complaint and is_end_unknown) as has_undated_complaint,
        count(response_minutes) as response_count,
        count(case when response_minutes > response_limit_minutes then 1 end) as late_response_count,
        median(response_minutes) > max(response_limit_minutes) as has_slow_responses,
        cast(median(response_minutes) / 60 as decimal(18, 2)) as median_response_hours

    from measured

    group by customer_id, quarter_start_date

)

select * from final
