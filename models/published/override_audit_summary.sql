-- grain: one quarter, and one approver or reason of it
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

audit as (

    select override_audit.*

    from {{ ref('override_audit') }} as override_audit

    inner join quarters
        on override_audit.quarter_start_date = quarters.quarter_start_date

),

-- Judged is whose horizon is over and whose result and promise are known; the verdict on the others is still open.
described as (

    select
        *,
        case
            when is_effective then 'EFFECTIVE'
            when status = 'rejected' then 'REJECTED'
        end as arm,
        not is_provisional and is_delivered is not null as is_judged

    from audit

),

grouped as (

    select
        *,
        'ALL' as dimension,
        'ALL' as dimension_value

    from described

    union all

    select
        *,
        'APPROVER' as dimension,
        coalesce(approver_id, 'NONE') as dimension_value

    from described

    union all

    select
        *,
        'REASON' as dimension,
        reason_code as dimension_value

    from described

),

counted as (

    select
        quarter_start_date,
        dimension,
        dimension_value,
        max(as_of_date) as as_of_date,
        bool_or(is_provisional) as is_provisional,
        count(*) as request_count,
        count(case when status = 'approved' then 1 end) as approved_count,
        count(case when is_effective then 1 end) as effective_count,
        count(case when status = 'rejected' then 1 end) as rejected_count,
        count(case when arm = 'EFFECTIVE' and is_judged then 1 end) as judged_count,
        count(case when arm = 'EFFECTIVE' and is_judged and is_delivered then 1 end) as delivered_count,
        sum(case when arm = 'EFFECTIVE' and is_judged then expected_result_amount end) as expected_result_amount,
        sum(case when arm = 'EFFECTIVE' and is_judged then realised_amount end) as realised_amount,
        count(case when arm = 'REJECTED' and is_judged then 1 end) as rejected_judged_count,
        count(case when arm = 'REJECTED' and is_judged and is_delivered then 1 end) as rejected_delivered_count,
        sum(case when arm = 'REJECTED' and is_judged then expected_result_amount end) as rejected_expected_amount,
        sum(case when arm = 'REJECTED' and is_judged then realised_amount end) as rejected_realised_amount,
        count(case when arm = 'EFFECTIVE' then is_won end) as decided_count,
        count(case when arm = 'EFFECTIVE' and is_won then 1 end) as won_count,
        count(case when arm = 'REJECTED' then is_won end) as rejected_decided_count,
        count(case when arm = 'REJECTED' and is_won then 1 end) as rejected_won_count,
        count(case when arm = 'EFFECTIVE' then peer_win_ratio end) as peer_group_count,
        sum(case when arm = 'EFFECTIVE' then peer_win_ratio end) as peer_win_ratio_sum,
        median(case when arm = 'EFFECTIVE' then cycle_hours end) as median_cycle_hours,
        median(case when arm = 'REJECTED' then cycle_hours end) as rejected_median_cycle_hours,
        median(case when arm = 'EFFECTIVE' then peer_median_cycle_hours end) as peer_median_cycle_hours,
        median(case when arm = 'EFFECTIVE' then response_hours end) as median_response_hours,
        median(case when arm = 'REJECTED' then response_hours end) as rejected_median_response_hours,
        median(case when arm = 'EFFECTIVE' then peer_median_response_hours end) as peer_median_response_hours,
        sum(case when arm = 'EFFECTIVE' then overtaken_count end) as overtaken_count,
        sum(case when arm = 'EFFECTIVE' then queue_delay_minutes end) as queue_delay_minutes

    from grouped

    group by
        quarter_start_date,
        dimension,
        dimension_value

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        dimension,
        dimension_value,
        cast(request_count as integer) as request_count,
        cast(approved_count as integer) as approved_count,
        cast(effective_count as integer) as effective_count,
        cast(rejected_count as integer) as rejected_count,
        cast(judged_count as integer) as judged_count,
        cast(delivered_count as integer) as delivered_count,
        {{ share_of_total('delivered_count', 'judged_count') }} as hit_ratio,
        cast(expected_result_amount as decimal(18, 2)) as expected_result_amount,
        cast(realised_amount as decimal(18, 2)) as realised_amount,
        case
            when expected_result_amount > 0
                then cast(cast(realised_amount as decimal(28, 2)) / expected_result_amount as decimal(18, 6))
        end as value_ratio,
        cast(rejected_judged_count as integer) as rejected_judged_count,
        {{ share_of_total('rejected_delivered_count', 'rejected_judged_count') }} as rejected_hit_ratio,
        case
            when rejected_expected_amount > 0
                then cast(cast(rejected_realised_amount as decimal(28, 2)) / rejected_expected_amount as decimal(18, 6))
        end as rejected_value_ratio,
        cast(decided_count as integer) as decided_count,
        {{ share_of_total('won_count', 'decided_count') }} as win_ratio,
        {{ share_of_total('rejected_won_count', 'rejected_decided_count') }} as rejected_win_ratio,
        case
            when peer_group_count > 0
                then cast(peer_win_ratio_sum / peer_group_count as decimal(9, 6))
        end as peer_win_ratio,
        cast(median_cycle_hours as decimal(18, 2)) as median_cycle_hours,
        cast(rejected_median_cycle_hours as decimal(18, 2)) as rejected_median_cycle_hours,
        cast(peer_median_cycle_hours as decimal(18, 2)) as peer_median_cycle_hours,
        cast(median_response_hours as decimal(18, 2)) as median_response_hours,
        cast(rejected_median_response_hours as decimal(18, 2)) as rejected_median_response_hours,
        cast(peer_median_response_hours as decimal(18, 2)) as peer_median_response_hours,
        cast(overtaken_count as integer) as overtaken_count,
        cast(queue_delay_minutes as decimal(18, 4)) as queue_delay_minutes,
        {{ flags({
            'NOTHING_EFFECTIVE': 'effective_count = 0',
            'NOTHING_JUDGED': 'judged_count = 0',
            'NO_REJECTED': 'rejected_judged_count = 0',
        }) }} as flags

    from counted

)

select * from final
