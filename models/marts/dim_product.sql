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
        data_source
    {%- for column in pass_through_columns([ref('input_layer__product')]) %},
        {{ adapter.quote(column) }}
        {%- endfor %}

    from product

)

select * from final
