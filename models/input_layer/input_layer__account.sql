-- grain: one CRM account
with

delivered as (

    {{ union_connectors('account') }}

),

typed as (

    select
        cast(account_id as varchar) as account_id,
        cast(account_name as varchar) as account_name,
        cast(account_status as varchar) as account_status,
        cast(parent_account_id as varchar) as parent_account_id,
        cast(industry_code as varchar) as industry_code,
        cast(industry as varchar) as industry,
        cast(employee_count as integer) as employee_count,
        cast(annual_revenue_amount as decimal(18, 2)) as annual_revenue_amount,
        cast(website as varchar) as website,
        cast(website_text as varchar) as website_text,
        cast(country_code as varchar) as country_code,
        cast(postal_code as varchar) as postal_code,
        cast(city as varchar) as city,
        cast(latitude as decimal(9, 6)) as latitude,
        cast(longitude as decimal(9, 6)) as longitude,
        cast(owner_rep_id as varchar) as owner_rep_id,
        cast(territory_id as varchar) as territory_id,
        cast(preferred_channel as varchar) as preferred_channel,
        cast(competitor_name as varchar) as competitor_name,
        cast(assigned_class as varchar) as assigned_class,
        cast(is_do_not_contact as boolean) as is_do_not_contact,
        cast(is_named_account as boolean) as is_named_account,
        cast(vat_id as varchar) as vat_id,
        cast(duns_number as varchar) as duns_number,
        cast(created_at as timestamp) as created_at,
        {{ each_pass_through_column(connector_relations('account')) }}
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
