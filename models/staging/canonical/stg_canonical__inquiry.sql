-- grain: one inquiry
with

delivered as (

    select * from {{ source('raw_canonical', 'inquiry') }}

),

cleaned as (

    select
        {{ source_key('inquiry_id') }} as inquiry_id,
        {{ source_key('account_id') }} as account_id,
        received_at,
        lower({{ clean_text('inquiry_type') }}) as inquiry_type,
        amount,
        lower({{ clean_text('status') }}) as status,
        first_response_at,
        closed_at,
        is_complete,
        {{ source_key('rep_id') }} as rep_id,
        {{ source_key('order_id') }} as order_id,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
