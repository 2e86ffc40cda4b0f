-- grain: one customer per quarter whose loyalty may be rewarded
with

segments as (

    select *

    from {{ ref('customer_segments') }}

    where is_in_population and lifecycle_status <> 'blocked'

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

company as (

    select
        quarter_start_date,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(list_amount) as list_amount

    from profit

    where is_in_population and list_amount > 0

    group by quarter_start_date

),

-- Conditions are given to who stays, matters and pays off, and only where it is known which ones it has already.
eligible as (

    select
        segments.quarter_start_date,
        segments.as_of_date,
        segments.is_provisional,
        segments.customer_id,
        segments.customer_name,
        segments.rep_id,
        customers_by_quarter.tenure_months,
        case
            when segments.tier_effective = 'A' and segments.zone = 'PROTECT' then 'PROTECT,TIER_A'
            when segments.zone = 'PROTECT' then 'PROTECT'
            else 'TIER_A'
        end as reason,
        segments.tier_effective,
        segments.zone,
        segments.net_revenue_amount,
        segments.contribution_amount,
        segments.sow_ratio,
        profit.list_amount,
        profit.discount_amount,
        {{ share_of_total('profit.net_revenue_amount', 'profit.list_amount') }} as price_realisation_ratio,
        {{ share_of_total('company.net_revenue_amount', 'company.list_amount') }} as company_price_realisation_ratio

    from segments

    inner join policy
        on segments.quarter_start_date = policy.quarter_start_date

    inner join customers_by_quarter
        on segments.quarter_start_date = customers_by_quarter.quarter_start_date
        and segments.customer_id = customers_by_quarter.customer_id

    inner join profit
        on segments.quarter_start_date = profit.quarter_start_date
        and segments.customer_id = profit.customer_id

    left join company
        on segments.quarter_start_date = company.quarter_start_date

    where
        customers_by_quarter.tenure_months >= policy.loyalty_minimum_tenure_months
        and (segments.tier_effective = 'A' or segments.zone = 'PROTECT')
        and segments.contribution_amount > 0
        and profit.list_amount > 0

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        customer_id,
        customer_name,
        rep_id,
        tenure_months,
        reason,
        tier_effective,
        zone,
        net_revenue_amount,
        contribution_amount,
        sow_ratio,
        list_amount,
        discount_amount,
        price_realisation_ratio,
        company_price_realisation_ratio,
        cast(
            row_number() over (partition by quarter_start_date order by contribution_amount desc, customer_id) as integer
        ) as rank,
        {{ flags({
            'BELOW_COMPANY_PRICE': 'price_realisation_ratio < company_price_realisation_ratio',
        }) }} as flags

    from eligible

)

select * from final
