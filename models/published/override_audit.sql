-- grain: one priority request, in the quarter in which it was made
with

requests as (

    select * from {{ ref('int_override__request') }}

),

results as (

    select * from {{ ref('int_override__result') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

inquiries as (

    select * from {{ ref('int_inquiry__by_quarter') }}

    where is_received

),

outcomes as (

    select * from {{ ref('int_inquiry__outcome') }}

),

peers as (

    select * from {{ ref('int_override__peer') }}

),

displacements as (

    select * from {{ ref('int_override__displacement') }}

),

joined as (

    select
        requests.*,
        customers.customer_name,
        inquiries.inquiry_type,
        inquiries.computed_priority,
        results.measure,
        results.has_inquiry,
        results.realised_source,
        results.realised_amount,
        requests.as_of_date >= requests.horizon_end_date as is_settled,
        -- Without a promise there is nothing to compare with.
        case when requests.expected_result_amount > 0 then requests.expected_result_amount end as comparable_amount,
        outcomes.is_won,
        outcomes.response_minutes,
        outcomes.cycle_minutes,
        peers.peer_count,
        peers.won_count as peer_won_count,
        peers.decided_count as peer_decided_count,
        peers.median_response_minutes as peer_median_response_minutes,
        peers.median_cycle_minutes as peer_median_cycle_minutes,
        displacements.is_still_waiting,
        displacements.overtaken_count,
        displacements.queue_delay_minutes

    from requests

    inner join results
        on requests.data_source = results.data_source
        and requests.request_id = results.request_id

    left join customers
        on requests.customer_id = customers.customer_id

    left join inquiries
        on requests.inquiry_id = inquiries.inquiry_id

    left join outcomes
        on requests.inquiry_id = outcomes.inquiry_id

    left join peers
        on inquiries.quarter_start_date = peers.quarter_start_date
        and inquiries.inquiry_type = peers.inquiry_type
        and inquiries.computed_priority = peers.computed_priority

    left join displacements
        on requests.data_source = displacements.data_source
        and requests.request_id = displacements.request_id

),

final as (

    select
        quarter_start_date,
        as_of_date,
        not is_settled as is_provisional,
        data_source,
        request_id,
        inquiry_id,
        account_id,
        customer_id,
        customer_name,
        inquiry_type,
        from_priority,
        computed_priority,
        to_priority,
        reason_code,
        requester_id,
        approver_id,
        status,
        latest_status,
        requested_at,
        decided_at,
        valid_until,
        is_eligible as is_effective,
        ineffective_reason,
        is_in_force,
        horizon_end_date,
        expected_result_amount,
        realised_amount,
        realised_source,
        case
            when abs(realised_amount) < comparable_amount * 1000000
                then cast(cast(realised_amount as decimal(28, 2)) / comparable_amount as decimal(18, 6))
        end as value_ratio,
        -- Delivered is final as soon as it is reached; not delivered when the horizon is over.
        case
            when comparable_amount is null or realised_amount is null then null
            when realised_amount >= cast(comparable_amount as decimal(28, 2)) * override_delivered_minimum_ratio then true
            when is_settled then false
        end as is_delivered,
        is_won,
        cast(response_minutes / 60.0 as decimal(18, 2)) as response_hours,
        cast(cycle_minutes / 60.0 as decimal(18, 2)) as cycle_hours,
        cast(peer_count as integer) as peer_count,
        {{ share_of_total('peer_won_count', 'peer_decided_count') }} as peer_win_ratio,
        cast(peer_median_response_minutes / 60.0 as decimal(18, 2)) as peer_median_response_hours,
        cast(peer_median_cycle_minutes / 60.0 as decimal(18, 2)) as peer_median_cycle_hours,
        cast(overtaken_count as integer) as overtaken_count,
        cast(queue_delay_minutes as decimal(18, 4)) as queue_delay_minutes,
        version_count,
        {{ flags({
            'ACCOUNT_REQUEST': 'inquiry_id is null',
            'ANSWERED_BEFORE_DECISION': 'coalesce(not is_still_waiting, false)',
            'BACKDATED': 'is_backdated',
            'CHANGED_AFTERWARDS': 'is_changed_afterwards',
            'FROM_DIFFERS': 'coalesce(from_priority <> computed_priority, false)',
            'INQUIRY_NOT_FOUND': 'inquiry_id is not null and not has_inquiry',
            'NOT_DELIVERED_ANY_MORE': 'not is_still_delivered',
            'NO_EXPECTED_RESULT': 'comparable_amount is null',
            'NO_RESULT_KNOWN': 'realised_amount is null',
            'ORDER_BEFORE_DECISION': "coalesce(realised_source = 'ORDER_BEFORE_DECISION', false)",
            'SELF_APPROVED': "coalesce(ineffective_reason = 'SELF_APPROVED', false)",
            'UNKNOWN_CUSTOMER': 'customer_id is null',
        }) }} as flags

    from joined

)

select * from final
