-- grain: one product
with

product as (

    select * from {{ ref('input_layer__product') }}

),

final as (

    select
        product_id,
        product_name,
        product_group,
        is_standard,
        is_service_intensive,
        list_price_amount,
        standard_cost_amount,
        minimum_order_quantity,
        {{ each_pass_through_column([ref('input_layer__product')]) }}
        data_source

    from product

)

select * from final
