-- The contacts planned with an inside rep are no more than it can make in a year, its list of a day is no longer than the policy's range ends, every customer that inside
-- sales should look after is in the table once, and nobody is called who may not be contacted. Guards against a customer that is counted twice, or planned after
-- the assignment.
{{ config(meta={'dagster': {'ref': {'name': 'inside_sales_assignment'}}}) }}

with

assignments as (

    select * from {{ ref('inside_sales_assignment') }}

),

call_list as (

    select * from {{ ref('inside_sales_call_list') }}

),

reps as (

    select * from {{ ref('int_inside_sales__rep') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

plans as (

    select * from {{ ref('coverage_plan') }}

    where recommended_channel = 'INSIDE' and not coalesce(flags like '%BLOCKED%', false)

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

loads as (

    select
        quarter_start_date,
        rep_id,
        sum(contacts_per_year) as contacts_per_year

    from assignments

    where status = 'ASSIGNED'

    group by quarter_start_date, rep_id

),

days as (

    select
        quarter_start_date,
        rep_id,
        contact_date,
        count(*) as call_count

    from call_list

    group by quarter_start_date, rep_id, contact_date

)

select
    'CAPACITY' as finding,
    loads.quarter_start_date,
    loads.rep_id as key

from loads

inner join quarters
    on loads.quarter_start_date = quarters.quarter_start_date

left join reps
    on loads.quarter_start_date = reps.quarter_start_date
    and loads.rep_id = reps.rep_id

where not coalesce(loads.contacts_per_year <= reps.capacity_contacts, false)

union all

select
    'CALLS_A_DAY' as finding,
    days.quarter_start_date,
    days.rep_id as key

from days

inner join policy
    on days.quarter_start_date = policy.quarter_start_date

where days.call_count > policy.inside_contacts_per_day_high

union all

select
    'NOT_IN_THE_TABLE' as finding,
    plans.quarter_start_date,
    plans.customer_id as key

from plans

inner join quarters
    on plans.quarter_start_date = quarters.quarter_start_date

left join assignments
    on plans.quarter_start_date = assignments.quarter_start_date
    and plans.customer_id = assignments.customer_id

where assignments.customer_id is null

union all

select
    'MAY_NOT_BE_CONTACTED' as finding,
    call_list.quarter_start_date,
    call_list.customer_id as key

from call_list

inner join quarters
    on call_list.quarter_start_date = quarters.quarter_start_date

left join assignments
    on call_list.quarter_start_date = assignments.quarter_start_date
    and call_list.customer_id = assignments.customer_id
    and call_list.rep_id = assignments.rep_id

where not coalesce(assignments.may_contact, false)
