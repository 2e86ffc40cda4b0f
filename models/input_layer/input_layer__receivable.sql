-- grain: one open or paid item
with

delivered as (

    {{ union_connectors('receivable') }}

),

typed as (

    select
        cast(document_id as varchar) as document_id,
        cast(erp_customer_id as varchar) as erp_customer_id,
        cast(amount as decimal(18, 2)) as amount,
        cast(due_date as date) as due_date,
        cast(paid_date as date) as paid_date,
        cast(currency_code as varchar) as currency_code,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
