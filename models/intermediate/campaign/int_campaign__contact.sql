-- grain: one customer contacted for a measured campaign, and one row for activities of accounts that no customer is known for
with

measurements as (

    select * from {{ ref('int_campaign__measurement') }}

),

activities as (

    select * from {{ ref('input_layer__activity') }}

    where campaign_id is not null

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

contacts as (

    select * from {{ ref('int_cost__contact') }}

),

pools as (

    select * from {{ ref('int_cost__pool_by_month') }}

),

-- What was done after the outcome quarter changes nothing of what it brought.
booked as (

    select
        measurements.campaign_id,
        crosswalk.customer_id,
        activities.data_source,
        activities.activity_id,
        activities.account_id

    from activities

    inner join measurements
        on activities.campaign_id = measurements.campaign_id
        and cast(activities.started_at as date) <= measurements.as_of_date

    left join crosswalk
        on activities.account_id = crosswalk.source_id

),

-- At the cost per minute of its pool and month, which the ledger gives; where it gives none the cost is unknown.
costed as (

    select
        booked.campaign_id,
        booked.customer_id,
        booked.data_source,
        booked.activity_id,
        contacts.minutes,
        contacts.minutes * pools.rate_amount as cost_amount

    from booked

    left join contacts
        on booked.data_source = contacts.data_source
        and booked.activity_id = contacts.activity_id
        and booked.account_id = contacts.account_id

    left join pools
        on contacts.resource_pool = pools.resource_pool
        and contacts.month_start_date = pools.month_start_date

),

final as (

    select
        campaign_id,
        customer_id,
        cast(count(*) as integer) as contact_count,
        cast(sum(minutes) as decimal(18, 4)) as minutes,
        cast(sum(cost_amount) as decimal(38, 10)) as cost_amount,
        cast(count(*) - count(cost_amount) as integer) as without_cost_count

    from costed

    group by
        campaign_id,
        customer_id

)

select * from final
