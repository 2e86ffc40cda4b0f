-- grain: one quarter of the run and month of its trailing twelve
with

quarters as (

    select
        quarter_start_date,
        cast({{ dbt.date_trunc('month', 'as_of_date') }} as date) as last_month_start_date

    from {{ ref('dim_quarter') }}

),

positions as (

    select {{ each_integer(0, 11) }} as months_back

),

windows as (

    select
        quarters.quarter_start_date,
        {{ add_months('quarters.last_month_start_date', '-1 * positions.months_back') }} as month_start_date

    from quarters

    cross join positions

)

select * from windows
