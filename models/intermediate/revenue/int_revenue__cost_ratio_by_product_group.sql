-- grain: one product group and quarter of posting
with

invoice_line as (

    select * from {{ ref('input_layer__invoice_line') }}

    where cost_amount is not null

),

product as (

    select * from {{ ref('dim_product') }}

),

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

by_currency_and_day as (

    select
        product.product_group,
        invoice_line.posting_date,
        invoice_line.currency_code,
        sum(invoice_line.net_amount) as net_amount,
        sum(invoice_line.cost_amount) as cost_amount

    from invoice_line

    inner join product
        on invoice_line.product_id = product.product_id

    group by
        product.product_group,
        invoice_line.posting_date,
        invoice_line.currency_code

),

converted as (

    select
        by_currency_and_day.product_group,
        {{ quarter_index_of('by_currency_and_day.posting_date') }} as quarter_index,
        {{ convert_to_reporting(
            'by_currency_and_day.net_amount',
            'by_currency_and_day.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as net_amount,
        {{ convert_to_reporting(
            'by_currency_and_day.cost_amount',
            'by_currency_and_day.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as cost_amount

    from by_currency_and_day

    cross join policy

    left join rate_by_day
        on by_currency_and_day.currency_code = rate_by_day.currency_code
        and by_currency_and_day.posting_date = rate_by_day.rate_date

),

by_posting_quarter as (

    select
        product_group,
        quarter_index,
        sum(net_amount) as net_amount,
        sum(cost_amount) as cost_amount

    from converted

    group by
        product_group,
        quarter_index

),

-- The ratio of a quarter rests on the four quarters that end with it, never on a later one.
trailing_quarters as (

    select {{ each_integer('0', '3') }} as quarter_offset

),

by_quarter_in_window as (

    select
        by_posting_quarter.product_group,
        by_posting_quarter.quarter_index + trailing_quarters.quarter_offset as quarter_index,
        by_posting_quarter.net_amount,
        by_posting_quarter.cost_amount

    from by_posting_quarter

    cross join trailing_quarters

),

trailing_year as (

    select
        product_group,
        quarter_index,
        sum(net_amount) as net_amount,
        sum(cost_amount) as cost_amount

    from by_quarter_in_window

    group by
        product_group,
        quarter_index

),

final as (

    select
        product_group,
        {{ quarter_start_of_index('quarter_index') }} as quarter_start_date,
        cast(net_amount as decimal(18, 2)) as net_amount,
        cast(cost_amount as decimal(18, 2)) as cost_amount,
        cast(round(cost_amount / net_amount, 6) as decimal(18, 6)) as cost_ratio

    from trailing_year

    where net_amount > 0 and cost_amount >= 0

)

select * from final
