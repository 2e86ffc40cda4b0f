-- grain: one request
with

delivered as (

    select * from {{ source('raw_canonical', 'priority_request') }}

),

cleaned as (

    select
        {{ source_key('request_id') }} as request_id,
        {{ source_key('inquiry_id') }} as inquiry_id,
        {{ source_key('account_id') }} as account_id,
        upper({{ clean_text('from_priority') }}) as from_priority,
        upper({{ clean_text('to_priority') }}) as to_priority,
        {{ clean_text('reason_code') }} as reason_code,
        {{ source_key('requester_id') }} as requester_id,
        {{ source_key('approver_id') }} as approver_id,
        lower({{ clean_text('status') }}) as status,
        requested_at,
        decided_at,
        valid_until,
        expected_result_amount,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
