-- grain: one rep, or the company, layer and quarter
with

layers as (

    select * from {{ ref('int_focus__layer') }}

),

efforts as (

    select * from {{ ref('int_steering__contact_effort') }}

),

quarters as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        policy.focus_portfolio_count,
        policy.focus_time_top_ratio,
        policy.focus_time_active_ratio

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

reps as (

    select * from {{ ref('dim_rep') }}

),

-- Without any contact in the whole company nothing is known about time; with some, who had none got none.
recorded_quarters as (

    select
        quarter_start_date,
        sum(minutes) > 0 as has_contacts

    from efforts

    group by quarter_start_date

),

by_layer as (

    select
        layers.quarter_start_date,
        layers.rep_id,
        layers.focus_layer,
        bool_or(layers.is_prospect_missing) as is_prospect_missing,
        count(*) as customer_count,
        sum(layers.net_revenue_amount) as net_revenue_amount,
        sum(layers.growth_potential_amount) as growth_potential_amount,
        sum(efforts.minutes) as minutes

    from layers

    left join efforts
        on layers.quarter_start_date = efforts.quarter_start_date
        and layers.customer_id = efforts.customer_id

    group by
        layers.quarter_start_date,
        layers.rep_id,
        layers.focus_layer

),

of_reps_and_company as (

    select
        *,
        'REP' as scope

    from by_layer

    union all

    select
        quarter_start_date,
        'COMPANY' as rep_id,
        focus_layer,
        false as is_prospect_missing,
        sum(customer_count) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(growth_potential_amount) as growth_potential_amount,
        sum(minutes) as minutes,
        'COMPANY' as scope

    from by_layer

    group by
        quarter_start_date,
        focus_layer

),

by_rep as (

    select
        quarter_start_date,
        scope,
        rep_id,
        bool_or(is_prospect_missing) as is_prospect_missing,
        sum(customer_count) as portfolio_count,
        sum(minutes) as total_minutes

    from of_reps_and_company

    group by
        quarter_start_date,
        scope,
        rep_id

),

layer_names as (

    select 'TOP5' as focus_layer

    union all

    select 'ACTIVE15' as focus_layer

    union all

    select 'REST' as focus_layer

),

described as (

    select
        by_rep.quarter_start_date,
        by_rep.scope,
        by_rep.rep_id,
        by_rep.is_prospect_missing,
        by_rep.portfolio_count,
        layer_names.focus_layer,
        coalesce(of_reps_and_company.customer_count, 0) as customer_count,
        of_reps_and_company.net_revenue_amount,
        of_reps_and_company.growth_potential_amount,
        coalesce(recorded_quarters.has_contacts, false) as has_contacts,
        case when recorded_quarters.has_contacts then coalesce(of_reps_and_company.minutes, 0) end as minutes,
        case when recorded_quarters.has_contacts then coalesce(by_rep.total_minutes, 0) end as total_minutes,
        quarters.focus_portfolio_count,
        case layer_names.focus_layer
            when 'TOP5' then quarters.focus_time_top_ratio
            when 'ACTIVE15' then quarters.focus_time_active_ratio
            else greatest(1 - quarters.focus_time_top_ratio - quarters.focus_time_active_ratio, 0)
        end as target_ratio

    from by_rep

    cross join layer_names

    inner join quarters
        on by_rep.quarter_start_date = quarters.quarter_start_date

    left join of_reps_and_company
        on by_rep.quarter_start_date = of_reps_and_company.quarter_start_date
        and by_rep.rep_id = of_reps_and_company.rep_id
        and by_rep.scope = of_reps_and_company.scope
        and layer_names.focus_layer = of_reps_and_company.focus_layer

    left join recorded_quarters
        on by_rep.quarter_start_date = recorded_quarters.quarter_start_date

),

shared as (

    select
        *,
        {{ share_of_total('minutes', 'total_minutes') }} as minutes_ratio

    from described

),

final as (

    select
        shared.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        shared.scope,
        shared.rep_id,
        reps.rep_name,
        reps.rep_role,
        shared.focus_layer,
        cast(shared.customer_count as integer) as customer_count,
        cast(shared.portfolio_count as integer) as portfolio_count,
        cast(shared.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(shared.growth_potential_amount as decimal(18, 2)) as growth_potential_amount,
        cast(shared.minutes as decimal(18, 4)) as minutes,
        case
            when shared.customer_count > 0 then cast(shared.minutes / shared.customer_count as decimal(18, 4))
        end as minutes_per_customer,
        shared.minutes_ratio,
        cast(shared.target_ratio as decimal(9, 6)) as target_ratio,
        cast(shared.minutes_ratio - shared.target_ratio as decimal(9, 6)) as difference_ratio,
        case
            when shared.focus_layer = 'REST' then shared.minutes_ratio <= shared.target_ratio
            else shared.minutes_ratio >= shared.target_ratio
        end as is_on_target,
        {{ flags({
            'INACTIVE_REP': 'reps.active_to < quarters.quarter_start_date or reps.active_from > quarters.as_of_date',
            'LARGE_PORTFOLIO': "shared.scope = 'REP' and shared.portfolio_count >= shared.focus_portfolio_count",
            'MISSING_PROSPECT': 'shared.is_prospect_missing',
            'NO_ACTIVITY_DATA': 'not shared.has_contacts',
            'NO_CONTACTS': 'shared.has_contacts and shared.total_minutes = 0',
            'UNKNOWN_REP': "reps.rep_id is null and shared.scope = 'REP'",
        }) }} as flags

    from shared

    inner join quarters
        on shared.quarter_start_date = quarters.quarter_start_date

    left join reps
        on shared.rep_id = reps.rep_id
        and shared.scope = 'REP'

)

select * from final
