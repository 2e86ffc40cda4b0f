-- grain: one inquiry and quarter in which it was received, or at whose end it waited for an answer
with

inquiries as (

    select * from {{ ref('input_layer__inquiry') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

quarters as (

    select
        dim_quarter.quarter_start_date,
        dim_quarter.as_of_date,
        cast({{ add_days('dim_quarter.as_of_date', 1) }} as timestamp) as end_at,
        {{ add_days('dim_quarter.as_of_date', '-1 * policy.inquiry_maximum_age_days') }} as waiting_start_date,
        policy.share_of_wallet_significant_ratio,
        policy.inquiry_unknown_customer_priority,
        policy.inquiry_focus_prospect_priority

    from {{ ref('dim_quarter') }} as dim_quarter

    inner join policy
        on dim_quarter.quarter_start_date = policy.quarter_start_date

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

customers as (

    select * from {{ ref('int_customer__by_quarter') }}

),

tiers as (

    select * from {{ ref('int_segmentation__tier') }}

),

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

focus as (

    select * from {{ ref('int_focus__layer') }}

),

matrix as (

    select
        quarters.quarter_start_date,
        policy_matrix.matrix_cell,
        policy_matrix.priority

    from quarters

    inner join {{ ref('policy_priority_matrix') }} as policy_matrix
        on quarters.as_of_date >= policy_matrix.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, policy_matrix.matrix_cell
        order by policy_matrix.valid_from desc
    ) = 1

),

types as (

    select
        quarters.quarter_start_date,
        policy_type.inquiry_type,
        policy_type.fixed_priority

    from quarters

    inner join {{ ref('policy_inquiry_type') }} as policy_type
        on quarters.as_of_date >= policy_type.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, policy_type.inquiry_type
        order by policy_type.valid_from desc
    ) = 1

),

-- What happened after the last day counted has not happened yet. Whether an inquiry without an answer waits is known where its
-- status says open, or where the answer or the closing came later.
dated as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.end_at,
        quarters.waiting_start_date,
        quarters.share_of_wallet_significant_ratio,
        quarters.inquiry_unknown_customer_priority,
        quarters.inquiry_focus_prospect_priority,
        inquiries.inquiry_id,
        inquiries.account_id,
        inquiries.rep_id,
        coalesce(inquiries.inquiry_type, 'unknown') as inquiry_type,
        inquiries.amount,
        inquiries.received_at,
        cast(inquiries.received_at as date) >= quarters.quarter_start_date as is_received,
        case when inquiries.first_response_at < quarters.end_at then inquiries.first_response_at end as first_response_at,
        case when inquiries.closed_at < quarters.end_at then inquiries.closed_at end as closed_at,
        coalesce(inquiries.first_response_at >= quarters.end_at, true)
        and coalesce(inquiries.closed_at >= quarters.end_at, true)
        and coalesce(
            inquiries.status = 'open'
            or inquiries.first_response_at >= quarters.end_at
            or inquiries.closed_at >= quarters.end_at,
            false
        ) as is_unanswered

    from inquiries

    inner join quarters
        on inquiries.received_at < quarters.end_at

),

relevant as (

    select
        *,
        is_unanswered and cast(received_at as date) >= waiting_start_date as is_waiting

    from dated

    where is_received or (is_unanswered and cast(received_at as date) >= waiting_start_date)

),

described as (

    select
        relevant.*,
        crosswalk.customer_id,
        coalesce(customers.lifecycle_status in ('new', 'prospect'), false) as is_newcomer,
        customers.lifecycle_status,
        coalesce(customers.is_in_population, true) as is_in_population,
        case when crosswalk.customer_id is not null then coalesce(tiers.potential_class, 'NONE') end as potential_class,
        wallets.sow_ratio,
        focus.focus_layer,
        coalesce(wallets.sow_ratio >= relevant.share_of_wallet_significant_ratio, false) as is_significant,
        types.fixed_priority

    from relevant

    left join crosswalk
        on relevant.account_id = crosswalk.source_id

    left join customers
        on crosswalk.customer_id = customers.customer_id
        and relevant.quarter_start_date = customers.quarter_start_date

    left join tiers
        on crosswalk.customer_id = tiers.customer_id
        and relevant.quarter_start_date = tiers.quarter_start_date

    left join wallets
        on crosswalk.customer_id = wallets.customer_id
        and relevant.quarter_start_date = wallets.quarter_start_date

    left join focus
        on crosswalk.customer_id = focus.customer_id
        and relevant.quarter_start_date = focus.quarter_start_date

    left join types
        on relevant.inquiry_type = types.inquiry_type
        and relevant.quarter_start_date = types.quarter_start_date

),

with_matrix as (

    select
        described.*,
        own_cell.priority as matrix_priority,
        significant_cell.priority as significant_priority

    from described

    left join matrix as own_cell
        on described.quarter_start_date = own_cell.quarter_start_date
        and concat(
            described.potential_class, case when described.is_significant then '_SIGNIFICANT' else '_BELOW' end
        ) = own_cell.matrix_cell

    left join matrix as significant_cell
        on described.quarter_start_date = significant_cell.quarter_start_date
        and concat(described.potential_class, '_SIGNIFICANT') = significant_cell.matrix_cell

),

-- A prospect of high potential that holds a place among the most important accounts of its rep.
with_own as (

    select
        *,
        case
            when lifecycle_status = 'prospect' and potential_class = 'HIGH' and focus_layer = 'TOP5'
                then least(inquiry_focus_prospect_priority, matrix_priority)
            else matrix_priority
        end as own_priority

    from with_matrix

),

judged as (

    select
        *,
        case
            when fixed_priority is not null then 'BYPASS'
            when customer_id is null then 'UNKNOWN_CUSTOMER'
            when is_newcomer and own_priority < significant_priority then 'PROTECT_FIRST'
            when own_priority < matrix_priority then 'FOCUS_PROSPECT'
            else 'MATRIX'
        end as priority_case

    from with_own

),

-- Priorities compare as texts: P1 is the least and the first. A new customer or prospect never gets a better one than customers of its
-- potential class whose main supplier we are, whatever the matrix says, and within a priority it comes after them.
prioritised as (

    select
        *,
        case priority_case
            when 'BYPASS' then fixed_priority
            when 'UNKNOWN_CUSTOMER' then inquiry_unknown_customer_priority
            when 'PROTECT_FIRST' then significant_priority
            else own_priority
        end as computed_priority,
        is_significant and not is_newcomer as is_protected,
        case
            when priority_case = 'BYPASS' then 0
            when potential_class = 'HIGH' then 1
            when potential_class = 'MID' then 2
            when potential_class = 'LOW' then 3
            when potential_class = 'NONE' then 4
            else 5
        end as class_position,
        case
            when is_significant and not is_newcomer then 1
            when is_significant then 2
            else 3
        end as share_position

    from judged

),

-- Within a priority: potential class, significant share first, the larger amount; time of arrival decides between equals only.
final as (

    select
        quarter_start_date,
        as_of_date,
        end_at,
        inquiry_id,
        account_id,
        customer_id,
        rep_id,
        inquiry_type,
        amount,
        received_at,
        first_response_at,
        closed_at,
        is_received,
        is_unanswered,
        is_waiting,
        coalesce(first_response_at, closed_at, end_at) as judged_at,
        lifecycle_status,
        is_in_population,
        potential_class,
        focus_layer,
        sow_ratio,
        is_significant,
        is_protected,
        priority_case,
        computed_priority,
        row_number() over (
            order by
                class_position asc,
                share_position asc,
                amount desc nulls last,
                received_at asc,
                inquiry_id asc,
                quarter_start_date asc
        ) as order_position

    from prioritised

)

select * from final
