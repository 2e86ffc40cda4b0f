-- grain: one inquiry that waits for an answer at the end of a quarter's last day counted
with

inquiries as (

    select * from {{ ref('int_inquiry__prioritised') }}

    where is_waiting

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

joined as (

    select
        inquiries.*,
        quarters.is_provisional,
        customers.customer_name,
        profit.contribution_amount,
        case
            when profit.contribution_amount is not null
                then {{ amount_times_ratio('profit.contribution_amount', '(1 - policy.loss_recoverable_ratio)') }}
        end as loss_impact_amount,
        case inquiries.priority_case
            when 'BYPASS' then concat(inquiries.inquiry_type, ' bypasses the matrix')
            when 'UNKNOWN_CUSTOMER' then 'unknown customer'
            when 'FOCUS_PROSPECT' then 'HIGH potential, a prospect among the most important accounts of its rep'
            when 'PROTECT_FIRST'
                then concat(inquiries.potential_class, ' potential, new: not above customers with a significant share of wallet')
            else concat(
                case inquiries.potential_class when 'NONE' then 'no' else inquiries.potential_class end,
                ' potential, ',
                case
                    when inquiries.is_significant then 'significant share of wallet'
                    when inquiries.sow_ratio is not null then 'share of wallet below significant'
                    else 'share of wallet unknown'
                end
            )
        end as computed_reason

    from inquiries

    inner join quarters
        on inquiries.quarter_start_date = quarters.quarter_start_date

    inner join policy
        on inquiries.quarter_start_date = policy.quarter_start_date

    left join customers
        on inquiries.customer_id = customers.customer_id

    left join profit
        on inquiries.customer_id = profit.customer_id
        and inquiries.quarter_start_date = profit.quarter_start_date

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        inquiry_id,
        customer_id,
        customer_name,
        account_id,
        rep_id,
        inquiry_type,
        amount,
        received_at,
        cast({{ dbt.datediff('cast(received_at as date)', 'as_of_date', 'day') }} as integer) as age_days,
        lifecycle_status,
        nullif(potential_class, 'NONE') as potential_class,
        focus_layer,
        sow_ratio,
        is_protected,
        contribution_amount,
        loss_impact_amount,
        priority_case,
        computed_priority,
        effective_priority,
        case
            when request_id is null then computed_reason
            else concat(
                'approved exception ', request_id, ' (', reason_code, '); ', computed_priority, ' by rule: ', computed_reason
            )
        end as reason,
        sla_due_at,
        sla_due_at < end_at as is_overdue,
        cast(
            row_number() over (partition by quarter_start_date order by effective_priority, order_position) as integer
        ) as queue_rank,
        cast(
            row_number() over (partition by quarter_start_date, rep_id order by effective_priority, order_position) as integer
        ) as rep_queue_rank,
        cast(
            row_number() over (partition by quarter_start_date order by computed_priority, order_position) as integer
        ) as computed_rank,
        cast(
            row_number() over (partition by quarter_start_date order by received_at, inquiry_id) as integer
        ) as arrival_rank,
        override_data_source,
        request_id,
        reason_code as override_reason_code,
        requester_id as override_requester_id,
        approver_id as override_approver_id,
        valid_until as override_valid_until,
        {{ flags({
            'BLOCKED': "coalesce(lifecycle_status = 'blocked', false)",
            'INTERCOMPANY': 'not is_in_population',
            'NO_AMOUNT': 'amount is null',
            'NO_POTENTIAL': "coalesce(potential_class = 'NONE', false)",
            'NO_REP': 'rep_id is null',
            'NO_SHARE_OF_WALLET': 'customer_id is not null and sow_ratio is null',
            'OVERRIDDEN': 'request_id is not null',
            'UNKNOWN_ACCOUNT': 'customer_id is null and account_id is not null',
            'UNKNOWN_CUSTOMER': 'customer_id is null',
        }) }} as flags

    from joined

)

select * from final
