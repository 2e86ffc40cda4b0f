-- grain: one customer and quarter eligible for an access campaign, excluded or not
{{ config(materialized='view') }}

with

buying_center as (

    select * from {{ ref('int_campaign__buying_center') }}

),

access_known as (

    select * from {{ ref('int_campaign__access_known') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

wallet as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

-- What lies behind the missing access is the part of the potential that is not bought from us yet. What of it can be had is the
-- opportunity up to the attainable share; in a quarter in which no such share is known, that part itself stands for it.
eligible as (

    select
        buying_center.*,
        policy.access_minimum_level,
        policy.access_maximum_age_days,
        policy.reporting_currency,
        wallet.potential_amount,
        wallet.wallet_source,
        wallet.margin_ratio,
        wallet.margin_source,
        wallet.opportunity_amount,
        cast(least(greatest(wallet.wallet_gap_amount, 0), wallet.potential_amount) as decimal(18, 2)) as growth_amount,
        max(wallet.opportunity_amount) over (partition by wallet.quarter_start_date) is not null as has_attainable_shares

    from buying_center

    inner join access_known
        on buying_center.quarter_start_date = access_known.quarter_start_date
        and access_known.unknown_reason is null

    inner join policy
        on buying_center.quarter_start_date = policy.quarter_start_date

    inner join wallet
        on buying_center.customer_id = wallet.customer_id
        and buying_center.quarter_start_date = wallet.quarter_start_date

    where
        buying_center.accessible_decider_count = 0
        and wallet.wallet_gap_amount is not null

),

scored as (

    select
        *,
        {{ amount_times_ratio('opportunity_amount', 'margin_ratio') }} as contribution_amount,
        {{ amount_times_ratio(
            'case when has_attainable_shares then coalesce(opportunity_amount, 0) else growth_amount end',
            'coalesce(margin_ratio, cast(1 as decimal(9, 6)))',
        ) }} as score

    from eligible

),

final as (

    select
        'ACCESS' as campaign_type,
        quarter_start_date,
        customer_id,
        growth_amount as addressable_amount,
        contribution_amount,
        score,
        concat(
            'No contact with a decider of access level ', cast(access_minimum_level as varchar), ' or more in ',
            cast(access_maximum_age_days as varchar), ' days: ', cast(growth_amount as varchar), ' ', reporting_currency,
            ' a year of potential behind it'
        ) as driver,
        concat(
            case
                when contact_count = 0 then 'No contact recorded'
                else concat(
                    'Contacts known (spoken to): decider ', cast(decider_count as varchar),
                    ' (', cast(reached_decider_count as varchar), ')',
                    {%- for role in ['influencer', 'user', 'buyer', 'gatekeeper', 'other'] %}
                    ', {{ role }} ', cast({{ role }}_count as varchar), ' (', cast(reached_{{ role }}_count as varchar), ')',
                    {%- endfor %}
                    '; highest access level of a decider ', coalesce(cast(decider_access_level as varchar), 'unknown')
                )
            end,
            '; activities ', cast(activity_count as varchar), ', naming a contact ', cast(named_activity_count as varchar),
            '; potential ', cast(potential_amount as varchar), ' ', reporting_currency, ' (', wallet_source, '), attainable of it ',
            coalesce(cast(opportunity_amount as varchar), 'unknown'), '; margin ',
            case
                when margin_ratio is null then 'unknown'
                else concat(cast(cast(margin_ratio * 100 as decimal(9, 1)) as varchar), ' % (', margin_source, ')')
            end
        ) as evidence

    from scored

)

select * from final
