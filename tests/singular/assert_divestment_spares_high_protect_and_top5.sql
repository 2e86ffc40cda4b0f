-- No customer of high potential, in the zone PROTECT or among the TOP5 of a rep is to get less service, nor a prospect, a blocked customer or a company of
-- the own group; and nothing is approved without an approval in the policy. Guards against a class, zone or layer that changes elsewhere after candidates
-- are picked.
{{ config(meta={'dagster': {'ref': {'name': 'divestment_candidates'}}}) }}

with

candidates as (

    select * from {{ ref('divestment_candidates') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

protected as (

    select
        quarter_start_date,
        customer_id

    from {{ ref('portfolio_zones') }}

    where zone = 'PROTECT'

),

most_important as (

    select
        quarter_start_date,
        customer_id

    from {{ ref('focus_accounts') }}

    where focus_layer = 'TOP5'

),

approvals as (

    select
        customer_id,
        step,
        min(valid_from) as first_valid_from

    from {{ ref('policy_divestment_approval') }}

    group by customer_id, step

)

select
    candidates.quarter_start_date,
    candidates.customer_id,
    candidates.step,
    candidates.status

from candidates

left join segments
    on candidates.quarter_start_date = segments.quarter_start_date
    and candidates.customer_id = segments.customer_id

left join protected
    on candidates.quarter_start_date = protected.quarter_start_date
    and candidates.customer_id = protected.customer_id

left join most_important
    on candidates.quarter_start_date = most_important.quarter_start_date
    and candidates.customer_id = most_important.customer_id

left join approvals
    on candidates.customer_id = approvals.customer_id
    and candidates.step = approvals.step

where
    segments.customer_id is null
    or segments.potential_class is distinct from 'LOW'
    or not segments.is_in_population
    or segments.lifecycle_status in ('prospect', 'blocked')
    or segments.zone = 'PROTECT'
    or segments.focus_layer = 'TOP5'
    or protected.customer_id is not null
    or most_important.customer_id is not null
    or not coalesce(segments.contribution_amount < 0, false)
    or (candidates.status = 'APPROVED') <> (candidates.approver is not null)
    or (candidates.status = 'APPROVED' and not coalesce(approvals.first_valid_from <= candidates.as_of_date, false))
