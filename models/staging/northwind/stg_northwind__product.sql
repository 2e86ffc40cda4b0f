-- grain: one product
with

products as (

    select
        {{ source_key('cast(product_id as varchar)') }} as product_id,
        {{ clean_text('product_name') }} as product_name,
        {{ source_key('cast(category_id as varchar)') }} as category_id,
        unit_price as list_price_amount,
        _data_source

    from {{ source('raw_northwind', 'products') }}

),

categories as (

    select
        {{ source_key('cast(category_id as varchar)') }} as category_id,
        {{ clean_text('category_name') }} as product_group

    from {{ source('raw_northwind', 'categories') }}

),

joined as (

    select
        products.product_id,
        products.product_name,
        categories.product_group,
        products.list_price_amount,
        products._data_source as data_source,
        products._data_source

    from products

    left join categories
        on products.category_id = categories.category_id

)

select * from joined
