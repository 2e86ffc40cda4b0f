-- grain: one customer per quarter
{{ config(materialized='view') }}

with

customers as (

    select * from {{ ref('int_customer__by_quarter') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

wallet as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

joined as (

    select
        customers.quarter_start_date,
        customers.customer_id,
        customers.is_in_population,
        profit.net_revenue_amount,
        profit.contribution_amount,
        wallet.potential_amount,
        wallet.potential_profit_amount,
        policy.tier_measure as steering_measure

    from customers

    inner join policy
        on customers.quarter_start_date = policy.quarter_start_date

    left join profit
        on customers.customer_id = profit.customer_id
        and customers.quarter_start_date = profit.quarter_start_date

    left join wallet
        on customers.customer_id = wallet.customer_id
        and customers.quarter_start_date = wallet.quarter_start_date

),

-- What the company as a whole can measure in the quarter. Money of different kinds is never ranked against each other:
-- a measure that exists for some customers is used for all, and the others are undefined.
measurable as (

    select
        quarter_start_date,
        count(potential_profit_amount) > 0 as has_potential_profit,
        count(potential_amount) > 0 as has_potential,
        count(contribution_amount) > 0 as has_contribution

    from joined

    where is_in_population

    group by quarter_start_date

),

-- The steering measure falls back to net revenue: customer by customer for the potential, of which net revenue is the
-- part already won (the same kind of money, and a lower bound), for the whole company where a profit is wanted.
named as (

    select
        joined.*,
        case
            when measurable.has_potential_profit then 'potential_profit'
            when measurable.has_potential then 'potential'
        end as potential_measure,
        case
            when joined.steering_measure = 'potential' and joined.potential_amount is not null then 'potential'
            when joined.steering_measure = 'potential_profit' and measurable.has_potential_profit then 'potential_profit'
            when joined.steering_measure = 'contribution' and measurable.has_contribution then 'contribution'
            when joined.steering_measure in ('potential', 'potential_profit', 'net_revenue', 'contribution') then 'net_revenue'
        end as tier_measure

    from joined

    left join measurable
        on joined.quarter_start_date = measurable.quarter_start_date

),

measured as (

    select
        quarter_start_date,
        customer_id,
        is_in_population,
        net_revenue_amount,
        contribution_amount,
        potential_measure,
        case potential_measure
            when 'potential_profit' then potential_profit_amount
            when 'potential' then potential_amount
        end as potential_measure_amount,
        steering_measure,
        tier_measure,
        case tier_measure
            when 'potential' then potential_amount
            when 'potential_profit' then potential_profit_amount
            when 'contribution' then contribution_amount
            when 'net_revenue' then net_revenue_amount
        end as tier_measure_amount

    from named

)

select * from measured
