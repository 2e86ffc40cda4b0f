-- Cost that gets lost or doubled between the ledger and the pools (a join that multiplies postings, a cost centre that
-- drops out, a month cut off) makes customers look cheaper or dearer than they are. Month by month the ledger amounts of
-- all pools, unmapped cost centres included, are the postings of the ledger, converted here by an own look-up of the
-- last rate on or before the day. Cost centres that the policy puts out of scope are left out on both sides.
{{ config(meta={'dagster': {'ref': {'name': 'cost_reconciliation'}}}) }}

with

months as (

    select * from {{ ref('int_cost__month') }}

),

reporting as (

    select max(reporting_currency) as reporting_currency from {{ ref('int_policy__by_quarter') }}

),

postings as (

    select
        cost_entry.entry_id,
        cost_entry.data_source,
        months.month_start_date,
        cost_entry.amount,
        cost_entry.currency_code = reporting.reporting_currency as is_reporting_currency,
        (
            select max_by(exchange_rate.rate_to_reporting, exchange_rate.rate_date)
            from {{ ref('input_layer__exchange_rate') }} as exchange_rate
            where
                exchange_rate.currency_code = cost_entry.currency_code
                and exchange_rate.rate_date <= cost_entry.posting_date
        ) as rate_to_reporting

    from {{ ref('input_layer__cost_entry') }} as cost_entry

    cross join reporting

    inner join months
        on cost_entry.posting_date between months.month_start_date and months.month_end_date

    where
        not exists (
            select 1
            from {{ ref('policy_cost_center_pool') }} as mapping
            where
                mapping.cost_center = cost_entry.cost_center
                and coalesce(mapping.gl_account, cost_entry.gl_account) = cost_entry.gl_account
                and mapping.resource_pool = '__OUT_OF_SCOPE__'
        )

),

ledger as (

    select
        month_start_date,
        sum(
            case
                when is_reporting_currency then amount
                else cast(round(cast(amount as decimal(38, 2)) * rate_to_reporting, 2) as decimal(18, 2))
            end
        ) as amount

    from postings

    group by month_start_date

),

pools as (

    select
        month_start_date,
        sum(ledger_amount) as amount

    from {{ ref('cost_reconciliation') }}

    where month_start_date in (select months.month_start_date from months)

    group by month_start_date

)

select
    coalesce(ledger.month_start_date, pools.month_start_date) as month_start_date,
    ledger.amount as ledger_amount,
    pools.amount as pool_amount

from ledger

full outer join pools
    on ledger.month_start_date = pools.month_start_date

where coalesce(ledger.amount, 0) <> coalesce(pools.amount, 0)
