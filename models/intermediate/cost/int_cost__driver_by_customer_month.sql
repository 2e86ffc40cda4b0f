-- grain: one customer, activity, resource pool and month
with

contacts as (

    select * from {{ ref('int_cost__contact') }}

),

order_driver as (

    select * from {{ ref('int_cost__order_driver') }}

),

delivery_driver as (

    select * from {{ ref('int_cost__delivery_driver') }}

),

service_driver as (

    select * from {{ ref('int_cost__service_driver') }}

),

document_driver as (

    select * from {{ ref('int_cost__document_driver') }}

),

contact_driver as (

    select
        customer_id,
        month_start_date,
        activity,
        resource_pool,
        cast(sum(driver_quantity) as decimal(18, 4)) as driver_quantity,
        cast(sum(minutes) as decimal(18, 4)) as minutes,
        cast(sum(measured_minutes) as decimal(18, 4)) as measured_minutes,
        cast(0 as decimal(18, 4)) as fallback_minutes,
        max(case when is_cut then 1 else 0 end) = 1 as has_cut_minutes,
        max(case when is_travel_unrecorded then 1 else 0 end) = 1 as has_unrecorded_travel

    from contacts

    group by customer_id, month_start_date, activity, resource_pool

),

transaction_driver as (

    select * from order_driver

    union all

    select * from delivery_driver

    union all

    select * from service_driver

    union all

    select * from document_driver

),

combined as (

    select * from contact_driver

    union all

    select
        *,
        false as has_cut_minutes,
        false as has_unrecorded_travel

    from transaction_driver

)

select * from combined
