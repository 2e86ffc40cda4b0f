-- grain: one customer per quarter that inside sales should look after
with

assignments as (

    select * from {{ ref('int_inside_sales__assignment') }}

),

inside_customers as (

    select * from {{ ref('int_inside_sales__customer') }}

),

inside_reps as (

    select * from {{ ref('int_inside_sales__rep') }}

),

preferred_channels as (

    select * from {{ ref('int_inside_sales__preferred_channel') }}

),

next_contacts as (

    select * from {{ ref('int_inside_sales__contact') }}

    where round_number = 0

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

final as (

    select
        assignments.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        assignments.customer_id,
        customers.customer_name,
        case when assignments.rep_id is null then 'UNASSIGNED' else 'ASSIGNED' end as status,
        assignments.rep_id,
        reps.rep_name,
        assignments.backup_rep_id,
        assignments.previous_rep_id,
        coalesce(assignments.previous_rep_id <> assignments.rep_id, false) as is_moved,
        assignments.reason,
        customers.rep_id as owner_rep_id,
        inside_customers.team,
        inside_customers.steering,
        inside_customers.contacts_per_year,
        preferred_channels.preferred_channel,
        preferred_channels.preferred_channel_source,
        preferred_channels.contact_channel,
        inside_customers.contact_bar is null as may_contact,
        next_contacts.last_contact_date,
        next_contacts.contact_date as next_contact_date,
        {{ flags({
            'ALL_CONTACTS_OPTED_OUT': "inside_customers.contact_bar = 'ALL_CONTACTS_OPTED_OUT'",
            'ASSUMED_FULL_TIME': 'inside_reps.is_full_time_assumed',
            'DO_NOT_CONTACT': "inside_customers.contact_bar = 'DO_NOT_CONTACT'",
            'NO_BACKUP': 'assignments.rep_id is not null and assignments.backup_rep_id is null',
            'OTHER_TEAM': 'inside_reps.team <> inside_customers.team',
        }) }} as flags

    from assignments

    inner join quarters
        on assignments.quarter_start_date = quarters.quarter_start_date

    inner join inside_customers
        on assignments.quarter_start_date = inside_customers.quarter_start_date
        and assignments.customer_id = inside_customers.customer_id

    inner join customers
        on assignments.customer_id = customers.customer_id

    inner join preferred_channels
        on assignments.quarter_start_date = preferred_channels.quarter_start_date
        and assignments.customer_id = preferred_channels.customer_id

    left join inside_reps
        on assignments.quarter_start_date = inside_reps.quarter_start_date
        and assignments.rep_id = inside_reps.rep_id

    left join reps
        on assignments.rep_id = reps.rep_id

    left join next_contacts
        on assignments.quarter_start_date = next_contacts.quarter_start_date
        and assignments.customer_id = next_contacts.customer_id

)

select * from final
