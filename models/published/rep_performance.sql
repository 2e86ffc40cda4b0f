-- grain: one rep per quarter
with

segments as (

    select *

    from {{ ref('customer_segments') }}

    where is_in_population

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

described as (

    select
        segments.quarter_start_date,
        coalesce(segments.rep_id, 'UNASSIGNED') as rep_id,
        segments.lifecycle_status = 'prospect' as is_prospect,
        segments.net_revenue_amount,
        segments.gross_margin_amount,
        segments.cost_to_serve_amount,
        segments.contribution_amount,
        segments.potential_amount,
        segments.account_id is not null as has_account,
        segments.rep_id is not null as has_owner,
        customers.preferred_channel is not null as has_channel,
        coalesce(customers.industry_code, customers.industry) is not null as has_industry,
        coalesce(customers.employee_count > 0, false) as has_employees,
        coalesce(segments.wallet_source = 'declared', false) as has_declared_wallet,
        {{ class_position(normalised_class('segments.assigned_class')) }} as assigned_position,
        {{ class_position('segments.abc_revenue_class') }} as revenue_position

    from segments

    inner join quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    inner join customers
        on segments.customer_id = customers.customer_id

),

by_rep as (

    select
        quarter_start_date,
        rep_id,
        count(*) as customer_count,
        sum(case when is_prospect then 1 else 0 end) as prospect_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(gross_margin_amount) as gross_margin_amount,
        sum(cost_to_serve_amount) as cost_to_serve_amount,
        sum(contribution_amount) as contribution_amount,
        sum(potential_amount) as potential_amount,
        count(contribution_amount) as contribution_count,
        sum(case when has_account then 1 else 0 end) as account_count,
        sum(case when has_account and has_owner then 1 else 0 end) as owner_count,
        sum(case when has_account and has_channel then 1 else 0 end) as channel_count,
        sum(case when has_account and has_industry then 1 else 0 end) as industry_count,
        sum(case when has_account and has_employees then 1 else 0 end) as employee_count,
        sum(case when has_account and has_declared_wallet then 1 else 0 end) as declared_wallet_count,
        count(assigned_position) as typed_count,
        sum(case when assigned_position = revenue_position then 1 else 0 end) as confirmed_count,
        sum(case when assigned_position < revenue_position then 1 else 0 end) as typed_too_high_count,
        sum(case when assigned_position > revenue_position then 1 else 0 end) as typed_too_low_count

    from described

    group by
        quarter_start_date,
        rep_id

),

-- Whoever worked in the quarter has a row, without customers too.
reps_at_work as (

    select
        quarters.quarter_start_date,
        reps.rep_id

    from quarters

    inner join reps
        on
        quarters.as_of_date >= coalesce(reps.active_from, quarters.as_of_date)
        and quarters.quarter_start_date <= coalesce(reps.active_to, quarters.quarter_start_date)

),

rep_quarters as (

    select
        quarter_start_date,
        rep_id

    from by_rep

    union

    select
        quarter_start_date,
        rep_id

    from reps_at_work

),

final as (

    select
        rep_quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        rep_quarters.rep_id,
        reps.rep_name,
        reps.rep_role,
        reps.team,
        cast(coalesce(by_rep.customer_count, 0) as integer) as customer_count,
        cast(coalesce(by_rep.prospect_count, 0) as integer) as prospect_count,
        cast(by_rep.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(by_rep.gross_margin_amount as decimal(18, 2)) as gross_margin_amount,
        cast(by_rep.cost_to_serve_amount as decimal(18, 2)) as cost_to_serve_amount,
        cast(by_rep.contribution_amount as decimal(18, 2)) as contribution_amount,
        {{ share_of_total('by_rep.cost_to_serve_amount', 'by_rep.net_revenue_amount') }} as cost_ratio,
        cast(by_rep.potential_amount as decimal(18, 2)) as potential_amount,
        cast(coalesce(by_rep.account_count, 0) as integer) as account_count,
        {{ share_of_total('by_rep.owner_count', 'by_rep.account_count') }} as owner_ratio,
        {{ share_of_total('by_rep.channel_count', 'by_rep.account_count') }} as channel_ratio,
        {{ share_of_total('by_rep.industry_count', 'by_rep.account_count') }} as industry_ratio,
        {{ share_of_total('by_rep.employee_count', 'by_rep.account_count') }} as employee_ratio,
        {{ share_of_total('by_rep.declared_wallet_count', 'by_rep.account_count') }} as declared_wallet_ratio,
        {{ share_of_total(
            '(by_rep.owner_count + by_rep.channel_count + by_rep.industry_count + by_rep.employee_count'
                ~ ' + by_rep.declared_wallet_count)',
            '(5 * by_rep.account_count)',
        ) }} as data_quality_score,
        cast(coalesce(by_rep.typed_count, 0) as integer) as typed_count,
        {{ share_of_total('by_rep.confirmed_count', 'by_rep.typed_count') }} as assigned_class_agreement_ratio,
        cast(coalesce(by_rep.typed_too_high_count, 0) as integer) as typed_too_high_count,
        cast(coalesce(by_rep.typed_too_low_count, 0) as integer) as typed_too_low_count,
        {{ flags({
            'INACTIVE_REP': 'reps.active_to < quarters.quarter_start_date or reps.active_from > quarters.as_of_date',
            'INCOMPLETE_CONTRIBUTION': 'by_rep.contribution_count < by_rep.customer_count',
            'NO_CUSTOMERS': 'by_rep.rep_id is null',
            'NO_REP': "rep_quarters.rep_id = 'UNASSIGNED'",
            'UNKNOWN_REP': "reps.rep_id is null and rep_quarters.rep_id <> 'UNASSIGNED'",
        }) }} as flags

    from rep_quarters

    inner join quarters
        on rep_quarters.quarter_start_date = quarters.quarter_start_date

    left join by_rep
        on rep_quarters.quarter_start_date = by_rep.quarter_start_date
        and rep_quarters.rep_id = by_rep.rep_id

    left join reps
        on rep_quarters.rep_id = reps.rep_id

)

select * from final
