-- grain: one inside sales team per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

touches as (

    select * from {{ ref('int_cost__touch_by_channel_quarter') }}

    where channel = 'INSIDE'

),

inside_reps as (

    select
        rep_id,
        coalesce(team, '__UNASSIGNED__') as team,
        territory_id,
        full_time_equivalent,
        active_from,
        active_to

    from {{ ref('dim_rep') }}

    where rep_role = 'inside'

),

-- The team that answers for a territory, also while nobody holds it; the first by name where several do.
team_of_territory as (

    select
        territory_id,
        min(team) as team

    from inside_reps

    where territory_id is not null

    group by territory_id

),

-- Nobody calls blocked customers or those who do not want to be contacted.
callable_customers as (

    select
        customer_id,
        rep_id,
        territory_id

    from {{ ref('dim_customer') }}

    where not is_blocked and not is_do_not_contact

),

served as (

    select
        thresholds.quarter_start_date,
        callable_customers.rep_id,
        callable_customers.territory_id,
        count(case when thresholds.recommended_channel = 'INSIDE' then 1 end) as customer_count,
        count(case when thresholds.recommended_channel = 'INSIDE' and thresholds.threshold_class is null then 1 end) as prospect_count,
        count(*) as all_customer_count

    from {{ ref('int_threshold__by_customer_quarter') }} as thresholds

    inner join callable_customers
        on thresholds.customer_id = callable_customers.customer_id

    where thresholds.recommended_channel is not null

    group by thresholds.quarter_start_date, callable_customers.rep_id, callable_customers.territory_id

),

demand as (

    select
        served.quarter_start_date,
        coalesce(inside_reps.team, team_of_territory.team, '__UNASSIGNED__') as team,
        sum(served.customer_count) as customer_count,
        sum(served.prospect_count) as prospect_count,
        sum(case when inside_reps.rep_id is not null then served.all_customer_count else 0 end) as owned_customer_count

    from served

    left join inside_reps
        on served.rep_id = inside_reps.rep_id

    left join team_of_territory
        on served.territory_id = team_of_territory.territory_id

    group by served.quarter_start_date, coalesce(inside_reps.team, team_of_territory.team, '__UNASSIGNED__')

    having sum(served.customer_count) > 0 or count(inside_reps.rep_id) > 0

),

staff as (

    select
        quarters.quarter_start_date,
        inside_reps.team,
        count(*) as rep_count,
        count(inside_reps.full_time_equivalent) as known_rep_count,
        sum(inside_reps.full_time_equivalent) as full_time_equivalent

    from inside_reps

    inner join quarters
        on (inside_reps.active_from is null or inside_reps.active_from <= quarters.as_of_date)
        and (inside_reps.active_to is null or inside_reps.active_to >= quarters.as_of_date)

    group by quarters.quarter_start_date, inside_reps.team

),

teams as (

    select
        quarter_start_date,
        team
    from demand

    union

    select
        quarter_start_date,
        team
    from staff

),

-- Full-time equivalents of the pool in each month whose cost is known.
staff_by_month as (

    select
        resource_pool,
        month_start_date,
        cast(sum(full_time_equivalent * active_day_count) / max(day_count) as decimal(18, 6)) as full_time_equivalent,
        bool_or(is_full_time_assumed and active_day_count > 0) as is_full_time_assumed

    from {{ ref('int_cost__rep_pool') }}

    group by resource_pool, month_start_date

),

pool_by_quarter as (

    select
        touches.quarter_start_date,
        cast(sum(pools.pool_amount) as decimal(18, 2)) as pool_amount,
        cast(sum(staff_by_month.full_time_equivalent) as decimal(18, 6)) as full_time_equivalent_months,
        bool_or(staff_by_month.is_full_time_assumed) as is_full_time_assumed

    from touches

    inner join {{ ref('int_cost__window') }} as windows
        on touches.quarter_start_date = windows.quarter_start_date

    inner join {{ ref('int_cost__pool_by_month') }} as pools
        on touches.resource_pool = pools.resource_pool
        and windows.month_start_date = pools.month_start_date

    left join staff_by_month
        on pools.resource_pool = staff_by_month.resource_pool
        and pools.month_start_date = staff_by_month.month_start_date

    where pools.pool_amount is not null

    group by touches.quarter_start_date

),

