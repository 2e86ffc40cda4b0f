-- grain: one customer, activity of accounting and month
{{ config(materialized='view') }}

with

invoice_lines as (

    select * from {{ ref('input_layer__invoice_line') }}

),

receivables as (

    select * from {{ ref('input_layer__receivable') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

months as (

    select * from {{ ref('int_cost__month') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

),

documents as (

    select distinct
        crosswalk.customer_id,
        cast({{ dbt.date_trunc('month', 'invoice_lines.posting_date') }} as date) as month_start_date,
        invoice_lines.data_source,
        invoice_lines.invoice_id

    from invoice_lines

    inner join crosswalk
        on invoice_lines.erp_customer_id = crosswalk.source_id

),

last_day as (

    select max(as_of_date) as last_counted_date from quarters

),

due_days as (

    select distinct due_date from receivables

),

-- The day on which a document due on a day is reminded, by the policy of the month in which that day falls.
reminder_days as (

    select
        due_days.due_date,
        months.month_start_date,
        {{ add_days('due_days.due_date', 'months.dunning_grace_days') }} as reminder_date

    from due_days

    cross join last_day

    inner join months
        on {{ add_days('due_days.due_date', 'months.dunning_grace_days') }} >= months.month_start_date
        and {{ add_days('due_days.due_date', 'months.dunning_grace_days') }} <= months.month_end_date
        and {{ add_days('due_days.due_date', 'months.dunning_grace_days') }} <= last_day.last_counted_date

),

reminders as (

    select
        crosswalk.customer_id,
        reminder_days.month_start_date

    from receivables

    inner join reminder_days
        on receivables.due_date = reminder_days.due_date

    left join crosswalk
        on receivables.erp_customer_id = crosswalk.source_id

    where
        receivables.amount > 0
        and (receivables.paid_date is null or receivables.paid_date > reminder_days.reminder_date)

),

events as (

    select
        'invoicing' as activity,
        customer_id,
        month_start_date

    from documents

    union all

    select
        'dunning' as activity,
        customer_id,
        month_start_date

    from reminders

),

by_customer_month as (

    select
        activity,
        customer_id,
        month_start_date,
        count(*) as document_count

    from events

    group by activity, customer_id, month_start_date

),

final as (

    select
        by_customer_month.customer_id,
        by_customer_month.month_start_date,
        by_customer_month.activity,
        equations.resource_pool,
        cast(by_customer_month.document_count as decimal(18, 4)) as driver_quantity,
        cast(by_customer_month.document_count * equations.event_minutes as decimal(18, 4)) as minutes,
        cast(0 as decimal(18, 4)) as measured_minutes,
        cast(0 as decimal(18, 4)) as fallback_minutes

    from by_customer_month

    inner join equations
        on by_customer_month.month_start_date = equations.month_start_date
        and by_customer_month.activity = equations.activity

)

select * from final
