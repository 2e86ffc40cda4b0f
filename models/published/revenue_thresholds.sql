-- grain: one scope, channel and quarter
with

thresholds as (

    select * from {{ ref('int_threshold__by_channel_quarter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

classes as (

    select * from {{ ref('int_threshold__class_by_customer_quarter') }}

    where is_classified

),

below as (

    select
        thresholds.quarter_start_date,
        thresholds.channel,
        sum(case when classes.yearly_revenue_amount < thresholds.threshold_amount then 1 else 0 end) as below_count,
        sum(case when classes.yearly_revenue_amount < thresholds.threshold_amount then classes.net_revenue_amount else 0 end)
            as below_revenue_amount

    from thresholds

    inner join classes
        on thresholds.quarter_start_date = classes.quarter_start_date

    where thresholds.threshold_amount is not null

    group by thresholds.quarter_start_date, thresholds.channel

),

final as (

    select
        thresholds.quarter_start_date,
        thresholds.as_of_date,
        quarters.is_provisional,
        thresholds.scope,
        thresholds.channel,
        thresholds.touches_per_year,
        thresholds.cost_per_touch_amount,
        thresholds.cost_source,
        thresholds.max_cost_ratio,
        thresholds.threshold_amount,
        case when thresholds.is_ratio_valid then cast(coalesce(below.below_count, 0) as integer) end as below_count,
        case when thresholds.is_ratio_valid then cast(coalesce(below.below_revenue_amount, 0) as decimal(18, 2)) end
            as below_revenue_amount,
        thresholds.touch_count,
        thresholds.pool_amount,
        thresholds.gross_margin_ratio,
        thresholds.threshold_margin_share_ratio as max_margin_share_ratio,
        thresholds.margin_threshold_amount,
        {{ flags({
            'INVALID_MARGIN_SHARE': 'not coalesce('
                ~ 'thresholds.threshold_margin_share_ratio > 0 and thresholds.threshold_margin_share_ratio <= 1, false)',
            'INVALID_RATIO': 'not thresholds.is_ratio_valid',
            'NO_GROSS_MARGIN': 'thresholds.gross_margin_ratio is null',
            'NO_POOL_AMOUNT': 'thresholds.resource_pool is not null and coalesce(thresholds.pool_amount, 0) <= 0',
            'NO_TOUCHES': 'thresholds.resource_pool is not null and thresholds.touch_count = 0',
        }) }} as flags

    from thresholds

    inner join quarters
        on thresholds.quarter_start_date = quarters.quarter_start_date

    left join below
        on thresholds.quarter_start_date = below.quarter_start_date
        and thresholds.channel = below.channel

)

select * from final
