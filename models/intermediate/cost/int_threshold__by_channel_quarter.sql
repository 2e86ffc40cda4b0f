-- grain: one channel and quarter
with

touches as (

    select * from {{ ref('int_cost__touch_by_channel_quarter') }}

),

customers as (

    select * from {{ ref('int_customer__by_quarter') }}

),

revenue as (

    select * from {{ ref('int_revenue__by_customer_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

company as (

    select
        customers.quarter_start_date,
        sum(revenue.net_revenue_amount) as net_revenue_amount,
        sum(revenue.gross_margin_amount) as gross_margin_amount

    from customers

    inner join revenue
        on customers.customer_id = revenue.customer_id
        and customers.quarter_start_date = revenue.quarter_start_date

    where customers.is_in_population and revenue.gross_margin_amount is not null

    group by customers.quarter_start_date

),

company_margin as (

    select
        quarter_start_date,
        case
            when net_revenue_amount > 0 and gross_margin_amount > 0
                then cast(gross_margin_amount / net_revenue_amount as decimal(9, 6))
        end as gross_margin_ratio

    from company

),

joined as (

    select
        touches.*,
        {{ smallest_units('touches.cost_per_touch_amount', 2) }} * touches.touches_per_year as touch_cents_per_year,
        coalesce(touches.max_cost_ratio > 0 and touches.max_cost_ratio <= 1, false) as is_ratio_valid,
        company_margin.gross_margin_ratio,
        policy.threshold_margin_share_ratio

    from touches

    inner join policy
        on touches.quarter_start_date = policy.quarter_start_date

    left join company_margin
        on touches.quarter_start_date = company_margin.quarter_start_date

),

-- touches x cost per touch / the largest share of revenue (or of gross margin) that they may cost
final as (

    select
        quarter_start_date,
        as_of_date,
        'company' as scope,
        channel,
        intensity_rank,
        resource_pool,
        touches_per_year,
        touch_count,
        pool_amount,
        cost_per_touch_amount,
        cost_source,
        max_cost_ratio,
        case
            when is_ratio_valid
                then {{ amount_of_cents(rounded_quotient(
                    'touch_cents_per_year * 1000000',
                    smallest_units('max_cost_ratio', 6),
                )) }}
        end as threshold_amount,
        gross_margin_ratio,
        threshold_margin_share_ratio,
        case
            when threshold_margin_share_ratio > 0 and threshold_margin_share_ratio <= 1 and gross_margin_ratio > 0
                then {{ amount_of_cents(rounded_quotient(
                    'touch_cents_per_year * 1000000000000',
                    smallest_units('threshold_margin_share_ratio', 6) ~ ' * ' ~ smallest_units('gross_margin_ratio', 6),
                )) }}
        end as margin_threshold_amount,
        is_ratio_valid

    from joined

)

select * from final
