-- grain: one quarter
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

first_inquiries as (

    select
        min(received_at) as first_received_at,
        min(case when inquiry_type = 'complaint' then received_at end) as first_complaint_at,
        min(first_response_at) as first_response_at

    from {{ ref('input_layer__inquiry') }}

),

first_returns as (

    select min(returned_date) as first_return_date

    from {{ ref('input_layer__return') }}

),

first_orders as (

    select min(ordered_at) as first_ordered_at

    from {{ ref('input_layer__sales_order') }}

),

-- Of what began after the last day counted nothing was known on it.
final as (

    select
        quarters.quarter_start_date,
        coalesce(cast(first_inquiries.first_received_at as date) <= quarters.as_of_date, false) as has_inquiries,
        coalesce(cast(first_inquiries.first_complaint_at as date) <= quarters.as_of_date, false) as has_complaints,
        coalesce(cast(first_inquiries.first_response_at as date) <= quarters.as_of_date, false) as has_responses,
        coalesce(first_returns.first_return_date <= quarters.as_of_date, false) as has_returns,
        coalesce(cast(first_orders.first_ordered_at as date) <= quarters.as_of_date, false) as has_orders

    from quarters

    cross join first_inquiries

    cross join first_returns

    cross join first_orders

)

select * from final
