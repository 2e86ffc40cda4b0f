-- grain: one inquiry
with

delivered as (

    {{ union_connectors('inquiry') }}

),

typed as (

    select
        cast(inquiry_id as varchar) as inquiry_id,
        cast(account_id as varchar) as account_id,
        cast(received_at as timestamp) as received_at,
        cast(inquiry_type as varchar) as inquiry_type,
        cast(amount as decimal(18, 2)) as amount,
        cast(status as varchar) as status,
        cast(first_response_at as timestamp) as first_response_at,
        cast(closed_at as timestamp) as closed_at,
        cast(is_complete as boolean) as is_complete,
        cast(rep_id as varchar) as rep_id,
        cast(order_id as varchar) as order_id,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
