-- grain: one customer and quarter with an opportunity that is open on the last day counted
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

opportunities as (

    select * from {{ ref('input_layer__opportunity') }}

),

crosswalk as (

    select *

    from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

-- Closed on a day that nobody knows, it was open on the day of its creation only.
dated as (

    select
        crosswalk.customer_id,
        cast(opportunities.created_at as date) as created_date,
        case
            when opportunities.closed_at is not null then cast(opportunities.closed_at as date)
            when opportunities.is_closed then {{ add_days('cast(opportunities.created_at as date)', 1) }}
        end as closed_date

    from opportunities

    inner join crosswalk
        on opportunities.account_id = crosswalk.source_id

),

final as (

    select distinct
        quarters.quarter_start_date,
        dated.customer_id

    from dated

    inner join quarters
        on dated.created_date <= quarters.as_of_date
        and (dated.closed_date > quarters.as_of_date or dated.closed_date is null)

)

select * from final
