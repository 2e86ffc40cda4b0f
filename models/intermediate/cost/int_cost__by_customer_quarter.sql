-- grain: one customer and quarter
{{ config(materialized='view') }}

with

customers as (

    select
        customer_id,
        quarter_start_date

    from {{ ref('int_customer__by_quarter') }}

),

windows as (

    select * from {{ ref('int_cost__window') }}

),

cost_to_serve as (

    select * from {{ ref('fct_cost_to_serve') }}

    where cost_bucket = 'customer' and not is_imputed

),

pools as (

    select * from {{ ref('int_cost__pool_by_month') }}

),

-- Whether the company has any cost data in the window: without any, a customer's cost is unknown, not nothing.
known_quarters as (

    select distinct windows.quarter_start_date

    from windows

    inner join pools
        on windows.month_start_date = pools.month_start_date

    where pools.pool_amount is not null

),

by_month as (

    select
        customer_id,
        month_start_date,
        sum(cost_amount) as cost_amount,
        sum(case when source_quality = 'measured' then cost_amount else 0 end) as measured_cost_amount,
        sum(minutes) as minutes,
        max(case when cost_amount is null then 1 else 0 end) as has_work_without_cost

    from cost_to_serve

    group by customer_id, month_start_date

),

trailing_year as (

    select
        by_month.customer_id,
        windows.quarter_start_date,
        sum(by_month.cost_amount) as cost_amount,
        sum(by_month.measured_cost_amount) as measured_cost_amount,
        sum(by_month.minutes) as minutes,
        max(by_month.has_work_without_cost) as has_work_without_cost

    from by_month

    inner join windows
        on by_month.month_start_date = windows.month_start_date

    group by by_month.customer_id, windows.quarter_start_date

),

final as (

    select
        customers.customer_id,
        customers.quarter_start_date,
        case
            when known_quarters.quarter_start_date is not null then cast(coalesce(trailing_year.cost_amount, 0) as decimal(18, 2))
        end as cost_to_serve_amount,
        cast(coalesce(trailing_year.minutes, 0) as decimal(18, 4)) as minutes,
        case
            when trailing_year.cost_amount > 0
                then cast(least(greatest(trailing_year.measured_cost_amount / trailing_year.cost_amount, 0), 1) as decimal(9, 6))
        end as measured_cost_ratio,
        coalesce(trailing_year.has_work_without_cost, 0) = 1 as has_work_without_cost

    from customers

    left join known_quarters
        on customers.quarter_start_date = known_quarters.quarter_start_date

    left join trailing_year
        on customers.customer_id = trailing_year.customer_id
        and customers.quarter_start_date = trailing_year.quarter_start_date

)

select * from final
