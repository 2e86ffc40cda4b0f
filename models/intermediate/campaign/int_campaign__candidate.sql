-- grain: one customer per campaign for which the customer is eligible, excluded or not
with

basis as (

    select * from {{ ref('int_campaign__selection_basis') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

wallet as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

thresholds as (

    select * from {{ ref('int_threshold__by_customer_quarter') }}

),

classes as (

    select * from {{ ref('int_segmentation__tier') }}

),

open_escalations as (

    select * from {{ ref('int_campaign__open_escalation') }}

),

contact_consent as (

    select * from {{ ref('int_campaign__contact_consent') }}

),

earlier_lists as (

    select * from {{ ref('int_campaign__earlier_list') }}

),

-- A share can be raised where there is one: prospects are not part of a share-of-wallet campaign. Intercompany customers
-- have no potential class; those with a gap are kept here so that their exclusion can be shown.
eligible as (

    select
        basis.*,
        wallet.customer_id,
        customers_by_quarter.lifecycle_status,
        customers_by_quarter.is_in_population,
        wallet.sow_ratio,
        wallet.attainable_sow_ratio,
        wallet.opportunity_amount,
        wallet.wallet_source,
        wallet.margin_ratio,
        wallet.margin_source,
        classes.potential_class,
        classes.abc_revenue_class

    from basis

    inner join wallet
        on basis.snapshot_quarter_start_date = wallet.quarter_start_date
        and wallet.attainable_sow_ratio - wallet.sow_ratio >= basis.campaign_minimum_share_gap_ratio

    inner join customers_by_quarter
        on wallet.customer_id = customers_by_quarter.customer_id
        and wallet.quarter_start_date = customers_by_quarter.quarter_start_date
        and customers_by_quarter.lifecycle_status <> 'prospect'

    inner join classes
        on wallet.customer_id = classes.customer_id
        and wallet.quarter_start_date = classes.quarter_start_date
        and (classes.potential_class = 'HIGH' or not customers_by_quarter.is_in_population)

),

-- Where not even the company's margin is known, all are ranked by the opportunity alone: scores of one list are the same
-- kind of money.
scored as (

    select
        *,
        cast(
            cast(opportunity_amount as decimal(28, 2)) * coalesce(margin_ratio, cast(1 as decimal(9, 6))) as decimal(18, 2)
        ) as score

    from eligible

),

described as (

    select
        scored.campaign_id,
        scored.quarter_start_date,
        scored.snapshot_quarter_start_date,
        scored.customer_id,
        scored.capacity_count,
        scored.control_ratio,
        scored.salt,
        scored.is_issued,
        scored.sow_ratio,
        scored.attainable_sow_ratio,
        scored.opportunity_amount,
        scored.margin_ratio,
        scored.score,
        concat(
            'Share of wallet ', cast(cast(scored.sow_ratio * 100 as decimal(9, 1)) as varchar),
            ' % of an attainable ', cast(cast(scored.attainable_sow_ratio * 100 as decimal(9, 1)) as varchar),
            ' %: ', cast(scored.opportunity_amount as varchar), ' ', scored.reporting_currency, ' to win',
            case
                when scored.margin_ratio is not null
                    then concat(
                        ' at a margin of ', cast(cast(scored.margin_ratio * 100 as decimal(9, 1)) as varchar),
                        ' % (', scored.margin_source, ')'
                    )
                else ', margin unknown'
            end,
            '; wallet by ', scored.wallet_source
        ) as driver,
        customers.rep_id as owner_rep_id,
        thresholds.recommended_channel as channel,
        -- Size is the size of today's business, which says most about the next quarter's.
        concat(scored.potential_class, '|', scored.abc_revenue_class) as stratum,
        scored.lifecycle_status = 'blocked' or coalesce(customers.is_blocked, false) as is_blocked,
        coalesce(customers.is_do_not_contact, false) as is_do_not_contact,
        coalesce(contact_consent.contact_count = contact_consent.opted_out_count, false) as is_opted_out,
        open_escalations.customer_id is not null as has_open_escalation,
        coalesce(earlier_lists.is_in_active_campaign, false) as is_in_active_campaign,
        coalesce(earlier_lists.is_control_of_last_quarter, false) as is_control_of_last_quarter,
        coalesce(earlier_lists.is_in_cool_down, false) as is_in_cool_down,
        not scored.is_in_population as is_intercompany

    from scored

    inner join customers
        on scored.customer_id = customers.customer_id

    left join thresholds
        on scored.customer_id = thresholds.customer_id
        and scored.snapshot_quarter_start_date = thresholds.quarter_start_date

    left join open_escalations
        on scored.customer_id = open_escalations.customer_id
        and scored.snapshot_quarter_start_date = open_escalations.quarter_start_date

    left join contact_consent
        on scored.customer_id = contact_consent.customer_id

    left join earlier_lists
        on scored.campaign_id = earlier_lists.campaign_id
        and scored.customer_id = earlier_lists.customer_id

),

-- The first reason is the one that stands longest; all of them are listed beside it.
final as (

    select
        *,
        case
            when is_intercompany then 'INTERCOMPANY'
            when is_blocked then 'BLOCKED'
            when is_do_not_contact then 'DO_NOT_CONTACT'
            when is_opted_out then 'ALL_CONTACTS_OPTED_OUT'
            when has_open_escalation then 'OPEN_ESCALATION'
            when is_in_active_campaign then 'IN_ANOTHER_ACTIVE_CAMPAIGN'
            when is_control_of_last_quarter then 'CONTROL_LAST_QUARTER'
            when is_in_cool_down then 'COOL_DOWN'
        end as exclusion_reason,
        {{ flags({
            'INTERCOMPANY': 'is_intercompany',
            'BLOCKED': 'is_blocked',
            'DO_NOT_CONTACT': 'is_do_not_contact',
            'ALL_CONTACTS_OPTED_OUT': 'is_opted_out',
            'OPEN_ESCALATION': 'has_open_escalation',
            'IN_ANOTHER_ACTIVE_CAMPAIGN': 'is_in_active_campaign',
            'CONTROL_LAST_QUARTER': 'is_control_of_last_quarter',
            'COOL_DOWN': 'is_in_cool_down',
        }) }} as exclusion_reasons

    from described

)

select * from final
