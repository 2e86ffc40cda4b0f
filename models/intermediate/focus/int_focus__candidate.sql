-- grain: one customer with a rep and quarter
{{ config(materialized='view') }}

with

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

    where is_in_population

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

    where rep_id is not null

),

revenue as (

    select * from {{ ref('int_revenue__by_customer_quarter') }}

),

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

joined as (

    select
        customers_by_quarter.quarter_start_date,
        quarters.quarter_index,
        customers.rep_id,
        customers_by_quarter.customer_id,
        revenue.net_revenue_amount,
        {{ growth_potential('wallets.potential_amount', 'revenue.net_revenue_amount') }} as growth_potential_amount,
        customers_by_quarter.lifecycle_status = 'prospect' as is_prospect,
        customers_by_quarter.lifecycle_status = 'blocked' as is_blocked,
        -- Who was won after the quarter and left since was a prospect in it.
        coalesce(customers.is_prospect and customers.account_status = 'former', false) as is_former,
        coalesce(customers.is_do_not_contact, false) as is_do_not_contact,
        customers.competitor_name is not null as has_competitor

    from customers_by_quarter

    inner join quarters
        on customers_by_quarter.quarter_start_date = quarters.quarter_start_date

    inner join customers
        on customers_by_quarter.customer_id = customers.customer_id

    left join revenue
        on customers_by_quarter.customer_id = revenue.customer_id
        and customers_by_quarter.quarter_start_date = revenue.quarter_start_date

    left join wallets
        on customers_by_quarter.customer_id = wallets.customer_id
        and customers_by_quarter.quarter_start_date = wallets.quarter_start_date

),

-- Nobody is given time who is blocked, and no prospect who may not be contacted or has been given up.
final as (

    select
        *,
        not is_blocked and not is_former and not (is_prospect and is_do_not_contact) as is_eligible

    from joined

)

select * from final
