-- grain: one customer per quarter that is to get less service
{{ config(materialized='view') }}

with

losses as (

    select * from {{ ref('int_coverage__loss') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

    where is_in_population and lifecycle_status not in ('prospect', 'blocked')

),

promised as (

    select * from {{ ref('int_threshold__by_customer_quarter') }}

    where channel_reason in ('NAMED_ACCOUNT', 'KEY_ACCOUNT_GROUP')

),

customers as (

    select * from {{ ref('dim_customer') }}

),

zones as (

    select * from {{ ref('int_portfolio__zone') }}

    where zone = 'PROTECT'

),

focus_layers as (

    select * from {{ ref('int_focus__layer') }}

    where focus_layer = 'TOP5'

),

open_opportunities as (

    select * from {{ ref('int_coverage__open_opportunity') }}

),

-- A loss of low potential is a customer of low potential: none of high potential is here. Named accounts, key account
-- groups, the zone PROTECT and the most important accounts of a rep are kept for other reasons than their contribution.
final as (

    select
        losses.quarter_start_date,
        losses.customer_id,
        losses.loss_quarter_count

    from losses

    inner join policy
        on losses.quarter_start_date = policy.quarter_start_date
        and losses.loss_quarter_count >= policy.divestment_loss_quarters

    inner join customers_by_quarter
        on losses.quarter_start_date = customers_by_quarter.quarter_start_date
        and losses.customer_id = customers_by_quarter.customer_id

    inner join customers
        on losses.customer_id = customers.customer_id

    left join promised
        on losses.quarter_start_date = promised.quarter_start_date
        and losses.customer_id = promised.customer_id

    left join zones
        on losses.quarter_start_date = zones.quarter_start_date
        and losses.customer_id = zones.customer_id

    left join focus_layers
        on losses.quarter_start_date = focus_layers.quarter_start_date
        and losses.customer_id = focus_layers.customer_id

    left join open_opportunities
        on losses.quarter_start_date = open_opportunities.quarter_start_date
        and losses.customer_id = open_opportunities.customer_id

    where
        not customers.is_blocked
        and not customers.is_named_account
        and promised.customer_id is null
        and zones.customer_id is null
        and focus_layers.customer_id is null
        and open_opportunities.customer_id is null

)

select * from final
