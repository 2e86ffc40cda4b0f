-- grain: one customer and quarter of the run
{{ config(materialized='view') }}

with

observed as (

    select * from {{ ref('int_customer__by_observed_quarter') }}

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
