-- grain: one customer and quarter with returns in the trailing twelve months
{{ config(materialized='view') }}

with

returned as (

    select * from {{ ref('input_layer__return') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

final as (

    select
        crosswalk.customer_id,
        quarters.quarter_start_date,
        count(*) as return_count

    from returned

    inner join crosswalk
        on returned.erp_customer_id = crosswalk.source_id

    inner join quarters
        on returned.returned_date between quarters.trailing_start_date and quarters.as_of_date

    group by crosswalk.customer_id, quarters.quarter_start_date

)

select * from final
