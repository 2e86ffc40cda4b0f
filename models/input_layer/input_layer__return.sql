-- grain: one return
with

delivered as (

    {{ union_connectors('return') }}

),

typed as (

    select
        cast(return_id as varchar) as return_id,
        cast(erp_customer_id as varchar) as erp_customer_id,
        cast(order_id as varchar) as order_id,
        cast(returned_date as date) as returned_date,
        cast(line_count as integer) as line_count,
        cast(return_reason as varchar) as return_reason,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
