-- grain: one debtor
with

delivered as (

    select * from {{ source('raw_canonical', 'customer') }}

),

cleaned as (

    select
        {{ source_key('erp_customer_id') }} as erp_customer_id,
        {{ clean_text('customer_name') }} as customer_name,
        {{ clean_text('crm_account_id') }} as crm_account_id,
        upper({{ clean_text('vat_id') }}) as vat_id,
        {{ clean_text('duns_number') }} as duns_number,
        upper({{ clean_text('country_code') }}) as country_code,
        {{ clean_text('postal_code') }} as postal_code,
        {{ clean_text('city') }} as city,
        {{ clean_text('customer_group') }} as customer_group,
        payment_term_days,
        is_blocked,
        is_intercompany,
        {{ source_key('survivor_erp_customer_id') }} as survivor_erp_customer_id,
        created_at,
        {{ each_pass_through_column([source('raw_canonical', 'customer')]) }}
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
