-- grain: one foreign currency and day
with

exchange_rate as (

    select * from {{ ref('input_layer__exchange_rate') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

dated_amounts as (

    select max(posting_date) as last_date from {{ ref('input_layer__invoice_line') }}

    union all

    select max(cast(ordered_at as date)) as last_date from {{ ref('input_layer__sales_order') }}

    union all

    select max(delivered_date) as last_date from {{ ref('input_layer__delivery') }}

    union all

    select max(due_date) as last_date from {{ ref('input_layer__receivable') }}

    union all

    select max(performed_date) as last_date from {{ ref('input_layer__service_job') }}

    union all

    select max(posting_date) as last_date from {{ ref('input_layer__cost_entry') }}

),

last_day as (

    select max(last_date) as last_date from dated_amounts

),

-- Two sources may deliver the same rate.
rates as (

    select
        exchange_rate.currency_code,
        exchange_rate.rate_date,
        exchange_rate.rate_to_reporting

    from exchange_rate

    inner join policy
        on exchange_rate.currency_code <> policy.reporting_currency

    qualify row_number() over (
        partition by exchange_rate.currency_code, exchange_rate.rate_date
        order by exchange_rate.data_source, exchange_rate.rate_to_reporting
    ) = 1

),

-- A rate holds until the day before the next one.
intervals as (

    select
        rates.currency_code,
        rates.rate_date,
        rates.rate_to_reporting,
        coalesce(
            {{ add_days('lead(rates.rate_date) over (partition by rates.currency_code order by rates.rate_date)', -1) }},
            last_day.last_date
        ) as last_valid_date

    from rates

    cross join last_day

),

days as (

    select
        currency_code,
        rate_date as valid_from_date,
        rate_to_reporting,
        {{ each_integer('0', 'cast(' ~ dbt.datediff('rate_date', 'last_valid_date', 'day') ~ ' as integer)') }} as day_offset

    from intervals

    where rate_date <= last_valid_date

),

final as (

    select
        currency_code,
        {{ add_days('valid_from_date', 'day_offset') }} as rate_date,
        rate_to_reporting,
        valid_from_date

    from days

)

select * from final
