-- grain: one rep, customer and quarter
with

segments as (

    select
        *,
        {{ growth_potential('potential_amount', 'net_revenue_amount') }} as growth_potential_amount

    from {{ ref('customer_segments') }}

    where is_in_population and lifecycle_status <> 'blocked' and potential_amount > net_revenue_amount

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

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

contact_consent as (

    select * from {{ ref('int_campaign__contact_consent') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

-- A list made at the end of a quarter is worked on in the next one, in which the control group of a campaign is left alone.
controls as (

    select
        customer_id,
        {{ add_months('quarter_start_date', -3) }} as quarter_start_date

    from {{ ref('campaign_targets') }}

    where arm = 'CONTROL'

),

-- Who may be approached: not blocked, not marked as do-not-contact, and not without any contact person who accepts it.
approachable as (

    select
        customers.customer_id,
        customers.preferred_channel,
        customers.competitor_name

    from customers

    left join contact_consent
        on customers.customer_id = contact_consent.customer_id

    where
        not coalesce(customers.is_blocked, false)
        and not coalesce(customers.is_do_not_contact, false)
        and coalesce(contact_consent.opted_out_count < contact_consent.contact_count, true)

),

-- What can be won is worth its margin; where no margin is known at all, all lists are ranked by what can be won.
scored as (

    select
        segments.quarter_start_date,
        segments.customer_id,
        coalesce(segments.rep_id, 'UNASSIGNED') as rep_id,
        case segments.lifecycle_status
            when 'prospect' then 'ACQUIRE'
            when 'inactive' then 'REACTIVATE'
            else 'EXPAND'
        end as motion,
        segments.growth_potential_amount,
        {{ amount_times_ratio('wallets.opportunity_amount', 'coalesce(wallets.margin_ratio, 1)') }} as expected_gain_amount,
        policy.next_best_maximum_count

    from segments

    inner join policy
        on segments.quarter_start_date = policy.quarter_start_date

    inner join approachable
        on segments.customer_id = approachable.customer_id

    inner join wallets
        on segments.quarter_start_date = wallets.quarter_start_date
        and segments.customer_id = wallets.customer_id

    left join controls
        on segments.quarter_start_date = controls.quarter_start_date
        and segments.customer_id = controls.customer_id

    where controls.customer_id is null and coalesce(wallets.opportunity_amount > 0, true) and segments.growth_potential_amount > 0

),

listed_by_motion as (

    select
        *,
        row_number() over (
            partition by quarter_start_date, rep_id, motion
            order by expected_gain_amount desc nulls last, growth_potential_amount desc, customer_id
        ) as motion_rank

    from scored

    -- At a loss nothing is gained.
    where coalesce(expected_gain_amount > 0, true)

    qualify motion_rank <= next_best_maximum_count

),

listed as (

    select
        *,
        row_number() over (
            partition by quarter_start_date, rep_id
            order by expected_gain_amount desc nulls last, growth_potential_amount desc, customer_id
        ) as rank

    from listed_by_motion

),

final as (

    select
        listed.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        listed.rep_id,
        reps.rep_name,
        cast(listed.rank as integer) as rank,
        listed.customer_id,
        segments.customer_name,
        listed.motion,
        cast(listed.motion_rank as integer) as motion_rank,
        segments.net_revenue_amount,
        segments.potential_amount,
        listed.growth_potential_amount,
        segments.wallet_source,
        segments.sow_ratio,
        wallets.attainable_sow_ratio,
        wallets.opportunity_amount,
        wallets.margin_ratio,
        listed.expected_gain_amount,
        customers_by_quarter.last_invoice_date,
        segments.recommended_channel,
        approachable.preferred_channel,
        approachable.competitor_name,
        concat(
            case
                when listed.motion = 'ACQUIRE' then 'Never bought'
                when listed.motion = 'REACTIVATE' and customers_by_quarter.last_invoice_date is null then 'No invoice in the data'
                when listed.motion = 'REACTIVATE'
                    then concat('Last invoice ', cast(customers_by_quarter.last_invoice_date as varchar))
                else concat('Buys ', cast(segments.net_revenue_amount as varchar), ' ', policy.reporting_currency, ' a year')
            end,
            ', could buy ', cast(segments.potential_amount as varchar), ' ', policy.reporting_currency,
            ' (wallet by ', segments.wallet_source, ')',
            case
                when wallets.opportunity_amount is not null
                    then concat(
                        '; attainable ', cast(cast(wallets.attainable_sow_ratio * 100 as decimal(9, 1)) as varchar),
                        ' % of it, ', cast(wallets.opportunity_amount as varchar), ' more'
                    )
                else '; attainable share not known'
            end,
            case
                when wallets.margin_ratio is not null
                    then concat(
                        ', at a margin of ', cast(cast(wallets.margin_ratio * 100 as decimal(9, 1)) as varchar),
                        ' % (', wallets.margin_source, ')'
                    )
                else ', margin unknown'
            end,
            case when approachable.competitor_name is not null then concat('; buys from ', approachable.competitor_name) else '' end
        ) as reason,
        {{ flags({
            'INACTIVE_REP': 'reps.active_to < quarters.quarter_start_date or reps.active_from > quarters.as_of_date',
            'NO_ATTAINABLE_SHARE': 'wallets.opportunity_amount is null',
            'NO_MARGIN': 'wallets.margin_ratio is null',
            'NO_REP': "listed.rep_id = 'UNASSIGNED'",
            'UNKNOWN_REP': "reps.rep_id is null and listed.rep_id <> 'UNASSIGNED'",
        }) }} as flags

    from listed

    inner join quarters
        on listed.quarter_start_date = quarters.quarter_start_date

    inner join policy
        on listed.quarter_start_date = policy.quarter_start_date

    inner join segments
        on listed.quarter_start_date = segments.quarter_start_date
        and listed.customer_id = segments.customer_id

    inner join wallets
        on listed.quarter_start_date = wallets.quarter_start_date
        and listed.customer_id = wallets.customer_id

    inner join customers_by_quarter
        on listed.quarter_start_date = customers_by_quarter.quarter_start_date
        and listed.customer_id = customers_by_quarter.customer_id

    inner join approachable
        on listed.customer_id = approachable.customer_id

    left join reps
        on listed.rep_id = reps.rep_id

)

select * from final
