-- grain: one customer per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

thresholds as (

    select * from {{ ref('int_threshold__by_customer_quarter') }}

),

wallet as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

tiers as (

    select * from {{ ref('int_segmentation__tier') }}

),

channels_of_reps as (

    select * from {{ ref('int_segmentation__channel_of_rep') }}

),

digital_customers as (

    select * from {{ ref('int_segmentation__digital_customer') }}

),

zones as (

    select * from {{ ref('int_portfolio__zone') }}

),

focus_layers as (

    select * from {{ ref('int_focus__layer') }}

),

joined as (

    select
        customers_by_quarter.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        customers_by_quarter.customer_id,
        customers.customer_name,
        customers.group_id,
        customers.industry,
        customers.country_code,
        customers.rep_id,
        customers.territory_id,
        customers_by_quarter.lifecycle_status,
        profit.net_revenue_amount,
        profit.gross_margin_amount,
        profit.cost_to_serve_amount,
        profit.contribution_amount,
        thresholds.threshold_class,
        tiers.abc_revenue_class,
        tiers.abc_contribution_class,
        tiers.potential_class,
        tiers.tier_raw,
        tiers.tier_effective,
        wallet.potential_amount,
        wallet.potential_profit_amount,
        -- The potential in use is the wallet.
        wallet.potential_amount as wallet_amount,
        wallet.sow_ratio,
        wallet.sow_profit_ratio,
        wallet.wallet_gap_amount,
        wallet.wallet_source,
        cast(zones.potential_score as decimal(9, 6)) as potential_score,
        cast(zones.attractiveness_score as decimal(9, 6)) as attractiveness_score,
        zones.zone,
        focus_layers.focus_layer,
        thresholds.recommended_channel,
        case
            when digital_customers.customer_id is not null then 'DIGITAL'
            else channels_of_reps.channel
        end as current_channel,
        customers.assigned_class,
        {{ flags({
            'CREDIT_NOTES_ONLY': 'customers_by_quarter.has_credit_notes_only',
            'ESTIMATED_COST': 'profit.has_estimated_cost',
            'INCOMPLETE_HISTORY': 'customers_by_quarter.has_incomplete_history',
            'INTERCOMPANY': 'not customers_by_quarter.is_in_population',
            'NEGATIVE_CONTRIBUTION': 'profit.contribution_amount < 0',
            'NEGATIVE_REVENUE': 'profit.net_revenue_amount < 0',
            'NEW': 'thresholds.is_new',
            'NO_COST_DATA': 'profit.cost_to_serve_amount is null',
            'NO_COST_OF_GOODS': 'profit.gross_margin_amount is null',
            'NO_POTENTIAL': 'tiers.is_without_potential',
            'NO_TIER_MEASURE': 'tiers.is_without_tier_measure',
            'PARTIAL_YEAR': 'profit.is_partial_year',
            'TIER_BY_REVENUE': 'tiers.is_tier_by_revenue',
            'WALLET_BELOW_REVENUE': 'wallet.is_wallet_below_revenue',
            'ZERO_REVENUE': 'profit.net_revenue_amount = 0',
        }) }} as flags,
        customers_by_quarter.is_in_population,
        customers.account_id,
        customers.erp_customer_id,
        tiers.potential_measure,
        tiers.tier_measure

    from customers_by_quarter

    inner join quarters
        on customers_by_quarter.quarter_start_date = quarters.quarter_start_date

    inner join customers
        on customers_by_quarter.customer_id = customers.customer_id

    left join profit
        on customers_by_quarter.customer_id = profit.customer_id
        and customers_by_quarter.quarter_start_date = profit.quarter_start_date

    left join thresholds
        on customers_by_quarter.customer_id = thresholds.customer_id
        and customers_by_quarter.quarter_start_date = thresholds.quarter_start_date

    left join wallet
        on customers_by_quarter.customer_id = wallet.customer_id
        and customers_by_quarter.quarter_start_date = wallet.quarter_start_date

    left join tiers
        on customers_by_quarter.customer_id = tiers.customer_id
        and customers_by_quarter.quarter_start_date = tiers.quarter_start_date

    left join zones
        on customers_by_quarter.customer_id = zones.customer_id
        and customers_by_quarter.quarter_start_date = zones.quarter_start_date

    left join focus_layers
        on customers_by_quarter.customer_id = focus_layers.customer_id
        and customers_by_quarter.quarter_start_date = focus_layers.quarter_start_date

    left join channels_of_reps
        on customers.rep_id = channels_of_reps.rep_id

    left join digital_customers
        on customers_by_quarter.customer_id = digital_customers.customer_id
        and customers_by_quarter.quarter_start_date = digital_customers.quarter_start_date

)

select * from joined
