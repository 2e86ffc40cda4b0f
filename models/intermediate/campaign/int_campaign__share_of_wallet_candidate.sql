-- grain: one customer and quarter eligible for a share-of-wallet campaign, excluded or not
{{ config(materialized='view') }}

with

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

wallet as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

classes as (

    select * from {{ ref('int_segmentation__tier') }}

),

-- A share can be raised where there is one: prospects are not part of a share-of-wallet campaign. Intercompany customers
-- have no potential class; those with a gap are kept here so that their exclusion can be shown.
eligible as (

    select
        wallet.quarter_start_date,
        wallet.customer_id,
        policy.reporting_currency,
        wallet.sow_ratio,
        wallet.attainable_sow_ratio,
        wallet.opportunity_amount,
        wallet.potential_amount,
        wallet.wallet_source,
        wallet.margin_ratio,
        wallet.margin_source

    from wallet

    inner join policy
        on wallet.quarter_start_date = policy.quarter_start_date
        and wallet.attainable_sow_ratio - wallet.sow_ratio >= policy.campaign_minimum_share_gap_ratio

    inner join customers_by_quarter
        on wallet.customer_id = customers_by_quarter.customer_id
        and wallet.quarter_start_date = customers_by_quarter.quarter_start_date
        and customers_by_quarter.lifecycle_status <> 'prospect'

    inner join classes
        on wallet.customer_id = classes.customer_id
        and wallet.quarter_start_date = classes.quarter_start_date
        and (classes.potential_class = 'HIGH' or not customers_by_quarter.is_in_population)

),

scored as (

    select
        *,
        {{ amount_times_ratio('opportunity_amount', 'margin_ratio') }} as contribution_amount

    from eligible

),

-- Where not even the company's margin is known, all are ranked by the opportunity alone: scores of one list are the same
-- kind of money.
final as (

    select
        'SOW' as campaign_type,
        quarter_start_date,
        customer_id,
        opportunity_amount as addressable_amount,
        contribution_amount,
        coalesce(contribution_amount, opportunity_amount) as score,
        concat(
            'Share of wallet ', cast(cast(sow_ratio * 100 as decimal(9, 1)) as varchar),
            ' % of an attainable ', cast(cast(attainable_sow_ratio * 100 as decimal(9, 1)) as varchar),
            ' %: ', cast(opportunity_amount as varchar), ' ', reporting_currency, ' a year to win'
        ) as driver,
        concat(
            'Wallet ', cast(potential_amount as varchar), ' ', reporting_currency, ' (', wallet_source, '); margin ',
            case
                when margin_ratio is null then 'unknown'
                else concat(cast(cast(margin_ratio * 100 as decimal(9, 1)) as varchar), ' % (', margin_source, ')')
            end
        ) as evidence

    from scored

)

select * from final
