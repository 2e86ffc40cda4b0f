-- grain: one account, criterion, rater and date
with

delivered as (

    select * from {{ source('raw_canonical', 'criterion_rating') }}

),

cleaned as (

    select
        {{ source_key('account_id') }} as account_id,
        {{ clean_text('criterion_id') }} as criterion_id,
        score,
        rated_date,
        {{ source_key('rater_id') }} as rater_id,
        coalesce({{ clean_text('data_source') }}, _data_source) as data_source,
        _data_source

    from delivered

)

select * from cleaned
