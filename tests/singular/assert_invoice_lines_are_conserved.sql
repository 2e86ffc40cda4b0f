-- Lines in equal lines out, by source and currency: none lost with a debtor nobody knows, none multiplied by a product, rate or crosswalk row.
-- Amounts in the reporting currency agree to the cent; foreign amounts with the rate found the slow way, within half a cent a line.
{{ config(meta={'dagster': {'ref': {'name': 'fct_invoice_line'}}}) }}

with

delivered as (

    select * from {{ ref('input_layer__invoice_line') }}

),

published as (

    select * from {{ ref('fct_invoice_line') }}

),

exchange_rate as (

    select * from {{ ref('input_layer__exchange_rate') }}

),

policy as (

    select max(reporting_currency) as reporting_currency from {{ ref('int_policy__by_quarter') }}

),

delivered_by_day as (

    select
        data_source,
        currency_code,
        posting_date,
        count(*) as line_count,
        sum(net_amount) as net_amount

    from delivered

    group by
        data_source,
        currency_code,
        posting_date

),

expected as (

    select
        delivered_by_day.data_source,
        delivered_by_day.currency_code,
        sum(delivered_by_day.line_count) as line_count,
        sum(
            case
                when delivered_by_day.currency_code = policy.reporting_currency or delivered_by_day.currency_code is null
                    then delivered_by_day.net_amount
                else delivered_by_day.net_amount * (
                    select min_by(rate.rate_to_reporting, rate.data_source)
                    from exchange_rate as rate
                    where
                        rate.currency_code = delivered_by_day.currency_code
                        and rate.rate_date = (
                            select max(earlier.rate_date)
                            from exchange_rate as earlier
                            where
                                earlier.currency_code = delivered_by_day.currency_code
                                and earlier.rate_date <= delivered_by_day.posting_date
                        )
                )
            end
        ) as net_amount,
        max(
            case
                when delivered_by_day.currency_code = policy.reporting_currency or delivered_by_day.currency_code is null then 0
                else 0.005
            end
        ) * sum(delivered_by_day.line_count) as tolerance_amount

    from delivered_by_day

    cross join policy

    group by
        delivered_by_day.data_source,
        delivered_by_day.currency_code

),

actual as (

    select
        data_source,
        currency_code,
        count(*) as line_count,
        sum(net_amount) as net_amount

    from published

    group by
        data_source,
        currency_code

)

select
    coalesce(expected.data_source, actual.data_source) as data_source,
    coalesce(expected.currency_code, actual.currency_code) as currency_code,
    expected.line_count as expected_line_count,
    actual.line_count,
    expected.net_amount as expected_net_amount,
    actual.net_amount

from expected

full outer join actual
    on expected.data_source = actual.data_source
    and coalesce(expected.currency_code, '') = coalesce(actual.currency_code, '')

where
    coalesce(expected.line_count, 0) <> coalesce(actual.line_count, 0)
    or abs(coalesce(expected.net_amount, 0) - coalesce(actual.net_amount, 0)) > expected.tolerance_amount
