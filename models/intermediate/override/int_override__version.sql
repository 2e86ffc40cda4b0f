-- grain: one version of a priority request: each content of it that was published, and what is delivered now where that differs
{%- set content = [
    'inquiry_id', 'account_id', 'from_priority', 'to_priority', 'reason_code', 'requester_id', 'approver_id', 'status',
    'requested_at', 'decided_at', 'valid_until', 'expected_result_amount',
] %}
with

delivered as (

    select * from {{ ref('input_layer__priority_request') }}

),

enabled_sources as (

    select data_source from {{ source('run', 'data_source') }}

),

enabled_source_set as (

    select {{ dbt.listagg('data_source', "'+'", 'order by data_source') }} as source_set

    from enabled_sources

),

recorded as (

    select
        events.data_source,
        events.request_id,
        events.{{ content | join(',\n        events.') }},
        events.publication_number,
        row_number() over (
            partition by events.data_source, events.request_id
            order by events.publication_number desc, events.version_number desc
        ) as age

    from {{ source('ledger', 'priority_override_event') }} as events

    cross join enabled_source_set

    left join enabled_sources
        on events.data_source = enabled_sources.data_source

    -- A delivery may name another system behind a row: that one is known by the sources of its publication.
    where enabled_sources.data_source is not null or events.source_set = enabled_source_set.source_set

),

last_recorded as (

    select * from recorded

    where age = 1

),

-- What is delivered for the first time, or otherwise than it was last published, gets its number with the next publication.
changed as (

    select
        delivered.data_source,
        delivered.request_id,
        delivered.{{ content | join(',\n        delivered.') }},
        cast(null as integer) as publication_number

    from delivered

    left join last_recorded
        on delivered.data_source = last_recorded.data_source
        and delivered.request_id = last_recorded.request_id

    where
        last_recorded.request_id is null
        {%- for column in content %}
        or delivered.{{ column }} is distinct from last_recorded.{{ column }}
        {%- endfor %}

),

versions as (

    select
        data_source,
        request_id,
        {{ content | join(',\n        ') }},
        publication_number,
        -1 * age as position

    from recorded

    union all

    select
        data_source,
        request_id,
        {{ content | join(',\n        ') }},
        publication_number,
        0 as position

    from changed

),

accepted_reasons as (

    select
        versions.data_source,
        versions.request_id,
        versions.position,
        reasons.is_accepted

    from versions

    inner join {{ ref('policy_override_reason') }} as reasons
        on versions.reason_code = reasons.reason_code
        and cast(versions.requested_at as date) >= reasons.valid_from

    qualify row_number() over (
        partition by versions.data_source, versions.request_id, versions.position
        order by reasons.valid_from desc
    ) = 1

),

inquiries as (

    select
        inquiry_id,
        account_id

    from {{ ref('input_layer__inquiry') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

with_customer as (

    select
        versions.*,
        accounts.customer_id,
        coalesce(accepted_reasons.is_accepted, false) as is_reason_accepted,
        current_requests.request_id is not null as is_still_delivered

    from versions

    left join accepted_reasons
        on versions.data_source = accepted_reasons.data_source
        and versions.request_id = accepted_reasons.request_id
        and versions.position = accepted_reasons.position

    left join inquiries
        on versions.inquiry_id = inquiries.inquiry_id

    left join crosswalk as accounts
        on coalesce(versions.account_id, inquiries.account_id) = accounts.source_id

    left join delivered as current_requests
        on versions.data_source = current_requests.data_source
        and versions.request_id = current_requests.request_id

),

-- An exception has an effect when somebody else has approved it, for a reason of the list, within its validity.
judged as (

    select
        *,
        case
            when status = 'pending' then 'PENDING'
            when status = 'rejected' then 'REJECTED'
            when status = 'expired' then 'EXPIRED'
            when status <> 'approved' then 'UNKNOWN_STATUS'
            when approver_id is null then 'NO_APPROVER'
            when approver_id = requester_id then 'SELF_APPROVED'
            when not is_reason_accepted then 'UNKNOWN_REASON'
            when decided_at is null then 'NO_DECISION_DATE'
            when valid_until < cast(decided_at as date) then 'DECIDED_TOO_LATE'
        end as ineffective_reason

    from with_customer

),

final as (

    select
        data_source,
        request_id,
        cast(row_number() over (partition by data_source, request_id order by position) as integer) as version_number,
        publication_number,
        {{ content | join(',\n        ') }},
        customer_id,
        is_still_delivered,
        ineffective_reason is null as is_eligible,
        ineffective_reason

    from judged

)

select * from final
