-- grain: one customer and planned quarter that is with a rep, or should be
with

quarters as (

    select * from {{ ref('int_territory__quarter') }}

),

workloads as (

    select * from {{ ref('int_territory__workload') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

classes as (

    select * from {{ ref('int_segmentation__tier') }}

),

relationships as (

    select * from {{ ref('int_territory__relationship') }}

),

-- A digital customer without a rep needs none; one whose channel nobody knows is placed nowhere.
planned as (

    select
        workloads.*,
        quarters.lock_contact_count

    from workloads

    inner join quarters
        on workloads.quarter_start_date = quarters.quarter_start_date

    where workloads.rep_id is not null or workloads.channel <> 'DIGITAL'

),

final as (

    select
        planned.quarter_start_date,
        planned.customer_id,
        planned.rep_id,
        planned.territory_id,
        customers.latitude,
        customers.longitude,
        planned.channel,
        coalesce(planned.workload_minutes, 0) as workload_minutes,
        coalesce(planned.remote_minutes, 0) as remote_minutes,
        coalesce(planned.visit_count, 0) as visit_count,
        planned.rep_id is not null
        and (
            customers.is_named_account
            or coalesce(
                classes.potential_class = 'HIGH'
                and coalesce(relationships.contact_count, 0) >= planned.lock_contact_count,
                false
            )
        ) as is_locked,
        coalesce(
            planned.channel = 'FIELD'
            and planned.recommended_channel in ('INSIDE', 'DIGITAL')
            and classes.potential_class <> 'HIGH'
            and planned.remote_minutes is not null,
            false
        ) as is_remote_possible

    from planned

    inner join customers
        on planned.customer_id = customers.customer_id

    left join classes
        on planned.quarter_start_date = classes.quarter_start_date
        and planned.customer_id = classes.customer_id

    left join relationships
        on planned.quarter_start_date = relationships.quarter_start_date
        and planned.customer_id = relationships.customer_id

)

select * from final
