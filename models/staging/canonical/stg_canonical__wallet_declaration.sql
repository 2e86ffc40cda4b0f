-- grain: one account, product group and date
with

delivered as (

    select * from {{ source('raw_canonical', 'wallet_declaration') }}

),

cleaned as (

    select
        {{ source_key('account_id') }} as account_id,
        {{ clean_text('product_group') }} as product_group,
        wallet_amount,
        declared_date,
        {{ clean_text('declared_by') }} as declared_by,
        confidence_ratio,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
