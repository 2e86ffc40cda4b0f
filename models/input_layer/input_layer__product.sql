-- grain: one product
with

delivered as (

    {{ union_connectors('product') }}

),

typed as (

    select
        cast(product_id as varchar) as product_id,
        cast(product_name as varchar) as product_name,
        cast(product_group as varchar) as product_group,
        cast(is_standard as boolean) as is_standard,
        cast(is_service_intensive as boolean) as is_service_intensive,
        cast(list_price_amount as decimal(18, 4)) as list_price_amount,
        cast(standard_cost_amount as decimal(18, 4)) as standard_cost_amount,
        cast(minimum_order_quantity as decimal(18, 4)) as minimum_order_quantity,
        {{ each_pass_through_column(connector_relations('product')) }}
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
