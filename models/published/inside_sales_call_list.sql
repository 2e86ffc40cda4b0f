-- grain: one call of an inside rep, in the working days after the last closed quarter, or the running one where none is closed
with

contacts as (

    select * from {{ ref('int_inside_sales__contact') }}

    where is_on_list

),

planned_quarters as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional

    from {{ ref('int_territory__quarter') }}

),

assignments as (

    select * from {{ ref('inside_sales_assignment') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

final as (

    select
        contacts.quarter_start_date,
        planned_quarters.as_of_date,
        planned_quarters.is_provisional,
        contacts.rep_id,
        contacts.contact_date,
        contacts.call_number,
        contacts.customer_id,
        assignments.customer_name,
        assignments.contact_channel,
        assignments.backup_rep_id,
        assignments.steering,
        segments.lifecycle_status,
        segments.potential_class,
        segments.net_revenue_amount,
        segments.wallet_gap_amount,
        contacts.last_contact_date

    from contacts

    inner join planned_quarters
        on contacts.quarter_start_date = planned_quarters.quarter_start_date

    inner join assignments
        on contacts.quarter_start_date = assignments.quarter_start_date
        and contacts.customer_id = assignments.customer_id

    inner join segments
        on contacts.quarter_start_date = segments.quarter_start_date
        and contacts.customer_id = segments.customer_id

)

select * from final
