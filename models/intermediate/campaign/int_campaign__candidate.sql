-- grain: one customer per campaign for which the customer is eligible, excluded or not
with

basis as (

    select * from {{ ref('int_campaign__selection_basis') }}

),

candidates as (

    select * from {{ ref('int_campaign__candidate_by_quarter') }}

),

earlier_lists as (

    select * from {{ ref('int_campaign__earlier_list') }}

),

eligible as (

    select
        basis.campaign_id,
        basis.campaign_type,
        basis.quarter_start_date,
        basis.snapshot_quarter_start_date,
        basis.capacity_count,
        basis.control_ratio,
        basis.salt,
        basis.is_issued,
        candidates.customer_id,
        candidates.score,
        candidates.driver,
        candidates.evidence,
        candidates.owner_rep_id,
        candidates.channel,
        candidates.stratum,
        candidates.is_intercompany,
        candidates.is_blocked,
        candidates.is_do_not_contact,
        candidates.is_opted_out,
        candidates.has_open_escalation,
        coalesce(earlier_lists.is_in_active_campaign, false) as is_in_active_campaign,
        coalesce(earlier_lists.is_control_of_last_quarter, false) as is_control_of_last_quarter,
        coalesce(earlier_lists.is_in_cool_down, false) as is_in_cool_down

    from basis

    inner join candidates
        on basis.campaign_type = candidates.campaign_type
        and basis.snapshot_quarter_start_date = candidates.quarter_start_date

    left join earlier_lists
        on basis.campaign_id = earlier_lists.campaign_id
        and candidates.customer_id = earlier_lists.customer_id

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

    from eligible

)

select * from final
