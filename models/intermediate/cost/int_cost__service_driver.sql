-- grain: one customer, activity of after-sales service and month
{{ config(materialized='view') }}

with

inquiries as (

    select * from {{ ref('input_layer__inquiry') }}

),

returns as (

    select * from {{ ref('input_layer__return') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

),

returned_orders as (

    select distinct order_id from returns where order_id is not null

),

inquiry_by_customer_month as (

    select
        crosswalk.customer_id,
        cast({{ dbt.date_trunc('month', 'inquiries.received_at') }} as date) as month_start_date,
        case when inquiries.inquiry_type = 'service' then 'service_inquiry' else 'complaint' end as activity,
        count(*) as case_count,
        count(returned_orders.order_id) as with_return_count

    from inquiries

    left join crosswalk
        on inquiries.account_id = crosswalk.source_id
        and crosswalk.source_type = 'crm'

    left join returned_orders
        on inquiries.order_id = returned_orders.order_id

    where inquiries.inquiry_type in ('service', 'complaint', 'legal_safety')

    group by 1, 2, 3

),

return_by_customer_month as (

    select
        crosswalk.customer_id,
        cast({{ dbt.date_trunc('month', 'returns.returned_date') }} as date) as month_start_date,
        count(*) as return_count,
        sum(greatest(coalesce(returns.line_count, 1), 1)) as line_count,
        count(case when returns.line_count is null then 1 end) as unknown_line_count

    from returns

    left join crosswalk
        on returns.erp_customer_id = crosswalk.source_id
        and crosswalk.source_type = 'erp'

    group by 1, 2

),

inquiry_minutes as (

    select
        inquiry_by_customer_month.customer_id,
        inquiry_by_customer_month.month_start_date,
        equations.activity,
        equations.resource_pool,
        inquiry_by_customer_month.case_count as driver_quantity,
        inquiry_by_customer_month.case_count * equations.event_minutes
        + inquiry_by_customer_month.with_return_count * equations.with_return_minutes as minutes,
        0 as fallback_minutes

    from inquiry_by_customer_month

    inner join equations
        on inquiry_by_customer_month.month_start_date = equations.month_start_date
        and inquiry_by_customer_month.activity = equations.activity

),

return_minutes as (

    select
        return_by_customer_month.customer_id,
        return_by_customer_month.month_start_date,
        equations.activity,
        equations.resource_pool,
        return_by_customer_month.return_count as driver_quantity,
        return_by_customer_month.return_count * equations.event_minutes
        + return_by_customer_month.line_count * equations.line_minutes as minutes,
        return_by_customer_month.unknown_line_count * (equations.event_minutes + equations.line_minutes) as fallback_minutes

    from return_by_customer_month

    inner join equations
        on return_by_customer_month.month_start_date = equations.month_start_date
        and equations.activity = 'return_handling'

),

combined as (

    select * from inquiry_minutes

    union all

    select * from return_minutes

),

final as (

    select
        customer_id,
        month_start_date,
        activity,
        resource_pool,
        cast(driver_quantity as decimal(18, 4)) as driver_quantity,
        cast(minutes as decimal(18, 4)) as minutes,
        cast(0 as decimal(18, 4)) as measured_minutes,
        cast(fallback_minutes as decimal(18, 4)) as fallback_minutes

    from combined

)

select * from final
