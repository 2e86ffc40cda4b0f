-- grain: one activity and account
with

delivered as (

    select * from {{ source('raw_canonical', 'activity') }}

),

cleaned as (

    select
        {{ source_key('activity_id') }} as activity_id,
        {{ source_key('account_id') }} as account_id,
        {{ source_key('rep_id') }} as rep_id,
        lower({{ clean_text('activity_type') }}) as activity_type,
        lower({{ clean_text('direction') }}) as direction,
        started_at,
        duration_minutes,
        travel_minutes,
        share_weight,
        {{ source_key('contact_id') }} as contact_id,
        {{ clean_text('campaign_id') }} as campaign_id,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
