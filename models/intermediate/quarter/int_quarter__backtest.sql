-- grain: one quarter of the run
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

-- A year is complete when the quarter that ends it is closed: the running quarter looks back from the one before it.
completed as (

    select
        quarter_start_date,
        case when is_provisional then quarter_index - 1 else quarter_index end as outcome_quarter_index

    from quarters

),

final as (

    select
        quarter_start_date,
        outcome_quarter_index,
        {{ quarter_start_of_index('outcome_quarter_index') }} as outcome_quarter_start_date,
        outcome_quarter_index - 4 as origin_quarter_index,
        {{ quarter_start_of_index('(outcome_quarter_index - 4)') }} as origin_quarter_start_date

    from completed

)

select * from final
