-- grain: one customer and quarter
{{ config(materialized='view') }}

with

customers as (

    select
        customer_id,
        quarter_start_date,
        as_of_date

    from {{ ref('int_customer__by_quarter') }}

),

windows as (

    select * from {{ ref('int_cost__window') }}

),

cost_to_serve as (

    select * from {{ ref('fct_cost_to_serve') }}

    where cost_bucket = 'customer'

),

pools as (

    select * from {{ ref('int_cost__pool_by_month') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- Without receivables nothing is known about interest; from the first item on, who owes nothing bears none.
receivables as (

    select min(due_date) as first_due_date from {{ ref('input_layer__receivable') }}

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
        sum(case when not is_imputed then cost_amount end) as cost_amount,
        sum(case when not is_imputed and source_quality = 'measured' then cost_amount else 0 end) as measured_cost_amount,
        sum(case when is_imputed then cost_amount end) as imputed_amount,
        sum(minutes) as minutes,
        max(case when cost_amount is null and not is_imputed then 1 else 0 end) as has_work_without_cost,
        max(case when cost_amount is null and is_imputed then 1 else 0 end) as has_unknown_interest

    from cost_to_serve

    group by customer_id, month_start_date

),

trailing_year as (

    select
        by_month.customer_id,
        windows.quarter_start_date,
        sum(by_month.cost_amount) as cost_amount,
        sum(by_month.measured_cost_amount) as measured_cost_amount,
        sum(by_month.imputed_amount) as imputed_amount,
        sum(by_month.minutes) as minutes,
        max(by_month.has_work_without_cost) as has_work_without_cost,
        max(by_month.has_unknown_interest) as has_unknown_interest

    from by_month

    inner join windows
        on by_month.month_start_date = windows.month_start_date

    group by by_month.customer_id, windows.quarter_start_date

),

joined as (

    select
        customers.customer_id,
        customers.quarter_start_date,
        policy.include_imputed_costs,
        case
            when known_quarters.quarter_start_date is not null then coalesce(trailing_year.cost_amount, 0)
        end as posted_amount,
        case
            when receivables.first_due_date > customers.as_of_date or receivables.first_due_date is null then null
            when trailing_year.has_unknown_interest = 1 then null
            else coalesce(trailing_year.imputed_amount, 0)
        end as imputed_amount,
        coalesce(trailing_year.minutes, 0) as minutes,
        case
            when trailing_year.cost_amount > 0
                then cast(least(greatest(trailing_year.measured_cost_amount / trailing_year.cost_amount, 0), 1) as decimal(9, 6))
        end as measured_cost_ratio,
        coalesce(trailing_year.has_work_without_cost, 0) = 1 as has_work_without_cost

    from customers

    cross join receivables

    inner join policy
        on customers.quarter_start_date = policy.quarter_start_date

    left join known_quarters
        on customers.quarter_start_date = known_quarters.quarter_start_date

    left join trailing_year
        on customers.customer_id = trailing_year.customer_id
        and customers.quarter_start_date = trailing_year.quarter_start_date

),

-- By policy, interest that no ledger posts is cost to serve, too; where it is not known the posted cost stands alone.
final as (

    select
        customer_id,
        quarter_start_date,
        cast(
            posted_amount + case when include_imputed_costs then coalesce(imputed_amount, 0) else 0 end as decimal(18, 2)
        ) as cost_to_serve_amount,
        cast(imputed_amount as decimal(18, 2)) as imputed_amount,
        include_imputed_costs and imputed_amount is not null as is_imputed_included,
        cast(minutes as decimal(18, 4)) as minutes,
        measured_cost_ratio,
        has_work_without_cost

    from joined

)

select * from final
