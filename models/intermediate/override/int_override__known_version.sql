-- grain: one version of a priority request and quarter that knows it
{{ config(materialized='view') }}

with

versions as (

    select * from {{ ref('int_override__version') }}

),

quarters as (

    select
        quarter_start_date,
        as_of_date,
        cast({{ add_days('as_of_date', 1) }} as timestamp) as end_at

    from {{ ref('dim_quarter') }}

),

enabled_sources as (

    select {{ dbt.listagg('data_source', "'+'", 'order by data_source') }} as source_set

    from {{ source('run', 'data_source') }}

),

-- A closed quarter knows what its first publication as a closed quarter knew.
settled as (

    select
        publications.quarter_start_date,
        min(publications.publication_number) as publication_number

    from {{ source('ledger', 'publication') }} as publications

    inner join enabled_sources
        on publications.source_set = enabled_sources.source_set

    where not publications.is_provisional

    group by publications.quarter_start_date

),

-- Before requests were written down for the first time, that is what is known.
first_recorded as (

    select
        data_source,
        min(publication_number) as publication_number

    from versions

    group by data_source

),

known as (

    select
        quarters.quarter_start_date,
        versions.*

    from versions

    inner join quarters
        on versions.requested_at < quarters.end_at

    left join settled
        on quarters.quarter_start_date = settled.quarter_start_date

    left join first_recorded
        on versions.data_source = first_recorded.data_source

    where
        settled.publication_number is null
        or first_recorded.publication_number is null
        or versions.publication_number <= greatest(settled.publication_number, first_recorded.publication_number)

)

select * from known
