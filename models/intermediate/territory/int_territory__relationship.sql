-- grain: one customer and planned quarter in whose twelve months its own rep contacted it
with

quarters as (

    select * from {{ ref('int_territory__quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

    where rep_id is not null

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

activities as (

    select * from {{ ref('input_layer__activity') }}

),

contact_types as (

    select distinct activity from {{ ref('policy_channel_touch') }}

),

final as (

    select
        quarters.quarter_start_date,
        customers.customer_id,
        count(*) as contact_count

    from activities

    inner join contact_types
        on activities.activity_type = contact_types.activity

    inner join crosswalk
        on activities.account_id = crosswalk.source_id

    inner join customers
        on crosswalk.customer_id = customers.customer_id
        and activities.rep_id = customers.rep_id

    inner join quarters
        on cast(activities.started_at as date) between quarters.trailing_start_date and quarters.as_of_date

    group by
        quarters.quarter_start_date,
        customers.customer_id

)

select * from final
