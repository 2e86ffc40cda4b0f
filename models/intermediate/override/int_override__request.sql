-- grain: one priority request made in a quarter of the run
with

versions as (

    select * from {{ ref('int_override__version') }}

),

known_versions as (

    select * from {{ ref('int_override__known_version') }}

),

exceptions as (

    select * from {{ ref('int_override__by_quarter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

run_end as (

    select max(as_of_date) as as_of_date from quarters

),

-- What counts is the version that had an effect, else the first decision, else what is known last: a decision that was written down
-- stands, with the result that was promised then.
standing as (

    select *

    from versions

    qualify row_number() over (
        partition by data_source, request_id
        order by
            is_eligible desc,
            status in ('approved', 'rejected') desc,
            case when status in ('approved', 'rejected') then version_number else -1 * version_number end asc
    ) = 1

),

latest as (

    select
        data_source,
        request_id,
        status as latest_status,
        version_number as version_count

    from versions

    qualify row_number() over (partition by data_source, request_id order by version_number desc) = 1

),

-- What was decided after the last day counted was pending on it.
dated as (

    select
        standing.*,
        run_end.as_of_date,
        coalesce(cast(standing.decided_at as date) > run_end.as_of_date, false) as is_decided_later

    from standing

    cross join run_end

),

known as (

    select
        data_source,
        request_id,
        version_number,
        inquiry_id,
        account_id,
        customer_id,
        from_priority,
        to_priority,
        reason_code,
        requester_id,
        requested_at,
        valid_until,
        expected_result_amount,
        is_still_delivered,
        as_of_date,
        case when is_decided_later then 'pending' else status end as status,
        case when not is_decided_later then approver_id end as approver_id,
        case when not is_decided_later then decided_at end as decided_at,
        is_eligible and not is_decided_later as is_eligible,
        case when is_decided_later then 'PENDING' else ineffective_reason end as ineffective_reason,
        cast(case when is_decided_later then requested_at else coalesce(decided_at, requested_at) end as date) as start_date

    from dated

),

-- The last quarter's content of a request decides: an approval that was withdrawn meanwhile holds no longer.
in_force as (

    select
        exceptions.data_source,
        exceptions.request_id

    from exceptions

    inner join quarters
        on exceptions.quarter_start_date = quarters.quarter_start_date

    inner join run_end
        on quarters.as_of_date = run_end.as_of_date

    where
        cast(exceptions.decided_at as date) <= run_end.as_of_date
        and coalesce(exceptions.valid_until >= run_end.as_of_date, true)

),

-- Dated into a quarter that was published as closed without it.
final as (

    select
        quarters.quarter_start_date,
        known.as_of_date,
        known.data_source,
        known.request_id,
        known.inquiry_id,
        known.account_id,
        known.customer_id,
        known.from_priority,
        known.to_priority,
        known.reason_code,
        known.requester_id,
        known.approver_id,
        known.status,
        latest.latest_status,
        known.requested_at,
        known.decided_at,
        known.valid_until,
        known.expected_result_amount,
        known.is_eligible,
        known.ineffective_reason,
        known.is_eligible
        and coalesce(known.valid_until >= known.as_of_date, true)
        and in_force.request_id is not null as is_in_force,
        known.is_still_delivered,
        latest.version_count,
        known.version_number < latest.version_count as is_changed_afterwards,
        decision_quarters.quarter_start_date is not null and known_versions.request_id is null as is_backdated,
        known.start_date,
        {{ add_days('known.start_date', 'policy.override_audit_horizon_days') }} as horizon_end_date,
        policy.override_delivered_minimum_ratio

    from known

    inner join latest
        on known.data_source = latest.data_source
        and known.request_id = latest.request_id

    left join in_force
        on known.data_source = in_force.data_source
        and known.request_id = in_force.request_id

    inner join quarters
        on cast(known.requested_at as date) between quarters.quarter_start_date and quarters.as_of_date

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    left join quarters as decision_quarters
        on cast(known.decided_at as date) between decision_quarters.quarter_start_date and decision_quarters.as_of_date

    left join known_versions
        on decision_quarters.quarter_start_date = known_versions.quarter_start_date
        and known.data_source = known_versions.data_source
        and known.request_id = known_versions.request_id
        and known.version_number = known_versions.version_number

)

select * from final
