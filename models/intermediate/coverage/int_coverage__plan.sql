-- grain: one customer of the population per quarter
with

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

    where is_in_population

),

customers as (

    select * from {{ ref('dim_customer') }}

),

contact_consent as (

    select * from {{ ref('int_campaign__contact_consent') }}

),

thresholds as (

    select * from {{ ref('int_threshold__by_customer_quarter') }}

),

classes as (

    select * from {{ ref('int_segmentation__tier') }}

),

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

touch_plan as (

    select * from {{ ref('int_coverage__touch_plan') }}

),

-- Why nobody seeks contact with a customer.
barred as (

    select
        customers.customer_id,
        case
            when customers.is_blocked then 'BLOCKED'
            when customers.is_do_not_contact then 'DO_NOT_CONTACT'
            when contact_consent.opted_out_count = contact_consent.contact_count then 'ALL_CONTACTS_OPTED_OUT'
        end as contact_bar

    from customers

    left join contact_consent
        on customers.customer_id = contact_consent.customer_id

    where
        customers.is_blocked
        or customers.is_do_not_contact
        or contact_consent.opted_out_count = contact_consent.contact_count

),

classified as (

    select
        customers_by_quarter.quarter_start_date,
        customers_by_quarter.customer_id,
        thresholds.recommended_channel,
        thresholds.channel_reason,
        coalesce(classes.potential_class, 'NONE') as potential_class,
        case
            when wallets.sow_ratio >= policy.share_of_wallet_significant_ratio then 'SIGNIFICANT'
            else 'BELOW'
        end as share_of_wallet_class,
        case
            when barred.contact_bar is not null then barred.contact_bar
            when customers_by_quarter.lifecycle_status = 'blocked' then 'BLOCKED'
        end as contact_bar

    from customers_by_quarter

    inner join policy
        on customers_by_quarter.quarter_start_date = policy.quarter_start_date

    left join thresholds
        on customers_by_quarter.quarter_start_date = thresholds.quarter_start_date
        and customers_by_quarter.customer_id = thresholds.customer_id

    left join classes
        on customers_by_quarter.quarter_start_date = classes.quarter_start_date
        and customers_by_quarter.customer_id = classes.customer_id

    left join wallets
        on customers_by_quarter.quarter_start_date = wallets.quarter_start_date
        and customers_by_quarter.customer_id = wallets.customer_id

    left join barred
        on customers_by_quarter.customer_id = barred.customer_id

),

final as (

    select
        classified.quarter_start_date,
        classified.customer_id,
        classified.recommended_channel,
        classified.channel_reason,
        classified.share_of_wallet_class,
        touch_plan.steering,
        case when classified.contact_bar is null then touch_plan.touches_per_year else 0 end as touches_per_year,
        case when classified.contact_bar is null then touch_plan.minutes_per_year else 0 end as minutes_per_year,
        case when classified.contact_bar is null then touch_plan.cost_amount else 0 end as cost_amount,
        touch_plan.cost_source,
        classified.contact_bar

    from classified

    left join touch_plan
        on classified.quarter_start_date = touch_plan.quarter_start_date
        and classified.recommended_channel = touch_plan.channel
        and classified.potential_class = touch_plan.potential_class
        and classified.share_of_wallet_class = touch_plan.share_of_wallet_class

)

select * from final
