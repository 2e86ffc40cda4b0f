-- grain: one debtor
with

delivered as (

    {{ union_connectors('customer') }}

),

typed as (

    select
        cast(erp_customer_id as varchar) as erp_customer_id,
        cast(customer_name as varchar) as customer_name,
        cast(crm_account_id as varchar) as crm_account_id,
        cast(vat_id as varchar) as vat_id,
        cast(duns_number as varchar) as duns_number,
        cast(country_code as varchar) as country_code,
        cast(postal_code as varchar) as postal_code,
        cast(city as varchar) as city,
        cast(customer_group as varchar) as customer_group,
        cast(payment_term_days as integer) as payment_term_days,
        cast(is_blocked as boolean) as is_blocked,
        cast(is_intercompany as boolean) as is_intercompany,
        cast(survivor_erp_customer_id as varchar) as survivor_erp_customer_id,
        cast(created_at as timestamp) as created_at,
        {{ each_pass_through_column(connector_relations('customer')) }}
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
