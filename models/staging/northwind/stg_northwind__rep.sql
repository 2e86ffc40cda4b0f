-- grain: one employee
with

employees as (

    select * from {{ source('raw_northwind', 'employees') }}

),

reps as (

    select
        {{ source_key('cast(employee_id as varchar)') }} as rep_id,
        concat_ws(' ', {{ clean_text('first_name') }}, {{ clean_text('last_name') }}) as rep_name,
        case
            when title like 'Vice President%' or title = 'Sales Manager' then 'key_account'
            when title = 'Sales Representative' then 'field'
            when title = 'Inside Sales Coordinator' then 'inside'
        end as rep_role,
        hire_date as active_from,
        _data_source as data_source,
        _data_source

    from employees

)

select * from reps
