-- grain: one CRM account whose tier, zone, focus layer or channel differs from what the CRM delivered last
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

accounts as (

    select * from {{ ref('input_layer__account') }}

),

crosswalk as (

    select *

    from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

tiers as (

    select * from {{ ref('int_segmentation__tier') }}

),

thresholds as (

    select * from {{ ref('int_threshold__by_customer_quarter') }}

),

zones as (

    select * from {{ ref('int_portfolio__zone') }}

),

focus_layers as (

    select * from {{ ref('int_focus__layer') }}

),

-- The CRM gets what stands: the running quarter still moves, and counts only where there is no closed one.
latest as (

    select quarter_start_date

    from quarters

    qualify row_number() over (order by is_provisional asc, quarter_start_date desc) = 1

),

-- Beside what is computed stands what the CRM has: in the fields that updates go to where it delivers them, and else, for
-- the tier, in the class that someone typed. Who is not rated has no zone.
compared as (

    select
        latest.quarter_start_date,
        accounts.account_id,
        crosswalk.customer_id,
        tiers.tier_effective as tier,
        case when zones.zone <> 'UNRATED' then zones.zone end as zone,
        focus_layers.focus_layer,
        thresholds.recommended_channel,
        {{ delivered_column(ref('input_layer__account'), 'accounts', 'x_tier', 'accounts.assigned_class') }} as crm_tier,
        {{ delivered_column(ref('input_layer__account'), 'accounts', 'x_zone', 'cast(null as varchar)') }} as crm_zone,
        {{ delivered_column(ref('input_layer__account'), 'accounts', 'x_focus_layer', 'cast(null as varchar)') }}
            as crm_focus_layer,
        {{ delivered_column(ref('input_layer__account'), 'accounts', 'x_recommended_channel', 'cast(null as varchar)') }}
            as crm_recommended_channel

    from accounts

    cross join latest

    inner join crosswalk
        on accounts.account_id = crosswalk.source_id

    left join tiers
        on crosswalk.customer_id = tiers.customer_id
        and latest.quarter_start_date = tiers.quarter_start_date

    left join thresholds
        on crosswalk.customer_id = thresholds.customer_id
        and latest.quarter_start_date = thresholds.quarter_start_date

    left join zones
        on crosswalk.customer_id = zones.customer_id
        and latest.quarter_start_date = zones.quarter_start_date

    left join focus_layers
        on crosswalk.customer_id = focus_layers.customer_id
        and latest.quarter_start_date = focus_layers.quarter_start_date

),

-- A value that the CRM does not have differs, but for REST, which is what no layer means; what is not known here takes
-- nothing away there.
differing as (

    select
        *,
        {{ flags({
            'CHANNEL': 'coalesce(upper(trim(crm_recommended_channel)) <> recommended_channel, recommended_channel is not null)',
            'FOCUS_LAYER': "coalesce(upper(trim(crm_focus_layer)) <> focus_layer, focus_layer <> 'REST', false)",
            'TIER': 'coalesce(upper(trim(crm_tier)) <> tier, tier is not null)',
            'ZONE': 'coalesce(upper(trim(crm_zone)) <> zone, zone is not null)',
        }) }} as changed_fields

    from compared

)

select * from differing

where changed_fields is not null
