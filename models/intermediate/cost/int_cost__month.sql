-- grain: one month whose cost the run computes
with

windows as (

    select * from {{ ref('int_cost__window') }}

),

parameters as (

    select * from {{ ref('policy_parameter') }}

),

positions as (

    select {{ each_integer(0, 2) }} as months_after_quarter_start

),

last_month as (

    select max(month_start_date) as month_start_date from windows

),

-- Full quarters, because published months are replaced by whole quarters; nothing after the last day counted.
window_quarters as (

    select distinct {{ quarter_start_of('month_start_date') }} as quarter_start_date

    from windows

),

months as (

    select
        window_quarters.quarter_start_date,
        {{ add_months('window_quarters.quarter_start_date', 'positions.months_after_quarter_start') }} as month_start_date

    from window_quarters

    cross join positions

),

dated as (

    select
        months.quarter_start_date,
        months.month_start_date,
        {{ add_days(add_months('months.month_start_date', 1), -1) }} as month_end_date

    from months

    cross join last_month

    where months.month_start_date <= last_month.month_start_date

),

in_force as (

    select
        dated.quarter_start_date,
        dated.month_start_date,
        dated.month_end_date,
        parameters.parameter,
        parameters.value

    from dated

    left join parameters
        on dated.month_end_date >= parameters.valid_from

    qualify row_number() over (
        partition by dated.month_start_date, parameters.parameter
        order by parameters.valid_from desc
    ) = 1

),

typed as (

    select
        quarter_start_date,
        month_start_date,
        month_end_date,
        cast(extract(day from month_end_date) as integer) as day_count,
        cast(max(case when parameter = 'theoretical_minutes_per_fte_month' then value end) as decimal(18, 4))
            as theoretical_minutes_per_fte_month,
        cast(max(case when parameter = 'practical_capacity_ratio' then value end) as decimal(9, 6)) as practical_capacity_ratio,
        cast(max(case when parameter = 'visit_minimum_minutes' then value end) as decimal(18, 4)) as visit_minimum_minutes,
        cast(max(case when parameter = 'visit_maximum_minutes' then value end) as decimal(18, 4)) as visit_maximum_minutes,
        cast(max(case when parameter = 'dunning_grace_days' then value end) as integer) as dunning_grace_days,
        cast(max(case when parameter = 'imputed_interest_ratio' then value end) as decimal(9, 6)) as imputed_interest_ratio,
        cast(max(case when parameter = 'interest_days_per_year' then value end) as integer) as interest_days_per_year

    from in_force

    group by quarter_start_date, month_start_date, month_end_date

)

select * from typed
