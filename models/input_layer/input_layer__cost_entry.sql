-- grain: one ledger posting
with

delivered as (

    {{ union_connectors('cost_entry') }}

),

typed as (

    select
        cast(entry_id as varchar) as entry_id,
        cast(posting_date as date) as posting_date,
        cast(cost_center as varchar) as cost_center,
        cast(gl_account as varchar) as gl_account,
        cast(amount as decimal(18, 2)) as amount,
        cast(currency_code as varchar) as currency_code,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
