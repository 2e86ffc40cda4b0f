-- grain: one version of a priority request
with

versions as (

    select * from {{ ref('int_override__version') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

run_end as (

    select max(as_of_date) as as_of_date from quarters

),

final as (

    select
        quarters.quarter_start_date,
        run_end.as_of_date,
        versions.data_source,
        versions.request_id,
        versions.version_number,
        versions.inquiry_id,
        versions.account_id,
        versions.customer_id,
        versions.from_priority,
        versions.to_priority,
        versions.reason_code,
        versions.requester_id,
        versions.approver_id,
        versions.status,
        versions.requested_at,
        versions.decided_at,
        versions.valid_until,
        versions.expected_result_amount,
        versions.is_eligible,
        versions.ineffective_reason,
        versions.is_still_delivered

    from versions

    inner join quarters
        on cast(versions.requested_at as date) between quarters.quarter_start_date and quarters.as_of_date

    cross join run_end

)

select * from final
