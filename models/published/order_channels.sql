-- grain: one threshold class and order channel with orders per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

channels as (

    select * from {{ ref('int_small_customer__order_channel') }}

),

windows as (

    select
        quarter_start_date,
        min(month_start_date) as first_month_start_date

    from {{ ref('int_cost__window') }}

    group by quarter_start_date

),

first_order as (

    select min(ordered_at) as first_ordered_at from {{ ref('input_layer__sales_order') }}

),

joined as (

    select
        channels.*,
        quarters.as_of_date,
        quarters.is_provisional,
        sum(channels.order_count) over (partition by channels.quarter_start_date, channels.threshold_class) as class_order_count,
        first_order.first_ordered_at >= {{ add_months('windows.first_month_start_date', 1) }} as has_incomplete_history

    from channels

    cross join first_order

    inner join quarters
        on channels.quarter_start_date = quarters.quarter_start_date

    inner join windows
        on channels.quarter_start_date = windows.quarter_start_date

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        threshold_class,
        order_channel,
        cast(order_count as integer) as order_count,
        {{ share_of_total('order_count', 'class_order_count') }} as order_ratio,
        cast(valued_order_count as integer) as valued_order_count,
        net_amount,
        cast(costed_order_count as integer) as costed_order_count,
        order_cost_amount,
        case
            when order_cost_amount >= 0 and costed_order_count > 0
                then {{ amount_of_cents(rounded_quotient(
                    smallest_units('order_cost_amount', 2),
                    exact_integer('costed_order_count'),
                )) }}
        end as cost_per_order_amount,
        case when costed_order_count > 0 then cost_source end as cost_source,
        case when judged_order_count = order_count then cast(shiftable_order_count as integer) end as shiftable_order_count,
        case when judged_order_count = order_count then shift_saving_amount end as shift_saving_amount,
        case
            when shift_saving_amount >= 0 and costed_shiftable_order_count > 0
                then {{ amount_of_cents(rounded_quotient(
                    smallest_units('shift_saving_amount', 2),
                    exact_integer('costed_shiftable_order_count'),
                )) }}
        end as saving_per_order_amount,
        {{ flags({
            'INCOMPLETE_HISTORY': 'has_incomplete_history',
            'MISSING_ORDER_VALUE': 'valued_order_count < order_count',
            'NEGATIVE_COST': 'order_cost_amount < 0',
            'NO_COST': 'costed_order_count = 0',
            'PARTIAL_COST': 'costed_order_count > 0 and costed_order_count < order_count',
            'UNKNOWN_CHANNEL': "order_channel = 'unknown'",
            'UNKNOWN_ENTRY': 'judged_order_count < order_count',
        }) }} as flags

    from joined

)

select * from final
