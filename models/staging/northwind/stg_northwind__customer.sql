-- grain: one customer
with

customers as (

    select * from {{ source('raw_northwind', 'customers') }}

),

debtors as (

    select
        {{ source_key('customer_id') }} as erp_customer_id,
        {{ clean_text('company_name') }} as customer_name,
        -- the source keeps one record for account and debtor, so the link is the key itself
        {{ source_key('customer_id') }} as crm_account_id,
        {{ northwind_country_code(clean_text('country')) }} as country_code,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('city') }} as city,
        _data_source as data_source,
        _data_source

    from customers

)

select * from debtors
