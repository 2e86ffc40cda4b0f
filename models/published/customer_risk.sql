-- grain: one customer per quarter that shows a sign of leaving
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

delivered as (

    select * from {{ ref('int_risk__delivered') }}

),

purchases as (

    select * from {{ ref('int_risk__purchase') }}

),

inquiries as (

    select * from {{ ref('int_risk__inquiry') }}

),

returned as (

    select * from {{ ref('int_risk__return') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

-- Only who still buys can leave. The status of a customer is not asked: it knows who was blocked later.
buyers as (

    select
        customers_by_quarter.customer_id,
        customers_by_quarter.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        customers_by_quarter.last_invoice_date,
        customers_by_quarter.has_incomplete_history,
        policy.risk_minimum_purchase_day_count,
        policy.risk_overrun_factor,
        policy.risk_overrun_alarm_factor,
        policy.risk_return_minimum_count,
        policy.risk_return_minimum_ratio,
        policy.risk_minimum_sign_count

    from {{ ref('int_customer__by_quarter') }} as customers_by_quarter

    inner join quarters
        on customers_by_quarter.quarter_start_date = quarters.quarter_start_date

    inner join policy
        on customers_by_quarter.quarter_start_date = policy.quarter_start_date

    where
        customers_by_quarter.is_in_population
        and customers_by_quarter.last_invoice_date
        >= {{ first_day_of_months_ending('quarters.as_of_date', 'policy.inactive_after_months') }}

),

joined as (

    select
        buyers.*,
        purchases.purchase_source,
        purchases.purchase_day_count,
        purchases.trailing_purchase_day_count,
        greatest(coalesce(purchases.last_purchase_date, buyers.last_invoice_date), buyers.last_invoice_date) as last_purchase_date,
        case
            when purchases.purchase_day_count >= buyers.risk_minimum_purchase_day_count
                then {{ dbt.datediff('purchases.first_purchase_date', 'purchases.last_purchase_date', 'day') }}
        end as interval_span_days,
        purchases.purchase_day_count - 1 as interval_count,
        inquiries.open_complaint_count,
        inquiries.unanswered_complaint_count,
        inquiries.oldest_open_complaint_days,
        inquiries.has_undated_complaint,
        inquiries.response_count,
        inquiries.late_response_count,
        inquiries.median_response_hours,
        inquiries.has_slow_responses,
        returned.return_count

    from buyers

    left join purchases
        on buyers.customer_id = purchases.customer_id
        and buyers.quarter_start_date = purchases.quarter_start_date

    left join inquiries
        on buyers.customer_id = inquiries.customer_id
        and buyers.quarter_start_date = inquiries.quarter_start_date

    left join returned
        on buyers.customer_id = returned.customer_id
        and buyers.quarter_start_date = returned.quarter_start_date

),

measured as (

    select
        *,
        {{ dbt.datediff('last_purchase_date', 'as_of_date', 'day') }} as days_since_purchase

    from joined

),

-- The interval is a quotient: both sides are multiplied instead, so that a cut-off is met exactly.
judged as (

    select
        *,
        open_complaint_count > 0 as has_open_complaint,
        days_since_purchase * interval_count >= risk_overrun_factor * interval_span_days as has_interval_overrun,
        days_since_purchase * interval_count >= risk_overrun_alarm_factor * interval_span_days as is_overrun_alarm,
        return_count >= risk_return_minimum_count
        and return_count >= risk_return_minimum_ratio * coalesce(trailing_purchase_day_count, 0) as has_many_returns

    from measured

),

with_sign as (

    select * from judged

    where has_open_complaint or has_slow_responses or has_interval_overrun or has_many_returns

),

-- Nothing found is 0 or false where the entity is delivered and reaches the customer, else it is not known.
described as (

    select
        with_sign.*,
        customers.customer_name,
        customers.rep_id,
        customers.account_id is not null as has_account,
        customers.account_id is not null and delivered.has_complaints as has_complaints_measured,
        customers.account_id is not null and delivered.has_responses as has_responses_measured,
        delivered.has_inquiries,
        delivered.has_complaints,
        delivered.has_responses,
        delivered.has_returns,
        delivered.has_orders,
        profit.net_revenue_amount,
        profit.contribution_amount,
        case when coalesce(with_sign.has_open_complaint, false) then 1 else 0 end
        + case when coalesce(with_sign.has_slow_responses, false) then 1 else 0 end
        + case when coalesce(with_sign.has_interval_overrun, false) then 1 else 0 end
        + case when coalesce(with_sign.has_many_returns, false) then 1 else 0 end as risk_sign_count

    from with_sign

    inner join customers
        on with_sign.customer_id = customers.customer_id

    inner join delivered
        on with_sign.quarter_start_date = delivered.quarter_start_date

    left join profit
        on with_sign.customer_id = profit.customer_id
        and with_sign.quarter_start_date = profit.quarter_start_date

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        customer_id,
        customer_name,
        rep_id,
        net_revenue_amount,
        contribution_amount,
        risk_sign_count >= risk_minimum_sign_count or coalesce(is_overrun_alarm, false) as is_at_risk,
        cast(risk_sign_count as integer) as risk_sign_count,
        case when has_complaints_measured then coalesce(has_open_complaint, false) end as has_open_complaint,
        has_slow_responses,
        has_interval_overrun,
        case when has_returns then coalesce(has_many_returns, false) end as has_many_returns,
        case when has_complaints_measured then cast(coalesce(open_complaint_count, 0) as integer) end as open_complaint_count,
        case when has_complaints_measured and has_responses then cast(coalesce(unanswered_complaint_count, 0) as integer) end as unanswered_complaint_count,
        cast(oldest_open_complaint_days as integer) as oldest_open_complaint_days,
        case when has_responses_measured then cast(coalesce(response_count, 0) as integer) end as response_count,
        case when has_responses_measured then cast(coalesce(late_response_count, 0) as integer) end as late_response_count,
        median_response_hours,
        purchase_source,
        cast(coalesce(purchase_day_count, 0) as integer) as purchase_day_count,
        case
            when interval_span_days > 0
                then cast(cast(interval_span_days as decimal(18, 2)) / interval_count as decimal(18, 2))
        end as usual_interval_days,
        last_purchase_date,
        cast(days_since_purchase as integer) as days_since_purchase,
        case
            when interval_span_days > 0
                then cast(cast(days_since_purchase * interval_count as decimal(18, 2)) / interval_span_days as decimal(18, 2))
        end as overrun_factor,
        case when has_returns then cast(coalesce(return_count, 0) as integer) end as return_count,
        case
            when has_returns and trailing_purchase_day_count > 0
                then cast(cast(coalesce(return_count, 0) as decimal(18, 2)) / trailing_purchase_day_count as decimal(18, 6))
        end as returns_per_purchase,
        {{ flags({
            'INCOMPLETE_HISTORY': 'has_incomplete_history',
            'NO_ACCOUNT': 'not has_account',
            'NO_COMPLAINT_DATA': 'has_inquiries and not has_complaints',
            'NO_CONTRIBUTION': 'contribution_amount is null',
            'NO_INQUIRY_DATA': 'not has_inquiries',
            'NO_ORDER_DATA': 'not has_orders',
            'NO_RESPONSE_DATA': 'has_inquiries and not has_responses',
            'NO_RETURN_DATA': 'not has_returns',
            'TOO_FEW_PURCHASES': 'interval_span_days is null',
            'UNDATED_COMPLAINT': 'coalesce(has_undated_complaint, false)',
        }) }} as flags

    from described

)

select * from final
