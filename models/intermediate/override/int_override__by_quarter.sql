-- grain: one approved exception and quarter in which it could be in force
{{ config(materialized='view') }}

with

known_versions as (

    select * from {{ ref('int_override__known_version') }}

),

latest as (

    select *

    from known_versions

    qualify row_number() over (
        partition by quarter_start_date, data_source, request_id
        order by version_number desc
    ) = 1

),

final as (

    select
        quarter_start_date,
        data_source,
        request_id,
        version_number,
        inquiry_id,
        customer_id,
        to_priority,
        reason_code,
        requester_id,
        approver_id,
        decided_at,
        valid_until

    from latest

    where is_eligible and coalesce(valid_until >= quarter_start_date, true)

)

select * from final
