-- grain: one entity, currency and day whose amounts have no exchange rate
with

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

amounts as (

    select
        'invoice_line' as entity,
        currency_code,
        posting_date

    from {{ ref('input_layer__invoice_line') }}

    union all

    select
        'sales_order' as entity,
        currency_code,
        cast(ordered_at as date) as posting_date

    from {{ ref('input_layer__sales_order') }}

    where net_amount is not null or surcharge_amount is not null

    union all

    select
        'delivery' as entity,
        currency_code,
        delivered_date as posting_date

    from {{ ref('input_layer__delivery') }}

    where freight_amount is not null

    union all

    select
        'receivable' as entity,
        currency_code,
        due_date as posting_date

    from {{ ref('input_layer__receivable') }}

    union all

    select
        'service_job' as entity,
        currency_code,
        performed_date as posting_date

    from {{ ref('input_layer__service_job') }}

    where list_fee_amount is not null or billed_amount is not null

    union all

    select
        'cost_entry' as entity,
        currency_code,
        posting_date

    from {{ ref('input_layer__cost_entry') }}

),

foreign_amounts as (

    select
        amounts.entity,
        amounts.currency_code,
        amounts.posting_date,
        count(*) as row_count

    from amounts

    inner join policy
        on amounts.currency_code <> policy.reporting_currency

    group by
        amounts.entity,
        amounts.currency_code,
        amounts.posting_date

),

missing as (

    select foreign_amounts.*

    from foreign_amounts

    left join rate_by_day
        on foreign_amounts.currency_code = rate_by_day.currency_code
        and foreign_amounts.posting_date = rate_by_day.rate_date

    where rate_by_day.rate_to_reporting is null

)

select * from missing
