-- grain: one plan item
with

delivered as (

    {{ union_connectors('account_plan_item') }}

),

typed as (

    select
        cast(item_id as varchar) as item_id,
        cast(account_id as varchar) as account_id,
        cast(plan_type as varchar) as plan_type,
        cast(section as varchar) as section,
        cast(goal as varchar) as goal,
        cast(due_date as date) as due_date,
        cast(done_date as date) as done_date,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
