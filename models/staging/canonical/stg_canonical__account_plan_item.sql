-- grain: one plan item
with

delivered as (

    select * from {{ source('raw_canonical', 'account_plan_item') }}

),

cleaned as (

    select
        {{ source_key('item_id') }} as item_id,
        {{ source_key('account_id') }} as account_id,
        lower({{ clean_text('plan_type') }}) as plan_type,
        {{ clean_text('section') }} as section,
        {{ clean_text('goal') }} as goal,
        due_date,
        done_date,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
