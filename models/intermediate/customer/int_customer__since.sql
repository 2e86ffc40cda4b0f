-- grain: one customer with a debtor
with

customer as (

    select * from {{ ref('dim_customer') }}

),

posting_quarter as (

    select * from {{ ref('int_revenue__by_customer_posting_quarter') }}

),

first_days as (

    select
        customer_id,
        min(first_posting_date) as first_posting_date,
        min(first_invoice_date) as first_invoice_date

    from posting_quarter

    group by customer_id

),

data_range as (

    select
        min(first_posting_date) as data_start_date,
        {{ quarter_start_of('min(first_posting_date)') }} as history_start_date

    from posting_quarter

),

-- The first invoice in the data is not the first one of a debtor that is older than they are.
final as (

    select
        customer.customer_id,
        case
            when customer.debtor_created_date < data_range.history_start_date then customer.debtor_created_date
            else first_days.first_invoice_date
        end as customer_since_date,
        coalesce(customer.debtor_created_date < data_range.history_start_date, false) as is_older_than_data,
        first_days.first_posting_date,
        first_days.first_invoice_date,
        data_range.data_start_date,
        data_range.history_start_date

    from customer

    cross join data_range

    left join first_days
        on customer.customer_id = first_days.customer_id

    where not customer.is_prospect

)

select * from final
