-- grain: one order
{{ config(materialized='view') }}

with

orders as (

    select * from {{ ref('int_cost__order') }}

    where customer_id is not null

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

-- The rule of a day is the one with the latest valid_from on or before it, like a price list.
rule_changes as (

    select
        valid_from,
        cast(max(case when parameter = 'minimum_order_value_amount' then value end) as decimal(18, 2)) as minimum_order_value_amount,
        cast(max(case when parameter = 'minimum_order_fee_amount' then value end) as decimal(18, 2)) as minimum_order_fee_amount

    from {{ ref('policy_parameter') }}

    where parameter in ('minimum_order_value_amount', 'minimum_order_fee_amount')

    group by valid_from

),

rules as (

    select
        valid_from,
        lead(valid_from) over (order by valid_from) as valid_before,
        {{ last_known('minimum_order_value_amount') }} over (order by valid_from) as minimum_order_value_amount,
        {{ last_known('minimum_order_fee_amount') }} over (order by valid_from) as minimum_order_fee_amount

    from rule_changes

),

run_range as (

    select
        max(as_of_date) as last_date,
        min(case when is_provisional then trailing_start_date end) as provisional_start_date,
        {{ quarter_start_of('min(case when is_provisional then trailing_start_date end)') }} as provisional_quarter_start_date

    from quarters

),

converted as (

    select
        orders.customer_id,
        orders.erp_customer_id,
        orders.ship_to_id,
        orders.order_channel,
        orders.is_shiftable,
        cast(orders.ordered_at as date) as order_date,
        {{ quarter_start_of('orders.ordered_at') }} as order_quarter_start_date,
        {{ convert_to_reporting(
            'orders.net_amount',
            'orders.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as net_amount,
        {{ convert_to_reporting(
            'orders.surcharge_amount',
            'orders.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as surcharge_amount,
        run_range.provisional_start_date,
        run_range.provisional_quarter_start_date

    from orders

    cross join policy

    cross join run_range

    left join rate_by_day
        on orders.currency_code = rate_by_day.currency_code
        and cast(orders.ordered_at as date) = rate_by_day.rate_date

    where cast(orders.ordered_at as date) <= run_range.last_date

),

judged as (

    select
        converted.*,
        rules.minimum_order_fee_amount,
        -- A negative order takes goods back; it is no order that could have been larger.
        coalesce(converted.net_amount >= 0 and converted.net_amount < rules.minimum_order_value_amount, false) as is_below_minimum

    from converted

    left join rules
        on converted.order_date >= rules.valid_from
        and (converted.order_date < rules.valid_before or rules.valid_before is null)

),

final as (

    select
        customer_id,
        -- Without a ship-to party goods go to the debtor itself.
        coalesce(ship_to_id, erp_customer_id) as address_id,
        ship_to_id is null as is_address_assumed,
        order_channel,
        is_shiftable,
        order_date,
        order_quarter_start_date,
        coalesce(
            order_quarter_start_date = provisional_quarter_start_date and order_date >= provisional_start_date, false
        ) as is_in_provisional_window,
        net_amount,
        surcharge_amount,
        is_below_minimum,
        case when is_below_minimum then minimum_order_fee_amount end as surcharge_due_amount

    from judged

)

select * from final
