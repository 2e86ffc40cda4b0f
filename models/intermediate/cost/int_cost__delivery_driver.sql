-- grain: one customer and month with deliveries
{{ config(materialized='view') }}

with

deliveries as (

    select * from {{ ref('int_cost__delivery') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

),

final as (

    select
        deliveries.customer_id,
        deliveries.month_start_date,
        equations.activity,
        equations.resource_pool,
        cast(deliveries.delivery_count as decimal(18, 4)) as driver_quantity,
        cast(
            deliveries.delivery_count * equations.event_minutes
            + deliveries.parcel_count * equations.parcel_minutes
            + deliveries.weight_kg * equations.kilogram_minutes
            + deliveries.express_count * equations.express_minutes
            as decimal(18, 4)
        ) as minutes,
        cast(0 as decimal(18, 4)) as measured_minutes,
        cast(
            deliveries.assumed_delivery_count * equations.event_minutes
            + deliveries.assumed_parcel_count * equations.parcel_minutes
            + deliveries.assumed_weight_kg * equations.kilogram_minutes
            + deliveries.assumed_express_count * equations.express_minutes
            as decimal(18, 4)
        ) as fallback_minutes

    from deliveries

    inner join equations
        on deliveries.month_start_date = equations.month_start_date
        and equations.activity = 'delivery'

)

select * from final
