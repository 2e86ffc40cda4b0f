-- grain: one customer and quarter with billed lines; lines of the trailing twelve months
{{ config(materialized='view') }}

with

invoice_line as (

    select * from {{ ref('fct_invoice_line') }}

),

product as (

    select * from {{ ref('dim_product') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

-- At most one quarter, the running one, is provisional. Its window begins within the quarter a year before.
provisional_window as (

    select
        min(trailing_start_date) as trailing_start_date,
        {{ quarter_start_of('min(trailing_start_date)') }} as trailing_quarter_start_date

    from quarters

    where is_provisional

),

described as (

    select
        invoice_line.customer_id,
        invoice_line.quarter_start_date as posting_quarter_start_date,
        coalesce(
            invoice_line.quarter_start_date = provisional_window.trailing_quarter_start_date
            and invoice_line.posting_date >= provisional_window.trailing_start_date,
            false
        ) as is_in_provisional_window,
        invoice_line.net_amount,
        product.is_standard,
        coalesce(product.is_service_intensive, false) as is_service_intensive,
        invoice_line.product_id is not null and product.is_standard is null as is_standard_unknown,
        invoice_line.quantity,
        product.minimum_order_quantity,
        coalesce(
            invoice_line.document_type = 'invoice'
            and invoice_line.quantity > 0
            and invoice_line.quantity < product.minimum_order_quantity
            and (invoice_line.net_amount is null or invoice_line.net_amount >= 0),
            false
        ) as is_below_minimum_quantity

    from invoice_line

    cross join provisional_window

    left join product
        on invoice_line.product_id = product.product_id

),

-- Raised to the minimum at the price of the line: net amount x missing quantity / quantity, to the cent. In whole cents and
-- ten-thousandths of a unit, because a division of decimals would pass through a floating-point number.
by_posting_quarter as (

    select
        customer_id,
        {{ quarter_index_of('posting_quarter_start_date') }} as posting_quarter_index,
        is_in_provisional_window,
        sum(case when is_standard then net_amount end) as standard_amount,
        sum(case when is_service_intensive then net_amount end) as service_intensive_amount,
        count(case when is_below_minimum_quantity then 1 end) as minimum_order_line_count,
        sum(case
            when is_below_minimum_quantity
                then {{ integer_quotient(
                    '(2 * ' ~ exact_integer('net_amount * 100') ~ ' * ' ~ exact_integer('(minimum_order_quantity - quantity) * 10000')
                    ~ ' + ' ~ exact_integer('quantity * 10000') ~ ')',
                    '(2 * ' ~ exact_integer('quantity * 10000') ~ ')',
                ) }}
        end) as minimum_order_uplift_cents,
        bool_or(is_standard_unknown) as has_unknown_standard,
        bool_or(net_amount is null) as has_missing_net,
        bool_or(is_below_minimum_quantity and net_amount is null) as has_missing_uplift

    from described

    group by customer_id, posting_quarter_start_date, is_in_provisional_window

),

in_window as (

    select
        by_posting_quarter.customer_id,
        quarters.quarter_start_date,
        sum(by_posting_quarter.standard_amount) as standard_amount,
        sum(by_posting_quarter.service_intensive_amount) as service_intensive_amount,
        sum(by_posting_quarter.minimum_order_line_count) as minimum_order_line_count,
        sum(by_posting_quarter.minimum_order_uplift_cents) as minimum_order_uplift_cents,
        bool_or(by_posting_quarter.has_unknown_standard) as has_unknown_standard,
        bool_or(by_posting_quarter.has_missing_net) as has_missing_net,
        bool_or(by_posting_quarter.has_missing_uplift) as has_missing_uplift

    from by_posting_quarter

    inner join quarters
        on {{ in_trailing_window(
            'by_posting_quarter.posting_quarter_index',
            'by_posting_quarter.is_in_provisional_window',
            'quarters.quarter_index',
            'quarters.is_provisional',
        ) }}

    group by by_posting_quarter.customer_id, quarters.quarter_start_date

),

-- An amount of which a part is unknown is NULL.
final as (

    select
        customer_id,
        quarter_start_date,
        cast(case when not has_unknown_standard and not has_missing_net then coalesce(standard_amount, 0) end as decimal(18, 2))
            as standard_amount,
        cast(case when not has_missing_net then coalesce(service_intensive_amount, 0) end as decimal(18, 2)) as service_intensive_amount,
        cast(minimum_order_line_count as bigint) as minimum_order_line_count,
        case when not has_missing_uplift then {{ amount_of_cents('coalesce(minimum_order_uplift_cents, 0)') }} end
            as minimum_order_uplift_amount,
        has_unknown_standard

    from in_window

)

select * from final
