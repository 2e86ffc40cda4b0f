-- grain: one opportunity of the CRM with a product group
{{ config(materialized='view') }}

with

opportunities as (

    select * from {{ ref('input_layer__opportunity') }}

),

crosswalk as (

    select *

    from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

-- Closed on a day that nobody knows, it counts on the day of its creation only.
final as (

    select
        opportunities.opportunity_id,
        crosswalk.customer_id,
        opportunities.product_group,
        cast(opportunities.created_at as date) as created_date,
        case
            when opportunities.closed_at is not null then cast(opportunities.closed_at as date)
            when opportunities.is_closed then cast(opportunities.created_at as date)
        end as closed_date

    from opportunities

    inner join crosswalk
        on opportunities.account_id = crosswalk.source_id

    where opportunities.product_group is not null

)

select * from final
