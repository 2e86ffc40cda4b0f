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

-- The quarters of the run and the one before it, as the same data sources have published them.
final as (

    select
        published_assignments.quarter_start_date,
        published_assignments.customer_id,
        min(published_assignments.rep_id) as rep_id

    from published_assignments

    inner join enabled_sources
        on published_assignments.source_set = enabled_sources.source_set

    inner join bounds
        on {{ quarter_index_of('published_assignments.quarter_start_date') }}
        between bounds.first_quarter_index - 1 and bounds.last_quarter_index

    group by
        published_assignments.quarter_start_date,
        published_assignments.customer_id

)

select * from final
