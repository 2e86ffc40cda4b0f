-- grain: one customer and quarter that inside sales should look after
{{ config(materialized='view') }}

with

inside_customers as (

    select * from {{ ref('int_inside_sales__customer') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

activities as (

    select * from {{ ref('input_layer__activity') }}

    where direction = 'inbound'

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

declared as (

    select
        customer_id,
        lower(trim(preferred_channel)) as preferred_channel

    from customers

    where length(trim(preferred_channel)) > 0

),

-- How a customer comes to us says how it wants to be met. Visits, fairs and quotes are no channel of inside sales.
inbound_by_day as (

    select
        crosswalk.customer_id,
        cast(activities.started_at as date) as contact_date,
        case activities.activity_type when 'call' then 'phone' else activities.activity_type end as channel,
        count(*) as contact_count

    from activities

    inner join crosswalk
        on activities.account_id = crosswalk.source_id

    where activities.activity_type in ('call', 'email', 'video', 'social')

    group by 1, 2, 3

),

-- The most frequent channel of the trailing twelve months; of equally frequent ones the latest.
inferred as (

    select
        quarters.quarter_start_date,
        inbound_by_day.customer_id,
        inbound_by_day.channel

    from inbound_by_day

    inner join quarters
        on inbound_by_day.contact_date between quarters.trailing_start_date and quarters.as_of_date

    group by quarters.quarter_start_date, inbound_by_day.customer_id, inbound_by_day.channel

    qualify row_number() over (
        partition by quarters.quarter_start_date, inbound_by_day.customer_id
        order by sum(inbound_by_day.contact_count) desc, max(inbound_by_day.contact_date) desc, inbound_by_day.channel asc
    ) = 1

),

final as (

    select
        inside_customers.quarter_start_date,
        inside_customers.customer_id,
        coalesce(declared.preferred_channel, inferred.channel, policy.inside_default_channel) as preferred_channel,
        case
            when declared.preferred_channel is not null then 'DECLARED'
            when inferred.channel is not null then 'INFERRED'
            else 'DEFAULT'
        end as preferred_channel_source,
        -- Who prefers visits or the shop is contacted as comes next.
        case
            when declared.preferred_channel in ('phone', 'email', 'video', 'social') then declared.preferred_channel
            else coalesce(inferred.channel, policy.inside_default_channel)
        end as contact_channel

    from inside_customers

    inner join policy
        on inside_customers.quarter_start_date = policy.quarter_start_date

    left join declared
        on inside_customers.customer_id = declared.customer_id

    left join inferred
        on inside_customers.quarter_start_date = inferred.quarter_start_date
        and inside_customers.customer_id = inferred.customer_id

)

select * from final
