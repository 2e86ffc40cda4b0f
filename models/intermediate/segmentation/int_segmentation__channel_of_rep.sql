-- grain: one rep
with

reps as (

    select * from {{ ref('dim_rep') }}

),

channels as (

    select
        rep_id,
        case rep_role
            when 'key_account' then 'KAM'
            when 'field' then 'FIELD'
            when 'inside' then 'INSIDE'
            when 'service' then 'INSIDE'
        end as channel

    from reps

)

select * from channels
