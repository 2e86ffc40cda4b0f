-- grain: one customer and quarter with individual quotes; quotes of the trailing twelve months
{{ config(materialized='view') }}

with

windows as (

    select * from {{ ref('int_cost__window') }}

),

work as (

    select * from {{ ref('int_cost__driver_by_customer_month') }}

    where activity in ('quote', 'special_quote')

),

final as (

    select
        work.customer_id,
        windows.quarter_start_date,
        cast(sum(work.driver_quantity) as decimal(18, 4)) as individual_quote_count,
        cast(sum(work.minutes) as decimal(18, 4)) as individual_quote_minutes

    from work

    inner join windows
        on work.month_start_date = windows.month_start_date

    where work.customer_id is not null

    group by work.customer_id, windows.quarter_start_date

)

select * from final
