-- grain: one rep
with

delivered as (

    select * from {{ source('raw_canonical', 'rep') }}

),

cleaned as (

    select
        {{ source_key('rep_id') }} as rep_id,
        {{ clean_text('rep_name') }} as rep_name,
        lower({{ clean_text('rep_role') }}) as rep_role,
        {{ clean_text('team') }} as team,
        {{ source_key('territory_id') }} as territory_id,
        full_time_equivalent,
        {{ clean_text('cost_center') }} as cost_center,
        latitude,
        longitude,
        active_from,
        active_to,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
