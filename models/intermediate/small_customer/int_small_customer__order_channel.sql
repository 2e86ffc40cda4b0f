-- grain: one quarter, threshold class and order channel with orders; orders of the months whose cost the quarter counts
with

windows as (

    select * from {{ ref('int_cost__window') }}

),

classes as (

    select
        customer_id,
        quarter_start_date,
        threshold_class

    from {{ ref('int_threshold__by_customer_quarter') }}

    where threshold_class is not null

),

orders as (

    select * from {{ ref('int_cost__order') }}

    where customer_id is not null

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

    where activity = 'order_entry'

),

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

cost_per_order as (

    select * from {{ ref('int_small_customer__cost_per_order') }}

),

entry_costs as (

    select
        customer_id,
        month_start_date,
        cost_amount

    from {{ ref('fct_cost_to_serve') }}

    where activity = 'order_entry' and cost_amount is not null

),

-- A power of two for each quarter: their sum tells in which quarters a customer was in a class.
quarter_bits as (

    select
        quarter_start_date,
        {{ exact_integer('power(2, quarter_index - min(quarter_index) over ())') }} as quarter_bit

    from {{ ref('dim_quarter') }}

),

class_histories as (

    select
        classes.customer_id,
        sum(case when classes.threshold_class = 'C' then quarter_bits.quarter_bit else 0 end) as small_quarters,
        sum(quarter_bits.quarter_bit) as classified_quarters

    from classes

    inner join quarter_bits
        on classes.quarter_start_date = quarter_bits.quarter_start_date

    group by classes.customer_id

),

-- Most customers never change their class. Those of the same class in each quarter are added up under the name of one of them,
-- before each quarter takes its months.
groups as (

    select
        customer_id,
        min(customer_id) over (partition by small_quarters, classified_quarters) as group_id

    from class_histories

),

