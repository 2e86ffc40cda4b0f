-- grain: one customer, product group and quarter: what the customer could buy besides
with

opportunities as (

    select * from {{ ref('int_whitespace__opportunity') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

channels_of_reps as (

    select * from {{ ref('int_segmentation__channel_of_rep') }}

),

digital_customers as (

    select * from {{ ref('int_segmentation__digital_customer') }}

),

product_groups as (

    select * from {{ ref('int_whitespace__product_group') }}

),

group_revenue as (

    select * from {{ ref('int_revenue__by_customer_group_quarter') }}

),

crm_opportunities as (

    select * from {{ ref('int_whitespace__crm_opportunity') }}

),

step_policy as (

    select * from {{ ref('policy_whitespace_step') }}

),

steps as (

    select
        quarters.quarter_start_date,
        step_policy.opportunity_type,
        step_policy.channel,
        step_policy.next_step,
        step_policy.due_days

    from quarters

    inner join step_policy
        on quarters.as_of_date >= step_policy.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, step_policy.opportunity_type, step_policy.channel
        order by step_policy.valid_from desc
    ) = 1

),

open_in_crm as (

    select distinct
        quarters.quarter_start_date,
        crm_opportunities.customer_id,
        crm_opportunities.product_group

    from quarters

    inner join crm_opportunities
        on
        quarters.as_of_date >= crm_opportunities.created_date
        and (crm_opportunities.closed_date is null or quarters.as_of_date < crm_opportunities.closed_date)

),

-- What was bought under an unknown product may have been the group that is offered.
unknown_purchases as (

    select distinct
        group_revenue.quarter_start_date,
        group_revenue.customer_id

    from group_revenue

    left join product_groups
        on
        group_revenue.quarter_start_date = product_groups.quarter_start_date
        and group_revenue.product_group = product_groups.product_group

    where product_groups.product_group is null

),

described as (

    select
        opportunities.*,
        quarters.as_of_date,
        quarters.is_provisional,
        customers.customer_name,
        customers.rep_id as owner_rep_id,
        customers_by_quarter.lifecycle_status,
        case
            when digital_customers.customer_id is not null then 'DIGITAL'
            else coalesce(channels_of_reps.channel, 'NONE')
        end as channel,
        reps.active_to < quarters.as_of_date as has_owner_left,
        product_groups.margin_ratio,
        customers_by_quarter.observed_since_date > quarters.trailing_start_date as is_partial_year,
        open_in_crm.customer_id is not null as is_open_in_crm,
        unknown_purchases.customer_id is not null as has_unknown_purchases

    from opportunities

    inner join quarters
        on opportunities.quarter_start_date = quarters.quarter_start_date

    inner join customers
        on opportunities.customer_id = customers.customer_id

    inner join customers_by_quarter
        on
        opportunities.customer_id = customers_by_quarter.customer_id
        and opportunities.quarter_start_date = customers_by_quarter.quarter_start_date

    inner join product_groups
        on
        opportunities.quarter_start_date = product_groups.quarter_start_date
        and opportunities.product_group = product_groups.product_group

    left join reps
        on customers.rep_id = reps.rep_id

    left join channels_of_reps
        on customers.rep_id = channels_of_reps.rep_id

    left join digital_customers
        on
        opportunities.customer_id = digital_customers.customer_id
        and opportunities.quarter_start_date = digital_customers.quarter_start_date

    left join open_in_crm
        on
        opportunities.quarter_start_date = open_in_crm.quarter_start_date
        and opportunities.customer_id = open_in_crm.customer_id
        and opportunities.product_group = open_in_crm.product_group

    left join unknown_purchases
        on
        opportunities.quarter_start_date = unknown_purchases.quarter_start_date
        and opportunities.customer_id = unknown_purchases.customer_id

),

final as (

    select
        described.quarter_start_date,
        described.as_of_date,
        described.is_provisional,
        described.customer_id,
        described.customer_name,
        described.lifecycle_status,
        described.product_group,
        described.opportunity_type,
        described.net_revenue_amount,
        described.expected_amount,
        {{ amount_times_ratio('described.expected_amount', 'described.margin_ratio') }} as expected_margin_amount,
        cast(described.rank_customer as integer) as rank_customer,
        case
            when described.owner_rep_id is not null
                then cast(
                    rank() over (
                        partition by described.quarter_start_date, described.owner_rep_id
                        order by described.expected_amount desc
                    ) as integer
                )
        end as rank_owner,
        described.peer_penetration_ratio,
        cast(described.evidence_count as integer) as evidence_count,
        cast(described.peer_count as integer) as peer_count,
        cast(described.buyer_count as integer) as buyer_count,
        case described.peer_scope
            when 'industry_size' then concat('industry:', described.peer_industry, '|size:', described.size_class)
            else concat('industry:', described.peer_industry)
        end as peer_group_id,
        described.channel,
        steps.next_step,
        {{ add_days('described.as_of_date', 'steps.due_days') }} as due_date,
        described.owner_rep_id,
        {{ flags({
            'NO_MARGIN': 'described.margin_ratio is null',
            'NO_NEXT_STEP': 'steps.next_step is null',
            'NO_OWNER': 'described.owner_rep_id is null',
            'OPEN_IN_CRM': 'described.is_open_in_crm',
            'OWNER_LEFT': 'described.has_owner_left',
            'PARTIAL_YEAR': 'described.is_partial_year',
            'UNKNOWN_PRODUCTS': 'described.has_unknown_purchases',
        }) }} as flags

    from described

    left join steps
        on
        described.quarter_start_date = steps.quarter_start_date
        and described.opportunity_type = steps.opportunity_type
        and described.channel = steps.channel

)

select * from final