-- What a rep can do in a year, and what a contact costs when the staff does that much.
capacity as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        policy.inside_contacts_per_day * policy.working_days_per_year as contacts_per_year,
        policy.inside_contacts_per_day_low * policy.working_days_per_year as contacts_per_year_low,
        policy.inside_contacts_per_day_high * policy.working_days_per_year as contacts_per_year_high,
        touches.touches_per_year,
        touches.cost_per_touch_amount,
        touches.cost_source as touch_cost_source,
        coalesce(pool_by_quarter.is_full_time_assumed, false) as is_full_time_assumed,
        pool_by_quarter.pool_amount,
        cast(
            pool_by_quarter.full_time_equivalent_months * policy.inside_contacts_per_day * policy.working_days_per_year / 12
            as decimal(18, 4)
        ) as contact_capacity

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    left join touches
        on quarters.quarter_start_date = touches.quarter_start_date

    left join pool_by_quarter
        on quarters.quarter_start_date = pool_by_quarter.quarter_start_date

),

costed as (

    select
        *,
        case
            when pool_amount > 0 and contact_capacity > 0
                then {{ amount_of_cents(rounded_quotient(
                    smallest_units('pool_amount', 2) ~ ' * 10000',
                    smallest_units('contact_capacity', 4),
                )) }}
            else cost_per_touch_amount
        end as cost_per_contact_amount,
        case
            when pool_amount > 0 and contact_capacity > 0 then 'capacity'
            else touch_cost_source
        end as cost_source

    from capacity

),

joined as (

    select
        costed.*,
        teams.team,
        coalesce(demand.customer_count, 0) as customer_count,
        coalesce(demand.prospect_count, 0) as prospect_count,
        coalesce(demand.owned_customer_count, 0) as owned_customer_count,
        coalesce(staff.rep_count, 0) as rep_count,
        coalesce(staff.known_rep_count < staff.rep_count, false) as has_unknown_full_time_equivalent,
        case
            when staff.rep_count is null then 0
            when staff.known_rep_count = staff.rep_count then staff.full_time_equivalent
        end as available_fte,
        coalesce(demand.customer_count, 0) * costed.touches_per_year as required_contact_count

    from teams

    inner join costed
        on teams.quarter_start_date = costed.quarter_start_date

    left join demand
        on teams.quarter_start_date = demand.quarter_start_date
        and teams.team = demand.team

    left join staff
        on teams.quarter_start_date = staff.quarter_start_date
        and teams.team = staff.team

),

-- A customer needs all its contacts from one rep, a team whole reps: the first is rounded down, the second up.
staffed as (

    select
        *,
        case
            when touches_per_year > 0
                then {{ integer_quotient('contacts_per_year', 'touches_per_year') }}
        end as customers_per_rep,
        case
            when contacts_per_year > 0
                then {{ integer_quotient('(required_contact_count + contacts_per_year - 1)', 'contacts_per_year') }}
        end as required_fte

    from joined

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        team,
        cast(contacts_per_year as integer) as contacts_per_year,
        cast(contacts_per_year_low as integer) as contacts_per_year_low,
        cast(contacts_per_year_high as integer) as contacts_per_year_high,
        cast(touches_per_year as integer) as touches_per_year,
        cast(customers_per_rep as integer) as customers_per_rep,
        cast(customer_count as integer) as customer_count,
        cast(prospect_count as integer) as prospect_count,
        cast(owned_customer_count as integer) as owned_customer_count,
        cast(rep_count as integer) as rep_count,
        cast(available_fte as decimal(18, 4)) as available_fte,
        cast(required_contact_count as bigint) as required_contact_count,
        cast(required_fte as integer) as required_fte,
        cast(required_fte - available_fte as decimal(18, 4)) as fte_gap,
        cost_per_contact_amount,
        cost_source,
        cost_per_touch_amount,
        {{ flags({
            'ASSUMED_FULL_TIME': "cost_source = 'capacity' and is_full_time_assumed",
            'MISSING_FTE': 'has_unknown_full_time_equivalent',
            'NO_CONTACT_FREQUENCY': 'coalesce(touches_per_year, 0) <= 0',
            'NO_POOL_AMOUNT': 'coalesce(pool_amount, 0) <= 0',
            'NO_REP': 'rep_count = 0',
            'UNDERSTAFFED': 'required_fte > available_fte',
        }) }} as flags

    from staffed

)

select * from final
