-- grain: one customer with an inside rep in the quarter before the run
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

run_start as (

    select min(quarter_index) as first_quarter_index from quarters

),

-- A run goes on from what the same data sources have published for the quarter just before it.
final as (

    select
        published_assignments.customer_id,
        min(published_assignments.rep_id) as rep_id

    from published_assignments

    inner join enabled_sources
        on published_assignments.source_set = enabled_sources.source_set

    inner join run_start
        on {{ quarter_index_of('published_assignments.quarter_start_date') }} = run_start.first_quarter_index - 1

    group by published_assignments.customer_id

)

select * from final
