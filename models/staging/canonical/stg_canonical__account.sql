-- grain: one CRM account
with

delivered as (

    select * from {{ source('raw_canonical', 'account') }}

),

cleaned as (

    select
        {{ source_key('account_id') }} as account_id,
        {{ clean_text('account_name') }} as account_name,
        lower({{ clean_text('account_status') }}) as account_status,
        {{ source_key('parent_account_id') }} as parent_account_id,
        {{ clean_text('industry_code') }} as industry_code,
        {{ clean_text('industry') }} as industry,
        employee_count,
        annual_revenue_amount,
        {{ clean_text('website') }} as website,
        {{ clean_text('website_text') }} as website_text,
        upper({{ clean_text('country_code') }}) as country_code,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('city') }} as city,
        latitude,
        longitude,
        {{ source_key('owner_rep_id') }} as owner_rep_id,
        {{ source_key('territory_id') }} as territory_id,
        lower({{ clean_text('preferred_channel') }}) as preferred_channel,
        {{ clean_text('competitor_name') }} as competitor_name,
        upper({{ clean_text('assigned_class') }}) as assigned_class,
        is_do_not_contact,
        is_named_account,
        upper({{ clean_text('vat_id') }}) as vat_id,
        {{ clean_text('duns_number') }} as duns_number,
        created_at,
        {{ each_pass_through_column([source('raw_canonical', 'account')]) }}
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
