-- grain: one customer, activity of imputed interest and month
{{ config(materialized='view') }}

with

receivables as (

    select * from {{ ref('input_layer__receivable') }}

),

invoice_lines as (

    select * from {{ ref('input_layer__invoice_line') }}

),

debtors as (

    select * from {{ ref('input_layer__customer') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

parameters as (

    select * from {{ ref('policy_parameter') }}

    where parameter = 'assumed_payment_term_days'

),

months as (

    select
        *,
        {{ month_index_of('month_start_date') }} as month_index,
        {{ add_days('month_start_date', -1) }} as day_before_month

    from {{ ref('int_cost__month') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

    where activity in ('late_payment', 'receivable_financing')

),

-- Days are counted from the first month computed up to the last day counted.
bounds as (

    select
        (select max(as_of_date) from {{ ref('dim_quarter') }}) as last_counted_date,
        (select min(month_index) from months) as first_month_index

),

invoices as (

    select
        data_source,
        invoice_id,
        min(posting_date) as posting_date

    from invoice_lines

    group by data_source, invoice_id

),

-- Without a single payment date in a source nobody can tell what is open from what is paid.
payments as (

    select
        data_source,
        count(paid_date) > 0 as has_payment_dates

    from receivables

    group by data_source

),

due_days as (

    select distinct due_date from receivables

),

assumed_terms as (

    select
        due_days.due_date,
        cast(parameters.value as integer) as assumed_payment_term_days

    from due_days

    inner join parameters
        on due_days.due_date >= parameters.valid_from

    qualify row_number() over (partition by due_days.due_date order by parameters.valid_from desc) = 1

),

-- An item is open from the day after its document was posted to the day on which it is paid. Where the document is not
-- there, the debtor's payment term tells when it was, else the term that the policy assumes.
dated as (

    select
        crosswalk.customer_id,
        receivables.due_date,
        receivables.amount < 0 as is_credit,
        payments.has_payment_dates,
        invoices.posting_date is null and debtors.payment_term_days is not null as is_term_of_debtor,
        invoices.posting_date is null and debtors.payment_term_days is null as is_term_assumed,
        bounds.first_month_index,
        coalesce(
            invoices.posting_date,
            {{ add_days(
                'receivables.due_date',
                '-1 * greatest(coalesce(debtors.payment_term_days, assumed_terms.assumed_payment_term_days, 0), 0)',
            ) }}
        ) as opened_date,
        least(coalesce(receivables.paid_date, bounds.last_counted_date), bounds.last_counted_date) as closed_date,
        {{ convert_to_reporting(
            'receivables.amount',
            'receivables.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as amount

    from receivables

    cross join bounds

    cross join policy

    inner join payments
        on receivables.data_source = payments.data_source

    left join crosswalk
        on receivables.erp_customer_id = crosswalk.source_id

    left join debtors
        on receivables.erp_customer_id = debtors.erp_customer_id

    left join invoices
        on receivables.data_source = invoices.data_source
        and receivables.document_id = invoices.invoice_id

    left join assumed_terms
        on receivables.due_date = assumed_terms.due_date

    left join rate_by_day
        on receivables.currency_code = rate_by_day.currency_code
        and coalesce(invoices.posting_date, receivables.due_date) = rate_by_day.rate_date

),

-- A credit is nobody's late payment: it lowers the open balance until it is settled.
spans as (

    select
        *,
        cast({{ smallest_units('amount', 2) }} as bigint) as amount_cents,
        case when is_credit then closed_date else greatest(due_date, opened_date) end as last_financed_date,
        greatest({{ month_index_of(add_days('opened_date', 1)) }}, first_month_index) as from_month_index,
        {{ month_index_of('closed_date') }} as to_month_index

    from dated

    where closed_date > opened_date

),

touched as (

    select
        *,
        {{ each_integer('from_month_index', 'to_month_index') }} as month_index

    from spans

    where from_month_index <= to_month_index

),

-- Each day that an item is open is a day of the one or of the other.
counted as (

    select
        touched.customer_id,
        months.month_start_date,
        touched.is_term_of_debtor,
        touched.is_term_assumed,
        touched.has_payment_dates,
        touched.amount_cents,
        {{ dbt.datediff(
            'greatest(touched.opened_date, months.day_before_month)',
            'least(touched.closed_date, months.month_end_date)',
            'day',
        ) }} as open_days,
        greatest(
            {{ dbt.datediff(
                'greatest(touched.opened_date, months.day_before_month)',
                'least(touched.last_financed_date, touched.closed_date, months.month_end_date)',
                'day',
            ) }},
            0
        ) as financed_days

    from touched

    inner join months
        on touched.month_index = months.month_index

),

by_customer_month as (

    select
        customer_id,
        month_start_date,
        sum(amount_cents * financed_days) as financed_cent_days,
        sum(amount_cents * (open_days - financed_days)) as late_cent_days,
        max(case when financed_days > 0 then 1 else 0 end) as has_financed_days,
        max(case when open_days > financed_days then 1 else 0 end) as has_late_days,
        max(case when financed_days > 0 and is_term_of_debtor then 1 else 0 end) as has_term_of_debtor,
        max(case when financed_days > 0 and is_term_assumed then 1 else 0 end) as has_assumed_term,
        max(case when has_payment_dates then 0 else 1 end) as is_payment_unknown

    from counted

    group by customer_id, month_start_date

),

-- Interest in parts of a cent: cents times days times millionths of the rate, by days of a year times a million.
charged as (

    select
        by_customer_month.*,
        {{ exact_integer('by_customer_month.financed_cent_days') }}
        * {{ smallest_units('months.imputed_interest_ratio', 6) }} as financed_parts,
        {{ exact_integer('by_customer_month.late_cent_days') }}
        * {{ smallest_units('months.imputed_interest_ratio', 6) }} as late_parts,
        {{ exact_integer('months.interest_days_per_year') }} * 1000000 as parts_per_cent

    from by_customer_month

    inner join months
        on by_customer_month.month_start_date = months.month_start_date

),

floored as (

    select
        *,
        {{ floor_quotient('financed_parts', 'parts_per_cent') }} as financed_cents,
        case when has_late_days = 1 then {{ floor_quotient('late_parts', 'parts_per_cent') }} else 0 end as late_cents

    from charged

),

remainders as (

    select
        *,
        financed_parts - financed_cents * parts_per_cent as financed_remainder,
        late_parts - late_cents * parts_per_cent as late_remainder

    from floored

),

-- What a customer owed in a month bears one amount of interest, rounded once; the cents that rounding down has left over
-- go to the larger remainder first, to late payment where both are equal.
split as (

    select
        *,
        financed_cents
        + case
            when 2 * (financed_remainder + late_remainder) >= 3 * parts_per_cent then 1
            when 2 * (financed_remainder + late_remainder) >= parts_per_cent and financed_remainder > late_remainder then 1
            else 0
        end as financed_interest_cents,
        late_cents
        + case
            when 2 * (financed_remainder + late_remainder) >= 3 * parts_per_cent then 1
            when 2 * (financed_remainder + late_remainder) >= parts_per_cent and financed_remainder <= late_remainder then 1
            else 0
        end as late_interest_cents

    from remainders

),

final as (

    select
        split.customer_id,
        split.month_start_date,
        equations.activity,
        equations.resource_pool,
        cast(
            {{ amount_of_cents(
                "case when equations.activity = 'late_payment' then split.late_cent_days else split.financed_cent_days end"
            ) }} as decimal(18, 4)
        ) as driver_quantity,
        {{ amount_of_cents(
            "case when equations.activity = 'late_payment' then split.late_interest_cents else split.financed_interest_cents end"
        ) }} as imputed_amount,
        case
            when split.is_payment_unknown = 1 then 'fallback'
            when equations.activity = 'late_payment' then 'measured'
            when split.has_assumed_term = 1 then 'fallback'
            when split.has_term_of_debtor = 1 then 'standard'
            else 'measured'
        end as source_quality,
        split.is_payment_unknown = 1 as is_payment_unknown

    from split

    inner join equations
        on split.month_start_date = equations.month_start_date
        and (
            (equations.activity = 'late_payment' and split.has_late_days = 1)
            or (equations.activity = 'receivable_financing' and split.has_financed_days = 1)
        )

)

select * from final
