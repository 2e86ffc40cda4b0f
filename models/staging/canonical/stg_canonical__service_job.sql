-- grain: one ancillary service
with

delivered as (

    select * from {{ source('raw_canonical', 'service_job') }}

),

cleaned as (

    select
        {{ source_key('job_id') }} as job_id,
        {{ source_key('erp_customer_id') }} as erp_customer_id,
        performed_date,
        {{ clean_text('service_type') }} as service_type,
        list_fee_amount,
        billed_amount,
        upper({{ clean_text('currency_code') }}) as currency_code,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
