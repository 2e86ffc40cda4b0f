-- grain: one campaign type, quarter and customer that is eligible for the type, excluded or not
{{ config(materialized='view') }}

with

eligible as (

    select * from {{ ref('int_campaign__share_of_wallet_candidate') }}

    union all

    select * from {{ ref('int_campaign__process_candidate') }}

    union all

    select * from {{ ref('int_campaign__access_candidate') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

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

final as (

    select
        eligible.campaign_type,
        eligible.quarter_start_date,
        eligible.customer_id,
        eligible.addressable_amount,
        eligible.contribution_amount,
        eligible.score,
        eligible.driver,
        eligible.evidence,
        customers.rep_id as owner_rep_id,
        thresholds.recommended_channel as channel,
        -- Size is the size of today's business, which says most about the next quarter's.
        concat(classes.potential_class, '|', classes.abc_revenue_class) as stratum,
        not customers_by_quarter.is_in_population as is_intercompany,
        customers_by_quarter.lifecycle_status = 'blocked' or coalesce(customers.is_blocked, false) as is_blocked,
        coalesce(customers.is_do_not_contact, false) as is_do_not_contact,
        coalesce(contact_consent.contact_count = contact_consent.opted_out_count, false) as is_opted_out,
        open_escalations.customer_id is not null as has_open_escalation

    from eligible

    inner join customers
        on eligible.customer_id = customers.customer_id

    inner join customers_by_quarter
        on eligible.customer_id = customers_by_quarter.customer_id
        and eligible.quarter_start_date = customers_by_quarter.quarter_start_date

    inner join classes
        on eligible.customer_id = classes.customer_id
        and eligible.quarter_start_date = classes.quarter_start_date

    left join thresholds
        on eligible.customer_id = thresholds.customer_id
        and eligible.quarter_start_date = thresholds.quarter_start_date

    left join open_escalations
        on eligible.customer_id = open_escalations.customer_id
        and eligible.quarter_start_date = open_escalations.quarter_start_date

    left join contact_consent
        on eligible.customer_id = contact_consent.customer_id

)

select * from final
