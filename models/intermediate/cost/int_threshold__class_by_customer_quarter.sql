-- grain: one customer and quarter
{{ config(materialized='view') }}

with

customers as (

    select * from {{ ref('int_customer__by_quarter') }}

),

revenue as (

    select * from {{ ref('int_revenue__by_customer_quarter') }}

),

field_threshold as (

    select * from {{ ref('int_threshold__by_channel_quarter') }}

    where channel = 'FIELD'

),

-- Revenue of a year: a customer with less than a year behind it is annualised where that is possible.
measured as (

    select
        customers.customer_id,
        customers.quarter_start_date,
        customers.is_in_population,
        customers.is_in_population
        and (customers.customer_since_date is not null or customers.has_credit_notes_only) as is_classified,
        revenue.net_revenue_amount,
        coalesce(revenue.annualised_net_revenue_amount, revenue.net_revenue_amount) as yearly_revenue_amount,
        revenue.annualised_net_revenue_amount is not null as is_annualised,
        revenue.is_partial_year and revenue.annualised_net_revenue_amount is null as is_new

    from customers

    inner join revenue
        on customers.customer_id = revenue.customer_id
        and customers.quarter_start_date = revenue.quarter_start_date

),

final as (

    select
        measured.customer_id,
        measured.quarter_start_date,
        measured.is_in_population,
        measured.is_classified,
        measured.net_revenue_amount,
        measured.yearly_revenue_amount,
        field_threshold.threshold_amount,
        case
            when not measured.is_classified then null
            when measured.yearly_revenue_amount < field_threshold.threshold_amount then 'C'
            when measured.yearly_revenue_amount >= field_threshold.threshold_amount then 'NOT_C'
        end as threshold_class,
        measured.is_classified and measured.is_annualised as is_annualised,
        measured.is_classified and measured.is_new as is_new,
        measured.is_classified and measured.net_revenue_amount = 0 as is_zero_revenue,
        measured.is_classified and measured.net_revenue_amount < 0 as is_negative_revenue

    from measured

    left join field_threshold
        on measured.quarter_start_date = field_threshold.quarter_start_date

)

select * from final
