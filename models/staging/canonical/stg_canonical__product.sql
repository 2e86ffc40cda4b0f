-- grain: one product
with

delivered as (

    select * from {{ source('raw_canonical', 'product') }}

),

cleaned as (

    select
        {{ source_key('product_id') }} as product_id,
        {{ clean_text('product_name') }} as product_name,
        {{ clean_text('product_group') }} as product_group,
        is_standard,
        is_service_intensive,
        list_price_amount,
        standard_cost_amount,
        minimum_order_quantity,
        {{ each_pass_through_column([source('raw_canonical', 'product')]) }}
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
