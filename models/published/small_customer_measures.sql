-- grain: one threshold-C customer per quarter; the trailing twelve months
with

small_customers as (

    select
        customer_id,
        quarter_start_date

    from {{ ref('int_threshold__by_customer_quarter') }}

    where threshold_class = 'C'

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

-- Whether the data begin within the window of a quarter; the same for all customers.
histories as (

    select
        quarter_start_date,
        bool_or(has_incomplete_history) as has_incomplete_history

    from {{ ref('int_customer__by_quarter') }}

    group by quarter_start_date

),

revenue as (

    select * from {{ ref('int_revenue__by_customer_quarter') }}

),

products as (

    select * from {{ ref('int_small_customer__product_measure') }}

),

quotes as (

    select * from {{ ref('int_small_customer__quote_measure') }}

),

services as (

    select * from {{ ref('int_small_customer__service_measure') }}

),

orders as (

    select * from {{ ref('int_small_customer__order_measure') }}

),

bundles as (

    select * from {{ ref('int_small_customer__bundling') }}

),

cost_per_order as (

    select * from {{ ref('int_small_customer__cost_per_order') }}

),

channel_shift as (

    select * from {{ ref('int_small_customer__channel_shift') }}

),

contacts as (

    select * from {{ ref('int_small_customer__contact_measure') }}

),

minimum_quantities as (

    select count(minimum_order_quantity) > 0 as has_minimum_quantities

    from {{ ref('dim_product') }}

),

-- A customer without orders ordered nothing only where orders are delivered at all; the same holds for the rest.
delivered as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        histories.has_incomplete_history,
        quarters.quarter_start_date in (select quotes.quarter_start_date from quotes) as has_quotes,
        quarters.quarter_start_date in (select services.quarter_start_date from services) as has_services,
        quarters.quarter_start_date in (select orders.quarter_start_date from orders) as has_orders,
        quarters.quarter_start_date in (
            select contacts.quarter_start_date from contacts where contacts.contact_count > 0
        ) as has_contacts,
        minimum_quantities.has_minimum_quantities,
        cost_per_order.cost_per_order_amount,
        cost_per_order.cost_source = 'policy' as is_cost_per_order_from_policy,
        channel_shift.saving_per_order_amount

    from quarters

    cross join minimum_quantities

    inner join histories
        on quarters.quarter_start_date = histories.quarter_start_date

    inner join cost_per_order
        on quarters.quarter_start_date = cost_per_order.quarter_start_date

    left join channel_shift
        on quarters.quarter_start_date = channel_shift.quarter_start_date

),

