-- grain: one customer and quarter, of the run or tested from
with

customers_by_quarter as (

    select * from {{ ref('int_customer__by_observed_quarter') }}

),

texts as (

    select * from {{ ref('int_potential__website_text') }}

),

-- Among companies of one size any may be the nearest. By customer id it would always be the oldest customers; by hash it is
-- a sample that has nothing to do with age and never changes.
customers as (

    select
        customers.*,
        texts.text_number,
        row_number() over (order by substring(md5(customers.customer_id), 1, 8), customers.customer_id) as tie_order

    from {{ ref('dim_customer') }} as customers

    left join {{ ref('input_layer__account') }} as accounts
        on customers.account_id = accounts.account_id

    left join texts
        on accounts.website_text = texts.website_text

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

),

firmographics as (

    select * from {{ ref('input_layer__firmographic') }}

),

revenue as (

    select * from {{ ref('int_revenue__by_customer_observed_quarter') }}

),

quarters as (

    select * from {{ ref('int_quarter__observed') }}

),

size_class_policy as (

    select * from {{ ref('policy_size_class') }}

),

dated_facts as (

    select
        crosswalk.customer_id,
        firmographics.account_id,
        firmographics.source,
        firmographics.as_of_date,
        firmographics.industry_code,
        case when firmographics.employee_count > 0 then firmographics.employee_count end as employee_count,
        case when firmographics.annual_revenue_amount > 0 then firmographics.annual_revenue_amount end as annual_revenue_amount,
        texts.text_number

    from firmographics

    inner join crosswalk
        on
        firmographics.account_id = crosswalk.source_id
        and crosswalk.source_type = 'crm'

    left join texts
        on firmographics.website_text = texts.website_text

),

-- A later fact fills or replaces attribute by attribute: an empty field never erases what was known before. Of several
-- facts of one day, the source first in the alphabet has the last word.
known_facts as (

    select
        customer_id,
        as_of_date,
        {{ last_known('industry_code') }} over (
            partition by customer_id order by as_of_date, source desc, account_id desc
            rows between unbounded preceding and current row
        ) as industry_code,
        {{ last_known('employee_count') }} over (
            partition by customer_id order by as_of_date, source desc, account_id desc
            rows between unbounded preceding and current row
        ) as employee_count,
        {{ last_known('annual_revenue_amount') }} over (
            partition by customer_id order by as_of_date, source desc, account_id desc
            rows between unbounded preceding and current row
        ) as annual_revenue_amount,
        {{ last_known('text_number') }} over (
            partition by customer_id order by as_of_date, source desc, account_id desc
            rows between unbounded preceding and current row
        ) as text_number,
        lead(as_of_date) over (
            partition by customer_id order by as_of_date, source desc, account_id desc
        ) as next_as_of_date

    from dated_facts

),

-- The last fact of a day holds until the day of the next.
facts as (

    select *

    from known_facts

    where next_as_of_date is null or as_of_date < next_as_of_date

),

-- Dated facts override the CRM's own, which carry no date.
described as (

    select
        customers_by_quarter.customer_id,
        customers_by_quarter.quarter_start_date,
        customers_by_quarter.as_of_date,
        customers_by_quarter.lifecycle_status,
        customers_by_quarter.is_in_population,
        customers_by_quarter.tenure_months,
        coalesce(facts.industry_code, customers.industry_code, customers.industry) as peer_industry,
        cast(
            coalesce(facts.employee_count, case when customers.employee_count > 0 then customers.employee_count end) as bigint
        ) as employee_count,
        coalesce(
            facts.annual_revenue_amount,
            case when customers.annual_revenue_amount > 0 then customers.annual_revenue_amount end
        ) as annual_revenue_amount,
        coalesce(facts.text_number, customers.text_number) as text_number,
        revenue.net_revenue_amount,
        revenue.is_partial_year,
        customers.tie_order,
        quarters.is_in_run

    from customers_by_quarter

    inner join quarters
        on customers_by_quarter.quarter_start_date = quarters.quarter_start_date

    inner join customers
        on customers_by_quarter.customer_id = customers.customer_id

    inner join revenue
        on
        customers_by_quarter.customer_id = revenue.customer_id
        and customers_by_quarter.quarter_start_date = revenue.quarter_start_date

    left join facts
        on
        customers_by_quarter.customer_id = facts.customer_id
        and customers_by_quarter.as_of_date >= facts.as_of_date
        and (customers_by_quarter.as_of_date < facts.next_as_of_date or facts.next_as_of_date is null)

),

size_classes_in_force as (

    select
        quarters.quarter_start_date,
        size_class_policy.size_class,
        size_class_policy.minimum_employee_count,
        size_class_policy.minimum_annual_revenue_amount

    from quarters

    inner join size_class_policy
        on quarters.as_of_date >= size_class_policy.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, size_class_policy.size_class
        order by size_class_policy.valid_from desc
    ) = 1

),

size_classes as (

    select
        *,
        lead(minimum_employee_count) over (
            partition by quarter_start_date order by minimum_employee_count
        ) as next_minimum_employee_count,
        lead(minimum_annual_revenue_amount) over (
            partition by quarter_start_date order by minimum_annual_revenue_amount
        ) as next_minimum_annual_revenue_amount

    from size_classes_in_force

),

classified as (

    select
        described.*,
        coalesce(by_employees.size_class, by_revenue.size_class) as size_class

    from described

    left join size_classes as by_employees
        on
        described.quarter_start_date = by_employees.quarter_start_date
        and described.employee_count >= by_employees.minimum_employee_count
        and (
            described.employee_count < by_employees.next_minimum_employee_count
            or by_employees.next_minimum_employee_count is null
        )

    left join size_classes as by_revenue
        on
        described.employee_count is null
        and described.quarter_start_date = by_revenue.quarter_start_date
        and described.annual_revenue_amount >= by_revenue.minimum_annual_revenue_amount
        and (
            described.annual_revenue_amount < by_revenue.next_minimum_annual_revenue_amount
            or by_revenue.next_minimum_annual_revenue_amount is null
        )

),

profile as (

    select
        customer_id,
        quarter_start_date,
        as_of_date,
        is_in_population,
        peer_industry,
        employee_count,
        size_class,
        is_partial_year,
        annual_revenue_amount,
        tenure_months,
        text_number,
        is_in_run,
        tie_order,
        -- Whoever bought for less than a year, stopped or is part of our own group says nothing about a year's need.
        is_in_population and lifecycle_status = 'active' and not is_partial_year as is_peer,
        net_revenue_amount

    from classified

),

-- Peers of known industry and size come first in each quarter, by industry and size: a run of numbers within an industry
-- is a run of neighbours.
numbered as (

    select
        customer_id,
        quarter_start_date,
        as_of_date,
        is_in_population,
        peer_industry,
        employee_count,
        size_class,
        is_partial_year,
        is_peer,
        net_revenue_amount,
        annual_revenue_amount,
        tenure_months,
        text_number,
        is_in_run,
        is_peer and peer_industry is not null and employee_count is not null as is_sized_peer,
        row_number() over (
            order by
                quarter_start_date,
                case when is_peer and peer_industry is not null and employee_count is not null then 0 else 1 end,
                peer_industry,
                employee_count,
                tie_order
        ) as profile_number

    from profile

)

select * from numbered
