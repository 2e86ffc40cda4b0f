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
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source
        {%- for column in pass_through_columns([source('raw_canonical', 'product')]) %},
        {{ clean_text(column) }} as {{ column }}
        {%- endfor %}

    from delivered

)

select * from cleaned
