-- grain: one rep in the latest quarter of the run
with

latest_quarter as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional

    from {{ ref('dim_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

reps as (

    select * from {{ ref('dim_rep') }}

),

accounts as (

    select
        completeness.*,
        coalesce(completeness.rep_id, 'UNASSIGNED') as owner,
        completeness.filled_weight < completeness.total_weight as is_incomplete

    from {{ ref('crm_completeness') }} as completeness

    inner join latest_quarter
        on completeness.quarter_start_date = latest_quarter.quarter_start_date

    where completeness.is_counted

),

by_rep as (

    select
        owner,
        count(*) as account_count,
        sum(case when account_status = 'prospect' then 1 else 0 end) as prospect_count,
        sum(case when is_incomplete then 0 else 1 end) as complete_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(case when is_incomplete then net_revenue_amount else 0 end) as incomplete_revenue_amount,
        sum(filled_weight) as filled_weight,
        sum(total_weight) as total_weight,
        sum(case when net_revenue_amount > 0 then net_revenue_amount * completeness_ratio end) as weighted_completeness,
        sum(case when net_revenue_amount > 0 then net_revenue_amount end) as positive_revenue_amount,
        sum(case when has_owner then 0 else 1 end) as missing_owner_count,
        sum(case when has_channel then 0 else 1 end) as missing_channel_count,
        sum(case when has_industry then 0 else 1 end) as missing_industry_count,
        sum(case when has_employees then 0 else 1 end) as missing_employees_count,
        case when count(has_wallet) > 0 then sum(case when has_wallet then 0 else 1 end) end as missing_wallet_count,
        case when count(has_ratings) > 0 then sum(case when has_ratings then 0 else 1 end) end as missing_criteria_count,
        sum(case when is_owner_outdated then 1 else 0 end) as outdated_owner_count,
        sum(case when is_wallet_outdated then 1 else 0 end) as outdated_wallet_count,
        sum(case when is_rating_outdated then 1 else 0 end) as outdated_criteria_count,
        sum(case when not has_owner or is_owner_outdated then net_revenue_amount end) as owner_revenue_amount,
        sum(case when not has_channel then net_revenue_amount end) as channel_revenue_amount,
        sum(case when not has_industry then net_revenue_amount end) as industry_revenue_amount,
        sum(case when not has_employees then net_revenue_amount end) as employees_revenue_amount,
        sum(case when not has_wallet or is_wallet_outdated then net_revenue_amount end) as wallet_revenue_amount,
        sum(case when not has_ratings or is_rating_outdated then net_revenue_amount end) as criteria_revenue_amount

    from accounts

    group by owner

),

-- One row a field that some account of the rep lacks or has let grow old, with the revenue of these accounts.
fields as (

    select
        owner,
        'owner' as field,
        coalesce(owner_revenue_amount, 0) as revenue_amount

    from by_rep

    where missing_owner_count + outdated_owner_count > 0

    union all

    select
        owner,
        'channel' as field,
        coalesce(channel_revenue_amount, 0) as revenue_amount

    from by_rep

    where missing_channel_count > 0

    union all

    select
        owner,
        'industry' as field,
        coalesce(industry_revenue_amount, 0) as revenue_amount

    from by_rep

    where missing_industry_count > 0

    union all

    select
        owner,
        'employees' as field,
        coalesce(employees_revenue_amount, 0) as revenue_amount

    from by_rep

    where missing_employees_count > 0

    union all

    select
        owner,
        'wallet' as field,
        coalesce(wallet_revenue_amount, 0) as revenue_amount

    from by_rep

    where missing_wallet_count + outdated_wallet_count > 0

    union all

    select
        owner,
        'criteria' as field,
        coalesce(criteria_revenue_amount, 0) as revenue_amount

    from by_rep

    where missing_criteria_count + outdated_criteria_count > 0

),

field_order as (

    select
        owner,
        {{ dbt.listagg('field', "','", 'order by revenue_amount desc, field') }} as fill_first

    from fields

    group by owner

),

final as (

    select
        latest_quarter.quarter_start_date,
        latest_quarter.as_of_date,
        latest_quarter.is_provisional,
        by_rep.owner as rep_id,
        reps.rep_name,
        reps.rep_role,
        reps.team,
        cast(by_rep.account_count as integer) as account_count,
        cast(by_rep.prospect_count as integer) as prospect_count,
        cast(by_rep.complete_count as integer) as complete_count,
        {{ share_of_total('by_rep.filled_weight', 'by_rep.total_weight') }} as completeness_ratio,
        {{ share_of_total('by_rep.weighted_completeness', 'by_rep.positive_revenue_amount') }} as revenue_weighted_completeness_ratio,
        cast(by_rep.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(by_rep.incomplete_revenue_amount as decimal(18, 2)) as incomplete_revenue_amount,
        cast(rank() over (order by by_rep.incomplete_revenue_amount desc nulls last) as integer) as rank_incomplete_revenue,
        cast(by_rep.missing_owner_count as integer) as missing_owner_count,
        cast(by_rep.missing_channel_count as integer) as missing_channel_count,
        cast(by_rep.missing_industry_count as integer) as missing_industry_count,
        cast(by_rep.missing_employees_count as integer) as missing_employees_count,
        cast(by_rep.missing_wallet_count as integer) as missing_wallet_count,
        cast(by_rep.missing_criteria_count as integer) as missing_criteria_count,
        cast(by_rep.outdated_owner_count as integer) as outdated_owner_count,
        cast(by_rep.outdated_wallet_count as integer) as outdated_wallet_count,
        cast(by_rep.outdated_criteria_count as integer) as outdated_criteria_count,
        cast(by_rep.owner_revenue_amount as decimal(18, 2)) as owner_revenue_amount,
        cast(by_rep.channel_revenue_amount as decimal(18, 2)) as channel_revenue_amount,
        cast(by_rep.industry_revenue_amount as decimal(18, 2)) as industry_revenue_amount,
        cast(by_rep.employees_revenue_amount as decimal(18, 2)) as employees_revenue_amount,
        cast(by_rep.wallet_revenue_amount as decimal(18, 2)) as wallet_revenue_amount,
        cast(by_rep.criteria_revenue_amount as decimal(18, 2)) as criteria_revenue_amount,
        field_order.fill_first,
        {{ flags({
            'INACTIVE_REP': 'reps.active_to < latest_quarter.as_of_date',
            'NO_RATING_DATA': 'by_rep.missing_criteria_count is null',
            'NO_REP': "by_rep.owner = 'UNASSIGNED'",
            'NO_WALLET_DATA': 'by_rep.missing_wallet_count is null',
            'UNKNOWN_REP': "reps.rep_id is null and by_rep.owner <> 'UNASSIGNED'",
        }) }} as flags

    from by_rep

    cross join latest_quarter

    left join reps
        on by_rep.owner = reps.rep_id

    left join field_order
        on by_rep.owner = field_order.owner

)

select * from final
