-- grain: one quarter of the run
{{ config(materialized='view') }}

with

backtests as (

    select * from {{ ref('int_quarter__backtest') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- The first quarter whose trailing twelve months lie within the data.
first_year as (

    select min(posting_quarter_index) + 3 as quarter_index

    from {{ ref('int_revenue__by_customer_posting_quarter') }}

),

periods as (

    select
        backtests.quarter_start_date,
        backtests.outcome_quarter_index as end_quarter_index,
        greatest(backtests.outcome_quarter_index - 4 * policy.focus_growth_years, first_year.quarter_index) as start_quarter_index,
        4 * policy.focus_growth_years as wanted_quarter_count,
        policy.focus_top_count,
        policy.focus_active_count,
        policy.focus_growth_largest_count,
        policy.focus_match_band_factor

    from backtests

    inner join policy
        on backtests.quarter_start_date = policy.quarter_start_date

    cross join first_year

),

-- Windows of twelve months that overlap would show less than what happened: a year is the shortest span.
final as (

    select
        *,
        end_quarter_index - start_quarter_index as span_quarter_count

    from periods

    where end_quarter_index - start_quarter_index >= 4

)

select * from final
