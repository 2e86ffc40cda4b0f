-- grain: one opportunity
with

delivered as (

    select * from {{ source('raw_canonical', 'opportunity') }}

),

cleaned as (

    select
        {{ source_key('opportunity_id') }} as opportunity_id,
        {{ source_key('account_id') }} as account_id,
        {{ clean_text('product_group') }} as product_group,
        amount,
        {{ clean_text('stage') }} as stage,
        is_closed,
        is_won,
        created_at,
        expected_close_date,
        closed_at,
        {{ clean_text('competitor_name') }} as competitor_name,
        {{ source_key('rep_id') }} as rep_id,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
