-- grain: one ancillary service
with

delivered as (

    {{ union_connectors('service_job') }}

),

typed as (

    select
        cast(job_id as varchar) as job_id,
        cast(erp_customer_id as varchar) as erp_customer_id,
        cast(performed_date as date) as performed_date,
        cast(service_type as varchar) as service_type,
        cast(list_fee_amount as decimal(18, 2)) as list_fee_amount,
        cast(billed_amount as decimal(18, 2)) as billed_amount,
        cast(currency_code as varchar) as currency_code,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
