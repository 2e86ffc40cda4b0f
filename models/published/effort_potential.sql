-- grain: one customer per quarter that had contacts, or whose potential is worth some
with

segments as (

    select *

    from {{ ref('customer_segments') }}

    where is_in_population

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

efforts as (

    select * from {{ ref('int_steering__contact_effort') }}

),

joined as (

    select
        segments.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        segments.customer_id,
        segments.customer_name,
        segments.rep_id,
        segments.lifecycle_status,
        segments.abc_revenue_class,
        segments.potential_class,
        segments.potential_amount,
        efforts.minutes,
        efforts.visit_minutes

    from segments

    inner join quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    left join efforts
        on segments.quarter_start_date = efforts.quarter_start_date
        and segments.customer_id = efforts.customer_id

),

totals as (

    select
        quarter_start_date,
        sum(minutes) as total_minutes,
        sum(potential_amount) as total_potential_amount

    from joined

    group by quarter_start_date

),

-- Without any contact in the whole company nothing is known about effort; with some, who had none got none.
shared as (

    select
        joined.*,
        policy.effort_minimum_minutes,
        policy.effort_balance_factor,
        cast(case when totals.total_minutes > 0 then coalesce(joined.minutes, 0) / totals.total_minutes end as decimal(18, 9))
            as minutes_ratio,
        cast(
            case when totals.total_potential_amount > 0 then joined.potential_amount / totals.total_potential_amount end
            as decimal(18, 9)
        ) as potential_ratio,
        case when totals.total_minutes > 0 then coalesce(joined.minutes, 0) end as contact_minutes,
        case when totals.total_minutes > 0 then coalesce(joined.visit_minutes, 0) end as contact_visit_minutes,
        case
            when totals.total_minutes > 0 and joined.potential_amount > 0
                then cast(joined.potential_amount / totals.total_potential_amount * totals.total_minutes as decimal(18, 4))
        end as proportional_minutes

    from joined

    inner join totals
        on joined.quarter_start_date = totals.quarter_start_date

    inner join policy
        on joined.quarter_start_date = policy.quarter_start_date

),

of_weight as (

    select *

    from shared

    where
        contact_minutes > 0
        or proportional_minutes >= effort_minimum_minutes
        or (contact_minutes is null and potential_amount > 0)

),

-- Nobody is asked to serve a customer better that may not be contacted.
judged as (

    select
        of_weight.*,
        of_weight.lifecycle_status = 'blocked' or coalesce(customers.is_blocked, false) as is_blocked,
        coalesce(customers.is_do_not_contact, false) as is_do_not_contact,
        case
            when of_weight.lifecycle_status = 'blocked' or customers.is_blocked or customers.is_do_not_contact then null
            when
                of_weight.contact_minutes - of_weight.proportional_minutes >= of_weight.effort_minimum_minutes
                and of_weight.contact_minutes >= of_weight.effort_balance_factor * of_weight.proportional_minutes
                then 'OVER_SERVED'
            when
                of_weight.proportional_minutes - of_weight.contact_minutes >= of_weight.effort_minimum_minutes
                and of_weight.proportional_minutes >= of_weight.effort_balance_factor * of_weight.contact_minutes
                then 'UNDER_SERVED'
            when of_weight.proportional_minutes is not null then 'BALANCED'
        end as status

    from of_weight

    inner join customers
        on of_weight.customer_id = customers.customer_id

),

ranked as (

    select
        *,
        cast(
            row_number() over (
                partition by quarter_start_date, status
                order by abs(contact_minutes - proportional_minutes) desc, customer_id
            ) as integer
        ) as rank

    from judged

    where status in ('OVER_SERVED', 'UNDER_SERVED')

    union all

    select
        *,
        cast(null as integer) as rank

    from judged

    where coalesce(status, 'BALANCED') = 'BALANCED'

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        customer_id,
        customer_name,
        rep_id,
        lifecycle_status,
        abc_revenue_class,
        potential_class,
        contact_minutes as minutes,
        contact_visit_minutes as visit_minutes,
        potential_amount,
        minutes_ratio,
        potential_ratio,
        cast(minutes_ratio - potential_ratio as decimal(18, 9)) as difference_ratio,
        proportional_minutes,
        cast(contact_minutes - proportional_minutes as decimal(18, 4)) as difference_minutes,
        status,
        rank,
        {{ flags({
            'BLOCKED': 'is_blocked',
            'DO_NOT_CONTACT': 'is_do_not_contact',
            'NO_ACTIVITY_DATA': 'contact_minutes is null',
            'NO_POTENTIAL': 'coalesce(potential_amount, 0) <= 0',
        }) }} as flags

    from ranked

)

select * from final
