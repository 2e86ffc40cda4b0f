-- grain: one customer and quarter, of the run or tested from
with

customer as (

    select * from {{ ref('dim_customer') }}

),

quarters as (

    select * from {{ ref('int_quarter__observed') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

posting_quarter as (

    select * from {{ ref('int_revenue__by_customer_posting_quarter') }}

),

since as (

    select * from {{ ref('int_customer__since') }}

),

-- What was known of a customer from one posting quarter until the next.
history_steps as (

    select
        customer_id,
        posting_quarter_index,
        min(first_posting_date) as first_posting_date,
        min(first_invoice_date) as first_invoice_date,
        max(last_invoice_date) as last_invoice_date

    from posting_quarter

    group by
        customer_id,
        posting_quarter_index

),

history as (

    select
        customer_id,
        posting_quarter_index as from_quarter_index,
        lead(posting_quarter_index) over by_time as until_quarter_index,
        min(first_posting_date) over by_time as first_posting_date,
        min(first_invoice_date) over by_time as first_invoice_date,
        max(last_invoice_date) over by_time as last_invoice_date

    from history_steps

    window by_time as (partition by customer_id order by posting_quarter_index)

),

history_by_quarter as (

    select
        history.customer_id,
        quarters.quarter_start_date,
        history.first_posting_date,
        history.first_invoice_date,
        history.last_invoice_date

    from history

    inner join quarters
        on history.from_quarter_index <= quarters.quarter_index
        and (history.until_quarter_index is null or history.until_quarter_index > quarters.quarter_index)

),

data_range as (

    select
        max(data_start_date) as data_start_date,
        max(history_start_date) as history_start_date

    from since

),

quarters_with_policy as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.trailing_start_date,
        data_range.data_start_date,
        {{ first_day_of_months_ending('quarters.as_of_date', 'policy.inactive_after_months') }} as active_since_date,
        {{ first_day_of_months_ending('quarters.as_of_date', 'policy.new_customer_months') }} as new_since_date,
        coalesce(data_range.history_start_date > quarters.trailing_start_date, false) as has_incomplete_history

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    cross join data_range

),

-- A customer is in a quarter once it was created or something was posted. Without a creation date it is in all.
spine as (

    select
        customer.customer_id,
        customer.is_blocked,
        customer.is_intercompany,
        quarters_with_policy.*,
        history_by_quarter.first_posting_date,
        history_by_quarter.first_invoice_date,
        history_by_quarter.last_invoice_date,
        case
            when since.customer_since_date <= quarters_with_policy.as_of_date then since.customer_since_date
        end as customer_since_date,
        coalesce(since.is_older_than_data, false) as is_older_than_data

    from customer

    cross join quarters_with_policy

    left join since
        on customer.customer_id = since.customer_id

    left join history_by_quarter
        on customer.customer_id = history_by_quarter.customer_id
        and quarters_with_policy.quarter_start_date = history_by_quarter.quarter_start_date

    where
        customer.created_date is null
        or customer.created_date <= quarters_with_policy.as_of_date
        or history_by_quarter.first_posting_date is not null

),

final as (

    select
        customer_id,
        quarter_start_date,
        as_of_date,
        first_invoice_date,
        last_invoice_date,
        customer_since_date,
        case
            when is_blocked then 'blocked'
            when customer_since_date is null and first_posting_date is null then 'prospect'
            when last_invoice_date is null or last_invoice_date < active_since_date then 'inactive'
            when customer_since_date >= new_since_date then 'new'
            else 'active'
        end as lifecycle_status,
        not is_intercompany as is_in_population,
        case
            when customer_since_date is not null then {{ completed_months('customer_since_date', 'as_of_date') }}
        end as tenure_months,
        -- First day of the trailing window on which the customer's business can be seen.
        case
            when customer_since_date is null then trailing_start_date
            when not is_older_than_data then greatest(trailing_start_date, customer_since_date)
            when has_incomplete_history then greatest(trailing_start_date, data_start_date)
            else trailing_start_date
        end as observed_since_date,
        first_posting_date is not null and first_invoice_date is null as has_credit_notes_only,
        has_incomplete_history

    from spine

)

select * from final
