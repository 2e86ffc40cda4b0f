-- grain: one rep, customer and quarter
with

layers as (

    select * from {{ ref('int_focus__layer') }}

),

prospect_slots as (

    select * from {{ ref('int_focus__prospect_slot') }}

    where customer_id is not null

),

quarters as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        policy.focus_top_horizon_months,
        policy.focus_active_horizon_months

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

customers as (

    select * from {{ ref('dim_customer') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

opportunities as (

    select * from {{ ref('input_layer__opportunity') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

-- The CRM keeps no history of stages: of an opportunity that has been closed since only that it was open is known.
stages as (

    select
        prospect_slots.quarter_start_date,
        prospect_slots.customer_id,
        case when coalesce(opportunities.is_closed, false) then 'open' else opportunities.stage end as prospect_stage

    from prospect_slots

    inner join quarters
        on prospect_slots.quarter_start_date = quarters.quarter_start_date

    inner join crosswalk
        on prospect_slots.customer_id = crosswalk.customer_id

    inner join opportunities
        on crosswalk.source_id = opportunities.account_id
        and cast(opportunities.created_at as date) <= quarters.as_of_date

    where not coalesce(opportunities.is_closed, false) or cast(opportunities.closed_at as date) > quarters.as_of_date

    qualify row_number() over (
        partition by prospect_slots.quarter_start_date, prospect_slots.customer_id
        order by opportunities.created_at desc, opportunities.opportunity_id
    ) = 1

),

reps_with_top as (

    select distinct
        quarter_start_date,
        rep_id

    from layers

    where focus_layer = 'TOP5'

),

final as (

    select
        layers.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        layers.rep_id,
        layers.customer_id,
        customers.customer_name,
        layers.focus_layer,
        layers.slot_reason,
        layers.importance_score,
        layers.net_revenue_amount,
        layers.growth_potential_amount,
        case layers.focus_layer
            when 'TOP5' then 'EXTRA_MILE'
            when 'ACTIVE15' then 'PROACTIVE'
            else 'REACTIVE'
        end as mode,
        case layers.focus_layer
            when 'TOP5' then quarters.focus_top_horizon_months
            when 'ACTIVE15' then quarters.focus_active_horizon_months
            else 0
        end as horizon_months,
        case layers.focus_layer
            when 'TOP5' then 'ACCOUNT_PLAN'
            when 'ACTIVE15' then 'ACTION_PLAN'
            else 'NONE'
        end as plan_required,
        prospect_slots.slot_since_date,
        prospect_slots.slot_months,
        stages.prospect_stage,
        {{ flags({
            'BLOCKED': 'layers.is_blocked',
            'DO_NOT_CONTACT': 'layers.is_do_not_contact',
            'FORMER_PROSPECT': 'layers.is_former',
            'INACTIVE_REP': 'reps.active_to < quarters.quarter_start_date or reps.active_from > quarters.as_of_date',
            'MISSING_PROSPECT': "layers.is_prospect_missing and (layers.focus_layer = 'TOP5' or reps_with_top.rep_id is null)",
            'NO_POTENTIAL': 'layers.growth_potential_amount is null',
            'NO_REVENUE': 'layers.net_revenue_amount is null',
            'UNKNOWN_REP': 'reps.rep_id is null',
        }) }} as flags

    from layers

    inner join quarters
        on layers.quarter_start_date = quarters.quarter_start_date

    inner join customers
        on layers.customer_id = customers.customer_id

    left join reps
        on layers.rep_id = reps.rep_id

    left join reps_with_top
        on layers.quarter_start_date = reps_with_top.quarter_start_date
        and layers.rep_id = reps_with_top.rep_id

    left join prospect_slots
        on layers.quarter_start_date = prospect_slots.quarter_start_date
        and layers.customer_id = prospect_slots.customer_id

    left join stages
        on layers.quarter_start_date = stages.quarter_start_date
        and layers.customer_id = stages.customer_id

)

select * from final
