-- grain: one ledger posting
with

delivered as (

    select * from {{ source('raw_canonical', 'cost_entry') }}

),

cleaned as (

    select
        {{ source_key('entry_id') }} as entry_id,
        posting_date,
        {{ clean_text('cost_center') }} as cost_center,
        {{ clean_text('gl_account') }} as gl_account,
        amount,
        upper({{ clean_text('currency_code') }}) as currency_code,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
