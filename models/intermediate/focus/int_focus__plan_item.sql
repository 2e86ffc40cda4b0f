-- grain: one item of a plan
{{ config(materialized='view') }}

with

items as (

    select * from {{ ref('input_layer__account_plan_item') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

final as (

    select
        items.data_source,
        items.item_id,
        crosswalk.customer_id,
        items.plan_type,
        nullif(replace(replace(lower(trim(items.section)), ' ', '_'), '-', '_'), '') as section,
        coalesce(length(trim(items.goal)) > 0, false) as has_goal,
        items.due_date,
        {{ quarter_index_of('items.due_date') }} as due_quarter_index,
        items.done_date

    from items

    inner join crosswalk
        on items.account_id = crosswalk.source_id

)

select * from final
