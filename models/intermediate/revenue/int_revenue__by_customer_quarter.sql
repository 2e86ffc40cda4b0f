-- grain: one customer and quarter of the run; amounts of the trailing twelve months
{{ config(materialized='view') }}

with

observed as (

    select * from {{ ref('int_revenue__by_customer_observed_quarter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

in_run as (

    select observed.*

    from observed

    inner join quarters
        on observed.quarter_start_date = quarters.quarter_start_date

)

select * from in_run
