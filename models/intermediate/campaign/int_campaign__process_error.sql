-- grain: one customer and quarter with orders, inquiries or returns by an error in the order in the trailing twelve months
with

orders as (

    select * from {{ ref('input_layer__sales_order') }}

),

inquiries as (

    select * from {{ ref('input_layer__inquiry') }}

),

returned as (

    select * from {{ ref('input_layer__return') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

),

quarters as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.trailing_start_date,
        policy.process_order_error_reason

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

by_orders as (

    select
        crosswalk.customer_id,
        quarters.quarter_start_date,
        count(*) as order_count,
        count(orders.change_count) as known_change_order_count,
        sum(case when orders.change_count > 0 then orders.change_count else 0 end) as change_count

    from orders

    inner join crosswalk
        on orders.erp_customer_id = crosswalk.source_id
        and crosswalk.source_type = 'erp'

    inner join quarters
        on cast(orders.ordered_at as date) between quarters.trailing_start_date and quarters.as_of_date

    group by crosswalk.customer_id, quarters.quarter_start_date

),

by_inquiries as (

    select
        crosswalk.customer_id,
        quarters.quarter_start_date,
        count(inquiries.is_complete) as known_inquiry_count,
        count(case when not inquiries.is_complete then 1 end) as incomplete_count,
        count(case when inquiries.inquiry_type = 'quote_request' then 1 end) as quote_count,
        count(case when inquiries.inquiry_type = 'complaint' then 1 end) as complaint_count

    from inquiries

    inner join crosswalk
        on inquiries.account_id = crosswalk.source_id
        and crosswalk.source_type = 'crm'

    inner join quarters
        on cast(inquiries.received_at as date) between quarters.trailing_start_date and quarters.as_of_date

    group by crosswalk.customer_id, quarters.quarter_start_date

),

by_returns as (

    select
        crosswalk.customer_id,
        quarters.quarter_start_date,
        count(*) as return_count,
        sum(greatest(coalesce(returned.line_count, 1), 1)) as return_line_count

    from returned

    inner join crosswalk
        on returned.erp_customer_id = crosswalk.source_id
        and crosswalk.source_type = 'erp'

    inner join quarters
        on returned.returned_date between quarters.trailing_start_date and quarters.as_of_date
        and returned.return_reason = quarters.process_order_error_reason

    group by crosswalk.customer_id, quarters.quarter_start_date

),

combined as (

    select
        customer_id,
        quarter_start_date,
        order_count,
        known_change_order_count,
        change_count,
        0 as known_inquiry_count,
        0 as incomplete_count,
        0 as quote_count,
        0 as complaint_count,
        0 as return_count,
        0 as return_line_count

    from by_orders

    union all

    select
        customer_id,
        quarter_start_date,
        0 as order_count,
        0 as known_change_order_count,
        0 as change_count,
        known_inquiry_count,
        incomplete_count,
        quote_count,
        complaint_count,
        0 as return_count,
        0 as return_line_count

    from by_inquiries

    union all

    select
        customer_id,
        quarter_start_date,
        0 as order_count,
        0 as known_change_order_count,
        0 as change_count,
        0 as known_inquiry_count,
        0 as incomplete_count,
        0 as quote_count,
        0 as complaint_count,
        return_count,
        return_line_count

    from by_returns

),

-- These are counts of what was recorded. Whether a kind of error is recorded at all is for int_campaign__process_rate to say.
final as (

    select
        customer_id,
        quarter_start_date,
        cast(sum(order_count) as integer) as order_count,
        cast(sum(known_change_order_count) as integer) as known_change_order_count,
        cast(sum(change_count) as integer) as change_count,
        cast(sum(known_inquiry_count) as integer) as known_inquiry_count,
        cast(sum(incomplete_count) as integer) as incomplete_count,
        cast(sum(quote_count) as integer) as quote_count,
        cast(sum(complaint_count) as integer) as complaint_count,
        cast(sum(return_count) as integer) as return_count,
        cast(sum(return_line_count) as integer) as return_line_count

    from combined

    group by customer_id, quarter_start_date

)

select * from final
