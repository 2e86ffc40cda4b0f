-- grain: one customer, activity with direct cost and month
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
        cast(deliveries.freight_count as decimal(18, 4)) as driver_quantity,
        cast(deliveries.freight_amount as decimal(18, 2)) as direct_amount

    from deliveries

    inner join equations
        on deliveries.month_start_date = equations.month_start_date
        and equations.activity = 'direct_freight'

    where deliveries.freight_count > 0

)

select * from final
