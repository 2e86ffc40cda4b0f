-- grain: one priority request made in a quarter of the run; what came of it within its horizon
{{ config(materialized='view') }}

with

requests as (

    select * from {{ ref('int_override__request') }}

),

inquiries as (

    select * from {{ ref('input_layer__inquiry') }}

),

-- Whether a source tells at all which order came of an inquiry.
inquiry_orders as (

    select
        data_source,
        count(order_id) > 0 as is_order_delivered

    from inquiries

    group by data_source

),

inquiry_types as (

    select
        requests.data_source,
        requests.request_id,
        policy_type.is_for_order

    from requests

    inner join inquiries
        on requests.inquiry_id = inquiries.inquiry_id

    inner join {{ ref('policy_inquiry_type') }} as policy_type
        on coalesce(inquiries.inquiry_type, 'unknown') = policy_type.inquiry_type
        and cast(requests.requested_at as date) >= policy_type.valid_from

    qualify row_number() over (
        partition by requests.data_source, requests.request_id
        order by policy_type.valid_from desc
    ) = 1

),

orders as (

    select * from {{ ref('input_layer__sales_order') }}

),

invoice_lines as (

    select * from {{ ref('fct_invoice_line') }}

),

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

history as (

    select min(posting_date) as first_posting_date from {{ ref('input_layer__invoice_line') }}

),

measured as (

    select
        requests.*,
        least(requests.horizon_end_date, requests.as_of_date) as counted_until_date,
        inquiries.inquiry_id is not null as has_inquiry,
        inquiries.order_id,
        case
            when requests.inquiry_id is null then 'CUSTOMER'
            when inquiries.inquiry_id is null then 'NONE'
            when not inquiry_types.is_for_order then 'CUSTOMER'
            when inquiries.order_id is not null then 'ORDER'
            when inquiry_orders.is_order_delivered or inquiries.status = 'lost' then 'NO_ORDER'
            else 'CUSTOMER'
        end as measure

    from requests

    left join inquiries
        on requests.inquiry_id = inquiries.inquiry_id

    left join inquiry_orders
        on inquiries.data_source = inquiry_orders.data_source

    left join inquiry_types
        on requests.data_source = inquiry_types.data_source
        and requests.request_id = inquiry_types.request_id

),

-- Value of the order by its header, in case nothing of it was billed.
booked as (

    select
        measured.data_source,
        measured.request_id,
        cast(orders.ordered_at as date) as order_date,
        {{ convert_to_reporting(
            'orders.net_amount',
            'orders.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as booked_amount

    from measured

    inner join orders
        on measured.order_id = orders.order_id

    inner join policy
        on measured.quarter_start_date = policy.quarter_start_date

    left join rate_by_day
        on orders.currency_code = rate_by_day.currency_code
        and cast(orders.ordered_at as date) = rate_by_day.rate_date

    where measured.measure = 'ORDER' and cast(orders.ordered_at as date) <= measured.as_of_date

),

-- What was billed of the order within the horizon: what comes later changes no verdict. One unknown amount makes the sum unknown.
billed as (

    select
        measured.data_source,
        measured.request_id,
        min(lines.posting_date) as first_billed_date,
        count(*) as line_count,
        count(lines.net_amount) as known_count,
        sum(case when lines.posting_date >= measured.start_date then lines.net_amount else 0 end) as billed_amount

    from measured

    inner join invoice_lines as lines
        on measured.order_id = lines.order_id

    where measured.measure = 'ORDER' and lines.posting_date <= measured.counted_until_date

    group by
        measured.data_source,
        measured.request_id

),

-- The customer's revenue after the day of the decision, and in the 365 days up to it.
customer_revenue as (

    select
        measured.data_source,
        measured.request_id,
        count(*) - count(lines.net_amount) as unknown_count,
        sum(case when lines.posting_date > measured.start_date then lines.net_amount else 0 end) as later_amount,
        sum(case when lines.posting_date <= measured.start_date then lines.net_amount else 0 end) as earlier_amount

    from measured

    inner join invoice_lines as lines
        on measured.customer_id = lines.customer_id
        and {{ add_days('measured.start_date', -365) }} < lines.posting_date
        and measured.counted_until_date >= lines.posting_date

    where measured.measure = 'CUSTOMER'

    group by
        measured.data_source,
        measured.request_id

),

compared as (

    select
        measured.*,
        booked.order_date,
        booked.booked_amount,
        billed.first_billed_date,
        billed.line_count,
        billed.known_count,
        billed.billed_amount,
        coalesce(customer_revenue.unknown_count, 0) as unknown_count,
        coalesce(customer_revenue.later_amount, 0) as later_amount,
        cast(
            round(
                cast(coalesce(customer_revenue.earlier_amount, 0) as decimal(28, 2))
                * greatest({{ dbt.datediff('measured.start_date', 'measured.counted_until_date', 'day') }}, 0) / 365,
                2
            ) as decimal(18, 2)
        ) as usual_amount,
        history.first_posting_date <= {{ add_days('measured.start_date', -364) }} as has_history

    from measured

    cross join history

    left join booked
        on measured.data_source = booked.data_source
        and measured.request_id = booked.request_id

    left join billed
        on measured.data_source = billed.data_source
        and measured.request_id = billed.request_id

    left join customer_revenue
        on measured.data_source = customer_revenue.data_source
        and measured.request_id = customer_revenue.request_id

),

-- An order that was there before the decision is not its result.
sourced as (

    select
        *,
        case
            when measure = 'NO_ORDER' then 'NO_ORDER'
            when measure = 'ORDER' and coalesce(order_date, first_billed_date) < start_date then 'ORDER_BEFORE_DECISION'
            when measure = 'ORDER' and line_count > 0 then 'ORDER_BILLED'
            when measure = 'ORDER' and order_date > counted_until_date then 'NO_ORDER'
            when measure = 'ORDER' and order_date is not null then 'ORDER_BOOKED'
            when measure = 'CUSTOMER' and customer_id is not null and has_history then 'REVENUE_ABOVE_USUAL'
        end as realised_source

    from compared

),

final as (

    select
        data_source,
        request_id,
        measure,
        has_inquiry,
        realised_source,
        cast(
            case realised_source
                when 'NO_ORDER' then 0
                when 'ORDER_BEFORE_DECISION' then 0
                when 'ORDER_BILLED' then case when known_count = line_count then billed_amount end
                when 'ORDER_BOOKED' then booked_amount
                when 'REVENUE_ABOVE_USUAL' then case when unknown_count = 0 then greatest(later_amount - usual_amount, 0) end
            end as decimal(18, 2)
        ) as realised_amount

    from sourced

)

select * from final
