-- grain: one customer and quarter with ancillary services; services of the trailing twelve months
{{ config(materialized='view') }}

with

jobs as (

    select * from {{ ref('input_layer__service_job') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

converted as (

    select
        crosswalk.customer_id,
        jobs.performed_date,
        {{ convert_to_reporting(
            'jobs.list_fee_amount',
            'jobs.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as list_fee_amount,
        {{ convert_to_reporting(
            'jobs.billed_amount',
            'jobs.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as billed_amount

    from jobs

    inner join crosswalk
        on jobs.erp_customer_id = crosswalk.source_id

    cross join policy

    left join rate_by_day
        on jobs.currency_code = rate_by_day.currency_code
        and jobs.performed_date = rate_by_day.rate_date

),

in_window as (

    select
        converted.customer_id,
        quarters.quarter_start_date,
        count(*) as service_job_count,
        count(converted.list_fee_amount - converted.billed_amount) as known_job_count,
        sum(converted.list_fee_amount - converted.billed_amount) as leakage_amount

    from converted

    inner join quarters
        on converted.performed_date >= quarters.trailing_start_date
        and converted.performed_date <= quarters.as_of_date

    group by converted.customer_id, quarters.quarter_start_date

),

final as (

    select
        customer_id,
        quarter_start_date,
        cast(service_job_count as bigint) as service_job_count,
        cast(case when known_job_count = service_job_count then leakage_amount end as decimal(18, 2)) as service_leakage_amount,
        known_job_count < service_job_count as has_missing_amount

    from in_window

)

select * from final
