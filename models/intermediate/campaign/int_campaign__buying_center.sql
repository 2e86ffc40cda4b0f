-- grain: one customer of high potential and quarter, no prospect
{{ config(materialized='view') }}

with

quarters as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        policy.access_minimum_level,
        {{ add_days('quarters.as_of_date', '-1 * policy.access_maximum_age_days') }} as access_start_date

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

customers as (

    select
        classes.customer_id,
        classes.quarter_start_date,
        quarters.as_of_date,
        quarters.access_minimum_level,
        quarters.access_start_date

    from {{ ref('int_segmentation__tier') }} as classes

    inner join {{ ref('int_customer__by_quarter') }} as customers_by_quarter
        on classes.customer_id = customers_by_quarter.customer_id
        and classes.quarter_start_date = customers_by_quarter.quarter_start_date
        and customers_by_quarter.lifecycle_status <> 'prospect'

    inner join quarters
        on classes.quarter_start_date = quarters.quarter_start_date

    where classes.potential_class = 'HIGH'

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

contacts as (

    select
        crosswalk.customer_id,
        contacts.contact_id,
        -- A contact without a role has some other one.
        coalesce(contacts.contact_role, 'other') as contact_role,
        contacts.access_level

    from {{ ref('input_layer__contact') }} as contacts

    inner join crosswalk
        on contacts.account_id = crosswalk.source_id

),

activities as (

    select
        crosswalk.customer_id,
        cast(activities.started_at as date) as activity_date,
        activities.contact_id,
        count(*) as activity_count

    from {{ ref('input_layer__activity') }} as activities

    inner join crosswalk
        on activities.account_id = crosswalk.source_id

    group by 1, 2, 3

),

-- Activities with the customer from the first day on that counts, by contact; those that name nobody together.
by_contact as (

    select
        customers.customer_id,
        customers.quarter_start_date,
        activities.contact_id,
        sum(activities.activity_count) as activity_count

    from customers

    inner join activities
        on customers.customer_id = activities.customer_id
        and activities.activity_date between customers.access_start_date and customers.as_of_date

    group by customers.customer_id, customers.quarter_start_date, activities.contact_id

),

spoken_to as (

    select
        customer_id,
        quarter_start_date,
        sum(activity_count) as activity_count,
        sum(case when contact_id is not null then activity_count else 0 end) as named_activity_count

    from by_contact

    group by customer_id, quarter_start_date

),

known as (

    select
        customers.customer_id,
        customers.quarter_start_date,
        count(*) as contact_count,
        {%- for role in ['decider', 'influencer', 'user', 'buyer', 'gatekeeper', 'other'] %}
        count(case when contacts.contact_role = '{{ role }}' then 1 end) as {{ role }}_count,
        count(case when contacts.contact_role = '{{ role }}' then by_contact.contact_id end) as reached_{{ role }}_count,
        {%- endfor %}
        max(case when contacts.contact_role = 'decider' then contacts.access_level end) as decider_access_level,
        count(
            case
                when contacts.contact_role = 'decider' and contacts.access_level >= customers.access_minimum_level
                    then by_contact.contact_id
            end
        ) as accessible_decider_count

    from customers

    inner join contacts
        on customers.customer_id = contacts.customer_id

    left join by_contact
        on customers.customer_id = by_contact.customer_id
        and customers.quarter_start_date = by_contact.quarter_start_date
        and contacts.contact_id = by_contact.contact_id

    group by customers.customer_id, customers.quarter_start_date

),

final as (

    select
        customers.customer_id,
        customers.quarter_start_date,
        coalesce(spoken_to.activity_count, 0) as activity_count,
        coalesce(spoken_to.named_activity_count, 0) as named_activity_count,
        coalesce(known.contact_count, 0) as contact_count,
        {%- for role in ['decider', 'influencer', 'user', 'buyer', 'gatekeeper', 'other'] %}
        coalesce(known.{{ role }}_count, 0) as {{ role }}_count,
        coalesce(known.reached_{{ role }}_count, 0) as reached_{{ role }}_count,
        {%- endfor %}
        known.decider_access_level,
        coalesce(known.accessible_decider_count, 0) as accessible_decider_count

    from customers

    left join spoken_to
        on customers.customer_id = spoken_to.customer_id
        and customers.quarter_start_date = spoken_to.quarter_start_date

    left join known
        on customers.customer_id = known.customer_id
        and customers.quarter_start_date = known.quarter_start_date

)

select * from final
