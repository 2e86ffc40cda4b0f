-- grain: one contact
with

delivered as (

    select * from {{ source('raw_canonical', 'contact') }}

),

cleaned as (

    select
        {{ source_key('contact_id') }} as contact_id,
        {{ source_key('account_id') }} as account_id,
        {{ clean_text('contact_name') }} as contact_name,
        lower({{ clean_text('contact_role') }}) as contact_role,
        access_level,
        {{ clean_text('email') }} as email,
        {{ clean_text('phone') }} as phone,
        is_opted_out,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
