-- grain: one quarter
with

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

windows as (

    select * from {{ ref('int_cost__window') }}

),

-- Orders of a month whose cost is not known would dilute the rest.
entry_by_month as (

    select
        month_start_date,
        sum(cost_amount) as cost_amount,
        sum(driver_quantity) as order_count

    from {{ ref('fct_cost_to_serve') }}

    where activity = 'order_entry' and cost_amount is not null

    group by month_start_date

),

entry_by_quarter as (

    select
        windows.quarter_start_date,
        cast(sum(entry_by_month.cost_amount) as decimal(18, 2)) as entry_cost_amount,
        cast(sum(entry_by_month.order_count) as decimal(18, 4)) as order_count

    from windows

    inner join entry_by_month
        on windows.month_start_date = entry_by_month.month_start_date

    group by windows.quarter_start_date

),

final as (

    select
        policy.quarter_start_date,
        entry_by_quarter.entry_cost_amount,
        entry_by_quarter.order_count,
        case
            when entry_by_quarter.entry_cost_amount > 0 and entry_by_quarter.order_count > 0
                then {{ amount_of_cents(rounded_quotient(
                    smallest_units('entry_by_quarter.entry_cost_amount', 2) ~ ' * 10000',
                    smallest_units('entry_by_quarter.order_count', 4),
                )) }}
            else policy.cost_per_order_amount
        end as cost_per_order_amount,
        case
            when entry_by_quarter.entry_cost_amount > 0 and entry_by_quarter.order_count > 0 then 'measured'
            else 'policy'
        end as cost_source

    from policy

    left join entry_by_quarter
        on policy.quarter_start_date = entry_by_quarter.quarter_start_date

)

select * from final
