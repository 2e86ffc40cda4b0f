-- grain: one customer's contact
with

customers as (

    select * from {{ source('raw_northwind', 'customers') }}

),

contacts as (

    select
        {{ source_key('customer_id') }} as contact_id,
        {{ source_key('customer_id') }} as account_id,
        {{ clean_text('contact_name') }} as contact_name,
        case
            when contact_title like 'Owner%' then 'decider'
            when contact_title like '%Manager' then 'influencer'
            when contact_title = 'Order Administrator' then 'buyer'
            when {{ clean_text('contact_title') }} is not null then 'other'
        end as contact_role,
        {{ clean_text('phone') }} as phone,
        _data_source as data_source,
        _data_source

    from customers

    where {{ clean_text('contact_name') }} is not null

)

select * from contacts
