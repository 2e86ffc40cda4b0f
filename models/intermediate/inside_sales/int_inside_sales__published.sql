-- grain: one customer and quarter with an inside rep, as published before
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

published_assignments as (

    select * from {{ source('ledger', 'inside_sales_assignment') }}

),

enabled_sources as (

    select {{ dbt.listagg('data_source', "'+'", 'order by data_source') }} as source_set

    from {{ source('run', 'data_source') }}

),

bounds as (

    select
        min(quarter_index) as first_quarter_index,
        max(quarter_index) as last_quarter_index

    from quarters

),

published_ids as (

    select * from {{ ref('int_customer__published_id') }}

),

-- The quarters of the run and the one before it, as the same data sources have published them. Of customers that are one by now
-- the rep of its own id counts, else that of the smallest id.
final as (

    select
        published_assignments.quarter_start_date,
        coalesce(published_ids.customer_id, published_assignments.customer_id) as customer_id,
        published_assignments.rep_id

    from published_assignments

    inner join enabled_sources
        on published_assignments.source_set = enabled_sources.source_set

    inner join bounds
        on {{ quarter_index_of('published_assignments.quarter_start_date') }}
        between bounds.first_quarter_index - 1 and bounds.last_quarter_index

    left join published_ids
        on published_assignments.customer_id = published_ids.published_customer_id

    qualify row_number() over (
        partition by
            published_assignments.quarter_start_date,
            coalesce(published_ids.customer_id, published_assignments.customer_id)
        order by
            case when published_assignments.customer_id = published_ids.customer_id then 0 else 1 end,
            published_assignments.customer_id
    ) = 1

)

select * from final
