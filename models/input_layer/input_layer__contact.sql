-- grain: one contact
with

delivered as (

    {{ union_connectors('contact') }}

),

typed as (

    select
        cast(contact_id as varchar) as contact_id,
        cast(account_id as varchar) as account_id,
        cast(contact_name as varchar) as contact_name,
        cast(contact_role as varchar) as contact_role,
        cast(access_level as integer) as access_level,
        cast(email as varchar) as email,
        cast(phone as varchar) as phone,
        cast(is_opted_out as boolean) as is_opted_out,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
