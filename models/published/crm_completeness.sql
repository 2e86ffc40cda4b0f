-- grain: one CRM account in the latest quarter of the run
with

accounts as (

    select * from {{ ref('input_layer__account') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

customers as (

    select * from {{ ref('dim_customer') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

-- The CRM is known as it stands today: it says nothing about the quarters before.
latest_quarter as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        policy.wallet_declaration_maximum_age_days,
        policy.crm_rating_maximum_age_days,
        policy.crm_owner_weight,
        policy.crm_channel_weight,
        policy.crm_industry_weight,
        policy.crm_employee_weight,
        policy.crm_wallet_weight,
        policy.crm_rating_weight

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

    qualify row_number() over (order by quarters.quarter_start_date desc) = 1

),

declarations as (

    select
        wallet_declarations.account_id,
        max(wallet_declarations.declared_date) as last_declared_date

    from {{ ref('input_layer__wallet_declaration') }} as wallet_declarations

    inner join latest_quarter
        on wallet_declarations.declared_date <= latest_quarter.as_of_date

    group by wallet_declarations.account_id

),

ratings as (

    select
        criterion_ratings.account_id,
        max(criterion_ratings.rated_date) as last_rated_date,
        count(distinct criterion_ratings.criterion_id) as rated_criterion_count

    from {{ ref('input_layer__criterion_rating') }} as criterion_ratings

    inner join latest_quarter
        on criterion_ratings.rated_date <= latest_quarter.as_of_date

    group by criterion_ratings.account_id

),

-- Where nobody declared or rated anything, the entity is not delivered and nobody can have missed it.
delivered as (

    select
        (select count(*) > 0 from declarations) as has_declarations,
        (select count(*) > 0 from ratings) as has_ratings

),

revenue as (

    select
        revenue_by_quarter.customer_id,
        revenue_by_quarter.net_revenue_amount

    from {{ ref('int_revenue__by_customer_quarter') }} as revenue_by_quarter

    inner join latest_quarter
        on revenue_by_quarter.quarter_start_date = latest_quarter.quarter_start_date

),

described as (

    select
        latest_quarter.*,
        accounts.account_id,
        accounts.account_name,
        accounts.account_status,
        crosswalk.customer_id,
        accounts.owner_rep_id as rep_id,
        crosswalk.customer_id is not null and accounts.account_id <> customers.account_id as is_duplicate,
        coalesce(customers.is_intercompany, false) as is_intercompany,
        coalesce(accounts.account_status in ('former', 'blocked'), false) as is_left,
        case when revenue.customer_id is null then 0 else revenue.net_revenue_amount end as customer_revenue_amount,
        accounts.owner_rep_id is not null as has_owner,
        coalesce(reps.active_to < latest_quarter.as_of_date, false) as is_owner_outdated,
        accounts.owner_rep_id is not null and reps.rep_id is null as is_owner_unknown,
        accounts.preferred_channel is not null as has_channel,
        coalesce(accounts.industry_code, accounts.industry) is not null as has_industry,
        coalesce(accounts.employee_count > 0, false) as has_employees,
        case when delivered.has_declarations then declarations.account_id is not null end as has_wallet,
        {{ dbt.datediff('declarations.last_declared_date', 'latest_quarter.as_of_date', 'day') }} as wallet_age_days,
        case when delivered.has_ratings then ratings.account_id is not null end as has_ratings,
        {{ dbt.datediff('ratings.last_rated_date', 'latest_quarter.as_of_date', 'day') }} as rating_age_days,
        ratings.rated_criterion_count

    from accounts

    cross join latest_quarter

    cross join delivered

    left join crosswalk
        on accounts.account_id = crosswalk.source_id

    left join customers
        on crosswalk.customer_id = customers.customer_id

    left join revenue
        on crosswalk.customer_id = revenue.customer_id

    left join reps
        on accounts.owner_rep_id = reps.rep_id

    left join declarations
        on accounts.account_id = declarations.account_id

    left join ratings
        on accounts.account_id = ratings.account_id

),

judged as (

    select
        *,
        not is_duplicate and not is_intercompany and not is_left as is_counted,
        coalesce(wallet_age_days > wallet_declaration_maximum_age_days, false) as is_wallet_outdated,
        coalesce(rating_age_days > crm_rating_maximum_age_days, false) as is_rating_outdated,
        -- The customer's revenue stands at one of its accounts, so that sums hold it once.
        case when not is_duplicate then customer_revenue_amount end as net_revenue_amount

    from described

),

weighted as (

    select
        *,
        case when has_owner and not is_owner_outdated then crm_owner_weight else 0 end
        + case when has_channel then crm_channel_weight else 0 end
        + case when has_industry then crm_industry_weight else 0 end
        + case when has_employees then crm_employee_weight else 0 end
        + case when has_wallet and not is_wallet_outdated then crm_wallet_weight else 0 end
        + case when has_ratings and not is_rating_outdated then crm_rating_weight else 0 end as filled_weight,
        crm_owner_weight + crm_channel_weight + crm_industry_weight + crm_employee_weight
        + case when has_wallet is null then 0 else crm_wallet_weight end
        + case when has_ratings is null then 0 else crm_rating_weight end as total_weight

    from judged

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        account_id,
        account_name,
        account_status,
        customer_id,
        rep_id,
        is_counted,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        {{ share_of_total('filled_weight', 'total_weight') }} as completeness_ratio,
        -- What a rep fills first: the largest customer that lacks something.
        case
            when is_counted and filled_weight < total_weight
                then cast(
                    rank() over (
                        partition by rep_id, is_counted and filled_weight < total_weight
                        order by net_revenue_amount desc nulls last
                    ) as integer
                )
        end as fill_rank,
        cast(filled_weight as decimal(18, 6)) as filled_weight,
        cast(total_weight as decimal(18, 6)) as total_weight,
        has_owner,
        is_owner_outdated,
        has_channel,
        has_industry,
        has_employees,
        has_wallet,
        is_wallet_outdated,
        cast(wallet_age_days as integer) as wallet_age_days,
        has_ratings,
        is_rating_outdated,
        cast(rating_age_days as integer) as rating_age_days,
        case when has_ratings is not null then cast(coalesce(rated_criterion_count, 0) as integer) end as rated_criterion_count,
        {{ flags({
            'channel': 'not has_channel',
            'criteria': 'not has_ratings',
            'employees': 'not has_employees',
            'industry': 'not has_industry',
            'owner': 'not has_owner',
            'wallet': 'not has_wallet',
        }) }} as missing,
        {{ flags({
            'criteria': 'is_rating_outdated',
            'owner': 'is_owner_outdated',
            'wallet': 'is_wallet_outdated',
        }) }} as outdated,
        {{ flags({
            'DUPLICATE_ACCOUNT': 'is_duplicate',
            'INTERCOMPANY': 'is_intercompany',
            'LEFT': 'is_left',
            'NO_RATING_DATA': 'has_ratings is null',
            'NO_WALLET_DATA': 'has_wallet is null',
            'UNKNOWN_REVENUE': 'not is_duplicate and net_revenue_amount is null',
            'UNKNOWN_REP': 'is_owner_unknown',
        }) }} as flags

    from weighted

)

select * from final
