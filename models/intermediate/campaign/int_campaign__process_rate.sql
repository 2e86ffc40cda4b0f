-- grain: one quarter
with

quarters as (

    select
        *,
        cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as last_month_start_date

    from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

process_errors as (

    select * from {{ ref('int_campaign__process_error') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

),

windows as (

    select * from {{ ref('int_cost__window') }}

),

pools as (

    select * from {{ ref('int_cost__pool_by_month') }}

),

-- What the company has with all customers that are not of its own group.
company as (

    select
        process_errors.quarter_start_date,
        sum(process_errors.order_count) as order_count,
        sum(process_errors.known_change_order_count) as known_change_order_count,
        sum(process_errors.change_count) as change_count,
        sum(process_errors.known_inquiry_count) as known_inquiry_count,
        sum(process_errors.incomplete_count) as incomplete_count,
        sum(process_errors.quote_count) as quote_count,
        sum(process_errors.complaint_count) as complaint_count,
        sum(process_errors.return_count) as return_count,
        sum(process_errors.return_line_count) as return_line_count

    from process_errors

    inner join customers_by_quarter
        on process_errors.customer_id = customers_by_quarter.customer_id
        and process_errors.quarter_start_date = customers_by_quarter.quarter_start_date
        and customers_by_quarter.is_in_population

    group by process_errors.quarter_start_date

),

-- One minute of each pool in the months of the trailing twelve with a rate.
minute_of_pool as (

    select
        windows.quarter_start_date,
        pools.resource_pool,
        cast(
            sum(pools.time_amount)
            / sum(case when pools.capacity_mode = 'practical' then pools.practical_minutes else pools.used_minutes end)
            as decimal(18, 6)
        ) as minute_amount

    from windows

    inner join pools
        on windows.month_start_date = pools.month_start_date

    where pools.rate_amount > 0

    group by windows.quarter_start_date, pools.resource_pool

),

standards as (

    select
        quarters.quarter_start_date,
        equations.activity,
        equations.event_minutes,
        equations.line_minutes,
        equations.change_minutes,
        minute_of_pool.minute_amount

    from quarters

    inner join equations
        on quarters.last_month_start_date = equations.month_start_date

    left join minute_of_pool
        on quarters.quarter_start_date = minute_of_pool.quarter_start_date
        and coalesce(equations.resource_pool, equations.resource_pool_without_rep) = minute_of_pool.resource_pool

    where equations.activity in ('order_entry', 'email', 'return_handling', 'complaint')

),

standard_by_quarter as (

    select
        quarter_start_date,
        max(case when activity = 'order_entry' then change_minutes end) as change_minutes,
        max(case when activity = 'return_handling' then event_minutes end) as return_event_minutes,
        max(case when activity = 'return_handling' then line_minutes end) as return_line_minutes,
        max(case when activity = 'complaint' then event_minutes end) as complaint_minutes,
        max(case when activity = 'order_entry' then minute_amount end) as order_minute_amount,
        max(case when activity = 'email' then minute_amount end) as inquiry_minute_amount,
        max(case when activity = 'return_handling' then minute_amount end) as return_minute_amount,
        max(case when activity = 'complaint' then minute_amount end) as complaint_minute_amount

    from standards

    group by quarter_start_date

),

-- A return has as many lines as the company's returns by an error in the order have on average.
timed as (

    select
        quarters.quarter_start_date,
        company.order_count,
        company.known_change_order_count,
        company.change_count,
        company.known_inquiry_count,
        company.incomplete_count,
        company.quote_count,
        company.complaint_count,
        company.return_count,
        coalesce(
            case when standard_by_quarter.change_minutes > 0 then standard_by_quarter.change_minutes end,
            policy.process_order_change_minutes
        ) as order_change_minutes,
        policy.process_incomplete_inquiry_minutes as incomplete_inquiry_minutes,
        cast(
            coalesce(standard_by_quarter.return_event_minutes, 0)
            + coalesce(standard_by_quarter.return_line_minutes, 0)
            * case when company.return_count > 0 then company.return_line_count / company.return_count else 1 end
            as decimal(18, 4)
        ) as order_error_return_minutes,
        coalesce(standard_by_quarter.complaint_minutes, 0) as complaint_minutes,
        standard_by_quarter.order_minute_amount,
        standard_by_quarter.inquiry_minute_amount,
        standard_by_quarter.return_minute_amount,
        standard_by_quarter.complaint_minute_amount

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    left join company
        on quarters.quarter_start_date = company.quarter_start_date

    left join standard_by_quarter
        on quarters.quarter_start_date = standard_by_quarter.quarter_start_date

),

final as (

    select
        quarter_start_date,
        cast(order_count as bigint) as order_count,
        cast(known_change_order_count as bigint) as known_change_order_count,
        cast(change_count as bigint) as change_count,
        cast(known_inquiry_count as bigint) as known_inquiry_count,
        cast(incomplete_count as bigint) as incomplete_count,
        cast(quote_count as bigint) as quote_count,
        cast(complaint_count as bigint) as complaint_count,
        cast(return_count as bigint) as return_count,
        order_change_minutes,
        incomplete_inquiry_minutes,
        order_error_return_minutes,
        complaint_minutes,
        cast(order_change_minutes * order_minute_amount as decimal(18, 6)) as order_change_amount,
        cast(incomplete_inquiry_minutes * inquiry_minute_amount as decimal(18, 6)) as incomplete_inquiry_amount,
        cast(order_error_return_minutes * return_minute_amount as decimal(18, 6)) as order_error_return_amount,
        cast(complaint_minutes * complaint_minute_amount as decimal(18, 6)) as complaint_amount

    from timed

)

select * from final