joined as (

    select
        delivered.quarter_start_date,
        delivered.as_of_date,
        delivered.is_provisional,
        small_customers.customer_id,
        delivered.has_incomplete_history,
        revenue.list_amount,
        revenue.net_revenue_amount,
        revenue.discount_amount,
        revenue.has_missing_list,
        case when revenue.invoice_line_count > 0 then products.standard_amount end as standard_amount,
        case when revenue.invoice_line_count > 0 then products.service_intensive_amount end as service_intensive_amount,
        coalesce(products.has_unknown_standard, false) as has_unknown_standard,
        delivered.has_minimum_quantities,
        case
            when not delivered.has_minimum_quantities then null
            when products.customer_id is null then 0
            else products.minimum_order_line_count
        end as minimum_order_line_count,
        case
            when not delivered.has_minimum_quantities then null
            when products.customer_id is null then 0
            else products.minimum_order_uplift_amount
        end as minimum_order_uplift_amount,
        delivered.has_quotes,
        case when delivered.has_quotes then coalesce(quotes.individual_quote_count, 0) end as individual_quote_count,
        case when delivered.has_quotes then coalesce(quotes.individual_quote_minutes, 0) end as individual_quote_minutes,
        delivered.has_services,
        case
            when not delivered.has_services then null
            when services.customer_id is null then 0
            else services.service_leakage_amount
        end as service_leakage_amount,
        coalesce(services.has_missing_amount, false) as has_missing_service_amount,
        delivered.has_orders,
        case when delivered.has_orders then coalesce(orders.order_count, 0) end as order_count,
        case
            when not delivered.has_orders then null
            when orders.customer_id is null then 0
            else orders.below_minimum_order_count
        end as below_minimum_order_count,
        case
            when not delivered.has_orders then null
            when orders.customer_id is null then 0
            else orders.surcharge_due_amount
        end as surcharge_due_amount,
        case
            when not delivered.has_orders then null
            when orders.customer_id is null then 0
            else orders.surcharge_billed_amount
        end as surcharge_billed_amount,
        coalesce(orders.has_missing_value, false) as has_missing_order_value,
        coalesce(orders.has_missing_surcharge, false) as has_missing_surcharge,
        coalesce(orders.has_missing_ship_to, false) as has_missing_ship_to,
        case when delivered.has_orders then coalesce(bundles.saved_order_count, 0) end as saved_order_count,
        case
            when not delivered.has_orders then null
            when orders.customer_id is null then 0
            else orders.shiftable_order_count
        end as shiftable_order_count,
        coalesce(orders.has_unknown_entry, false) as has_unknown_entry,
        delivered.saving_per_order_amount,
        delivered.cost_per_order_amount,
        delivered.is_cost_per_order_from_policy,
        delivered.has_contacts,
        case when delivered.has_contacts then coalesce(contacts.contact_count, 0) end as contact_count,
        case when delivered.has_contacts then coalesce(contacts.directed_contact_count, 0) end as directed_contact_count,
        case when delivered.has_contacts then coalesce(contacts.outbound_contact_count, 0) end as outbound_contact_count,
        {{ dbt.datediff('contacts.last_outbound_date', 'delivered.as_of_date', 'day') }} as days_untouched

    from small_customers

    inner join delivered
        on small_customers.quarter_start_date = delivered.quarter_start_date

    inner join revenue
        on small_customers.customer_id = revenue.customer_id
        and small_customers.quarter_start_date = revenue.quarter_start_date

    left join products
        on small_customers.customer_id = products.customer_id
        and small_customers.quarter_start_date = products.quarter_start_date

    left join quotes
        on small_customers.customer_id = quotes.customer_id
        and small_customers.quarter_start_date = quotes.quarter_start_date

    left join services
        on small_customers.customer_id = services.customer_id
        and small_customers.quarter_start_date = services.quarter_start_date

    left join orders
        on small_customers.customer_id = orders.customer_id
        and small_customers.quarter_start_date = orders.quarter_start_date

    left join bundles
        on small_customers.customer_id = bundles.customer_id
        and small_customers.quarter_start_date = bundles.quarter_start_date

    left join contacts
        on small_customers.customer_id = contacts.customer_id
        and small_customers.quarter_start_date = contacts.quarter_start_date

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        customer_id,
        case
            when standard_amount between 0 and net_revenue_amount
                then {{ share_of_total('standard_amount', 'net_revenue_amount') }}
        end as standard_ratio,
        case
            when service_intensive_amount between 0 and net_revenue_amount
                then {{ share_of_total('service_intensive_amount', 'net_revenue_amount') }}
        end as service_intensive_ratio,
        {{ share_of_total('net_revenue_amount', 'list_amount') }} as price_realisation_ratio,
        discount_amount as list_price_leakage_amount,
        cast(individual_quote_count as decimal(18, 4)) as individual_quote_count,
        cast(individual_quote_minutes as decimal(18, 4)) as individual_quote_minutes,
        cast(service_leakage_amount as decimal(18, 2)) as service_leakage_amount,
        cast(minimum_order_line_count as integer) as minimum_order_line_count,
        cast(minimum_order_uplift_amount as decimal(18, 2)) as minimum_order_uplift_amount,
        cast(order_count as integer) as order_count,
        cast(below_minimum_order_count as integer) as below_minimum_order_count,
        cast(surcharge_due_amount as decimal(18, 2)) as surcharge_due_amount,
        cast(surcharge_billed_amount as decimal(18, 2)) as surcharge_billed_amount,
        cast(surcharge_due_amount - surcharge_billed_amount as decimal(18, 2)) as surcharge_leakage_amount,
        cast(order_count - saved_order_count as integer) as bundle_count,
        cast(saved_order_count as integer) as saved_order_count,
        cast(saved_order_count * cost_per_order_amount as decimal(18, 2)) as bundling_saving_amount,
        cast(shiftable_order_count as integer) as shiftable_order_count,
        cast(case when shiftable_order_count = 0 then 0 else shiftable_order_count * saving_per_order_amount end as decimal(18, 2))
            as channel_shift_saving_amount,
        cast(contact_count as integer) as contact_count,
        cast(outbound_contact_count as integer) as outbound_contact_count,
        {{ share_of_total('outbound_contact_count', 'directed_contact_count') }} as proactive_ratio,
        cast(days_untouched as integer) as days_untouched,
        {{ flags({
            'CONTACT_DIRECTION_UNKNOWN': 'directed_contact_count < contact_count',
            'DISTORTED_BY_CREDITS': 'net_revenue_amount > 0 and (standard_amount not between 0 and net_revenue_amount or service_intensive_amount not between 0 and net_revenue_amount)',
            'INCOMPLETE_HISTORY': 'has_incomplete_history',
            'MISSING_LIST_AMOUNT': 'has_missing_list',
            'MISSING_ORDER_VALUE': 'has_missing_order_value',
            'MISSING_SERVICE_AMOUNT': 'has_missing_service_amount',
            'MISSING_SHIP_TO': 'has_missing_ship_to',
            'MISSING_SURCHARGE': 'has_missing_surcharge',
            'NEVER_CONTACTED': 'has_contacts and days_untouched is null',
            'NO_CONTACT_DATA': 'not has_contacts',
            'NO_MINIMUM_QUANTITY_DATA': 'not has_minimum_quantities',
            'NO_ORDER_DATA': 'not has_orders',
            'NO_QUOTE_DATA': 'not has_quotes',
            'NO_REVENUE': 'net_revenue_amount <= 0',
            'NO_SERVICE_DATA': 'not has_services',
            'NO_SHIFT_COST': 'saving_per_order_amount is null and shiftable_order_count > 0',
            'POLICY_COST_PER_ORDER': 'is_cost_per_order_from_policy and (saved_order_count > 0 or shiftable_order_count > 0)',
            'SURCHARGE_ABOVE_DUE': 'surcharge_billed_amount > surcharge_due_amount',
            'UNKNOWN_ENTRY': 'has_unknown_entry',
            'UNKNOWN_STANDARD': 'has_unknown_standard',
        }) }} as flags

    from joined

)

select * from final
