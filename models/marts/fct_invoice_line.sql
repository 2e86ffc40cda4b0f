-- grain: one billed line
{{ config(materialized='view') }}

with

invoice_line as (

    select * from {{ ref('input_layer__invoice_line') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

product as (

    select * from {{ ref('dim_product') }}

),

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

cost_ratio as (

    select * from {{ ref('int_revenue__cost_ratio_by_product_group') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

converted as (

    select
        invoice_line.invoice_id,
        invoice_line.line_number,
        invoice_line.document_type,
        crosswalk.customer_id,
        invoice_line.erp_customer_id,
        invoice_line.product_id,
        product.product_group,
        product.standard_cost_amount,
        invoice_line.order_id,
        invoice_line.posting_date,
        {{ quarter_start_of('invoice_line.posting_date') }} as quarter_start_date,
        invoice_line.quantity,
        {{ convert_to_reporting(
            'invoice_line.list_amount',
            'invoice_line.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as stated_list_amount,
        {{ convert_to_reporting(
            'invoice_line.net_amount',
            'invoice_line.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as net_amount,
        {{ convert_to_reporting(
            'invoice_line.cost_amount',
            'invoice_line.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as stated_cost_amount,
        invoice_line.currency_code,
        invoice_line.data_source

    from invoice_line

    inner join crosswalk
        on invoice_line.erp_customer_id = crosswalk.source_id

    cross join policy

    left join product
        on invoice_line.product_id = product.product_id

    left join rate_by_day
        on invoice_line.currency_code = rate_by_day.currency_code
        and invoice_line.posting_date = rate_by_day.rate_date

),

-- A bonus moves no goods, nor does a credit note without product and quantity: their cost is known, it is nothing.
-- Where the list value of such a document is not stated, all of it is a deduction from list.
cost_sourced as (

    select
        converted.*,
        cost_ratio.cost_ratio,
        case
            when converted.stated_cost_amount is not null then 'line'
            when converted.document_type = 'bonus' then 'no_goods'
            when
                converted.document_type = 'credit_note'
                and converted.product_id is null
                and converted.quantity is null
                then 'no_goods'
            when converted.standard_cost_amount is not null and converted.quantity is not null then 'standard_cost'
            when cost_ratio.cost_ratio is not null then 'product_group_margin'
            else 'none'
        end as cost_source

    from converted

    left join cost_ratio
        on converted.product_group = cost_ratio.product_group
        and converted.quarter_start_date = cost_ratio.quarter_start_date

),

final as (

    select
        invoice_id,
        line_number,
        document_type,
        customer_id,
        erp_customer_id,
        product_id,
        product_group,
        order_id,
        posting_date,
        quarter_start_date,
        quantity,
        case
            when document_type <> 'invoice' then coalesce(stated_list_amount, 0)
            else stated_list_amount
        end as list_amount,
        net_amount,
        case cost_source
            when 'line' then stated_cost_amount
            when 'no_goods' then cast(0 as decimal(18, 2))
            when 'standard_cost' then cast(round(standard_cost_amount * quantity, 2) as decimal(18, 2))
            when 'product_group_margin' then cast(round(cast(net_amount as decimal(28, 2)) * cost_ratio, 2) as decimal(18, 2))
        end as cost_amount,
        cost_source,
        cost_source in ('standard_cost', 'product_group_margin') as is_cost_estimated,
        currency_code,
        data_source

    from cost_sourced

)

select * from final
