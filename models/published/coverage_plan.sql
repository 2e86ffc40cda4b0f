-- grain: one customer of the population per quarter
with

plans as (

    select * from {{ ref('int_coverage__plan') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

losses as (

    select * from {{ ref('int_coverage__loss') }}

),

contacts as (

    select
        quarter_start_date,
        customer_id,
        sum(minutes) as minutes,
        case when count(*) = count(cost_amount) then sum(cost_amount) end as cost_amount

    from {{ ref('int_coverage__contact') }}

    group by quarter_start_date, customer_id

),

-- Without any contact in the whole company nothing is known about contacts; with some, who had none got none.
contacted_quarters as (

    select distinct quarter_start_date from contacts

),

joined as (

    select
        segments.quarter_start_date,
        segments.as_of_date,
        segments.is_provisional,
        segments.customer_id,
        segments.rep_id,
        segments.lifecycle_status,
        segments.potential_class,
        segments.sow_ratio,
        plans.steering,
        plans.recommended_channel,
        segments.current_channel,
        plans.recommended_channel <> segments.current_channel as is_mismatch,
        plans.touches_per_year,
        cast(plans.minutes_per_year as decimal(18, 4)) as minutes_per_year,
        cast(plans.cost_amount as decimal(18, 2)) as cost_amount,
        plans.cost_source,
        cast(
            case
                when contacts.customer_id is not null then contacts.minutes
                when contacted_quarters.quarter_start_date is not null then 0
            end as decimal(18, 4)
        ) as current_minutes,
        cast(
            case
                when contacts.customer_id is not null then contacts.cost_amount
                when contacted_quarters.quarter_start_date is not null then 0
            end as decimal(18, 2)
        ) as current_cost_amount,
        plans.channel_reason as reason,
        coalesce(losses.loss_quarter_count, 0) as loss_quarter_count,
        plans.contact_bar

    from segments

    inner join plans
        on segments.quarter_start_date = plans.quarter_start_date
        and segments.customer_id = plans.customer_id

    left join losses
        on segments.quarter_start_date = losses.quarter_start_date
        and segments.customer_id = losses.customer_id

    left join contacts
        on segments.quarter_start_date = contacts.quarter_start_date
        and segments.customer_id = contacts.customer_id

    left join contacted_quarters
        on segments.quarter_start_date = contacted_quarters.quarter_start_date

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        customer_id,
        rep_id,
        lifecycle_status,
        potential_class,
        sow_ratio,
        steering,
        recommended_channel,
        current_channel,
        is_mismatch,
        touches_per_year,
        minutes_per_year,
        cost_amount,
        cost_source,
        current_minutes,
        current_cost_amount,
        cast(current_cost_amount - cost_amount as decimal(18, 2)) as saving_amount,
        reason,
        loss_quarter_count,
        {{ flags({
            'ALL_CONTACTS_OPTED_OUT': "contact_bar = 'ALL_CONTACTS_OPTED_OUT'",
            'BLOCKED': "contact_bar = 'BLOCKED'",
            'DO_NOT_CONTACT': "contact_bar = 'DO_NOT_CONTACT'",
            'NO_ACTIVITY_DATA': 'current_minutes is null',
            'NO_CHANNEL': 'recommended_channel is null',
            'NO_CONTACT_COST': 'current_minutes is not null and current_cost_amount is null',
            'NO_POTENTIAL': 'potential_class is null',
            'POLICY_COST': "cost_source = 'policy' and touches_per_year > 0",
        }) }} as flags

    from joined

)

select * from final
