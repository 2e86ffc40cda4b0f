-- grain: one request
with

delivered as (

    {{ union_connectors('priority_request') }}

),

typed as (

    select
        cast(request_id as varchar) as request_id,
        cast(inquiry_id as varchar) as inquiry_id,
        cast(account_id as varchar) as account_id,
        cast(from_priority as varchar) as from_priority,
        cast(to_priority as varchar) as to_priority,
        cast(reason_code as varchar) as reason_code,
        cast(requester_id as varchar) as requester_id,
        cast(approver_id as varchar) as approver_id,
        cast(status as varchar) as status,
        cast(requested_at as timestamp) as requested_at,
        cast(decided_at as timestamp) as decided_at,
        cast(valid_until as date) as valid_until,
        cast(expected_result_amount as decimal(18, 2)) as expected_result_amount,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
