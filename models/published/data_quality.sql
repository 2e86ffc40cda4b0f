-- grain: one check of one entity and source in one run
{{ config(materialized='view') }}

with

gate_result as (

    select * from {{ source('quality', 'gate_result') }}

),

parameter as (

    select * from {{ source('run', 'parameter') }}

),

-- The results of the run that is published. Those of runs that were blocked stay in the warehouse, where `kundenwert status`
-- finds them.
results as (

    select
        gate_result.source,
        gate_result.entity,
        gate_result.check_name,
        gate_result.run_id,
        gate_result.layer,
        gate_result.column_name,
        gate_result.severity,
        gate_result.observed,
        gate_result.expected,
        gate_result.is_passed,
        gate_result.detail,
        gate_result.remedy

    from gate_result

    inner join parameter
        on gate_result.run_id = parameter.snapshot_id

)

select * from results
