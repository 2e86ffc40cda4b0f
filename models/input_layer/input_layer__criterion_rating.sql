-- grain: one account, criterion, rater and date
with

delivered as (

    {{ union_connectors('criterion_rating') }}

),

typed as (

    select
        cast(account_id as varchar) as account_id,
        cast(criterion_id as varchar) as criterion_id,
        cast(score as decimal(18, 4)) as score,
        cast(rated_date as date) as rated_date,
        cast(rater_id as varchar) as rater_id,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