valued as (

    select
        groups.group_id,
        orders.month_start_date,
        case
            when orders.order_channel in ('edi', 'shop', 'phone', 'email', 'fax', 'field') then orders.order_channel
            else 'unknown'
        end as order_channel,
        orders.line_count,
        orders.is_manual,
        orders.is_special_quote,
        orders.change_count,
        orders.is_shiftable,
        {{ convert_to_reporting(
            'orders.net_amount',
            'orders.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as net_amount

    from orders

    inner join groups
        on orders.customer_id = groups.customer_id

    cross join policy

    left join rate_by_day
        on orders.currency_code = rate_by_day.currency_code
        and cast(orders.ordered_at as date) = rate_by_day.rate_date

),

by_group_month as (

    select
        group_id,
        month_start_date,
        order_channel,
        count(*) as order_count,
        count(net_amount) as valued_order_count,
        sum(net_amount) as net_amount,
        sum(line_count) as line_count,
        sum(change_count) as change_count,
        count(case when is_manual then 1 end) as manual_count,
        count(case when is_special_quote then 1 end) as special_quote_count,
        count(case when is_shiftable then 1 end) as shiftable_order_count,
        count(is_shiftable) as judged_order_count

    from valued

    group by group_id, month_start_date, order_channel

),

-- The minutes of the time equation that cost to serve rests on; those for typing in apart where another way would spare them.
by_class_month as (

    select
        windows.quarter_start_date,
        classes.threshold_class,
        by_group_month.month_start_date,
        by_group_month.order_channel,
        sum(by_group_month.order_count) as order_count,
        sum(by_group_month.valued_order_count) as valued_order_count,
        sum(by_group_month.net_amount) as net_amount,
        sum(by_group_month.shiftable_order_count) as shiftable_order_count,
        sum(by_group_month.judged_order_count) as judged_order_count,
        sum(
            by_group_month.order_count * equations.event_minutes
            + by_group_month.line_count * equations.line_minutes
            + (by_group_month.manual_count - by_group_month.shiftable_order_count) * equations.manual_minutes
            + by_group_month.special_quote_count * equations.special_quote_minutes
            + by_group_month.change_count * equations.change_minutes
        ) as kept_minutes,
        sum(by_group_month.shiftable_order_count * equations.manual_minutes) as spared_minutes

    from by_group_month

    inner join equations
        on by_group_month.month_start_date = equations.month_start_date

    inner join windows
        on by_group_month.month_start_date = windows.month_start_date

    inner join classes
        on by_group_month.group_id = classes.customer_id
        and windows.quarter_start_date = classes.quarter_start_date

    group by
        windows.quarter_start_date,
        classes.threshold_class,
        by_group_month.month_start_date,
        by_group_month.order_channel

),

cost_by_group_month as (

    select
        groups.group_id,
        entry_costs.month_start_date,
        sum(entry_costs.cost_amount) as cost_amount

    from entry_costs

    inner join groups
        on entry_costs.customer_id = groups.customer_id

    group by groups.group_id, entry_costs.month_start_date

),

measured_costs as (

    select
        windows.quarter_start_date,
        classes.threshold_class,
        cost_by_group_month.month_start_date,
        sum(cost_by_group_month.cost_amount) as cost_amount

    from cost_by_group_month

    inner join windows
        on cost_by_group_month.month_start_date = windows.month_start_date

    inner join classes
        on cost_by_group_month.group_id = classes.customer_id
        and windows.quarter_start_date = classes.quarter_start_date

    group by windows.quarter_start_date, classes.threshold_class, cost_by_group_month.month_start_date

),

-- What the orders of a class cost in a month: the cost to serve of its customers, or the policy's value an order where no
-- cost is measured in the whole window. One minute of order entry costs the same all month.
costed as (

    select
        by_class_month.*,
        cost_per_order.cost_source,
        cast(
            case
                when cost_per_order.cost_source = 'measured' then measured_costs.cost_amount
                else cost_per_order.cost_per_order_amount * sum(by_class_month.order_count) over (
                    partition by by_class_month.quarter_start_date, by_class_month.threshold_class, by_class_month.month_start_date
                )
            end as decimal(18, 2)
        ) as entry_cost_amount

    from by_class_month

    inner join cost_per_order
        on by_class_month.quarter_start_date = cost_per_order.quarter_start_date

    left join measured_costs
        on by_class_month.quarter_start_date = measured_costs.quarter_start_date
        and by_class_month.threshold_class = measured_costs.threshold_class
        and by_class_month.month_start_date = measured_costs.month_start_date

),

participants as (

    select
        quarter_start_date,
        threshold_class,
        month_start_date,
        order_channel,
        'kept' as part,
        entry_cost_amount,
        cast(kept_minutes as decimal(18, 4)) as minutes

    from costed

    union all

    select
        quarter_start_date,
        threshold_class,
        month_start_date,
        order_channel,
        'spared' as part,
        entry_cost_amount,
        cast(spared_minutes as decimal(18, 4)) as minutes

    from costed

),

allocated as (

    {{ allocate_largest_remainder(
        relation='participants',
        group_by=['quarter_start_date', 'threshold_class', 'month_start_date'],
        amount='entry_cost_amount',
        weight='minutes',
        tie_break=['order_channel', 'part'],
    ) }}

),

costs as (

    select
        quarter_start_date,
        threshold_class,
        month_start_date,
        order_channel,
        sum(allocated_amount) as order_cost_amount,
        sum(case when part = 'spared' then allocated_amount end) as shift_saving_amount

    from allocated

    group by quarter_start_date, threshold_class, month_start_date, order_channel

),

final as (

    select
        costed.quarter_start_date,
        costed.threshold_class,
        costed.order_channel,
        min(costed.cost_source) as cost_source,
        cast(sum(costed.order_count) as bigint) as order_count,
        cast(sum(costed.valued_order_count) as bigint) as valued_order_count,
        cast(sum(costed.net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(case when costs.order_cost_amount is not null then costed.order_count else 0 end) as bigint) as costed_order_count,
        cast(sum(costs.order_cost_amount) as decimal(18, 2)) as order_cost_amount,
        cast(sum(costed.shiftable_order_count) as bigint) as shiftable_order_count,
        cast(sum(costed.judged_order_count) as bigint) as judged_order_count,
        cast(sum(case when costs.order_cost_amount is not null then costed.shiftable_order_count else 0 end) as bigint)
            as costed_shiftable_order_count,
        cast(sum(costs.shift_saving_amount) as decimal(18, 2)) as shift_saving_amount

    from costed

    inner join costs
        on costed.quarter_start_date = costs.quarter_start_date
        and costed.threshold_class = costs.threshold_class
        and costed.month_start_date = costs.month_start_date
        and costed.order_channel = costs.order_channel

    group by costed.quarter_start_date, costed.threshold_class, costed.order_channel

)

select * from final
