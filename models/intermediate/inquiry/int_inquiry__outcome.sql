-- grain: one inquiry received by the end of the run; what is known of it then
{{ config(materialized='view') }}

with

inquiries as (

    select * from {{ ref('input_layer__inquiry') }}

),

run_end as (

    select cast({{ add_days('max(as_of_date)', 1) }} as timestamp) as end_at from {{ ref('dim_quarter') }}

),

final as (

    select
        inquiries.inquiry_id,
        -- Undecided is neither won nor lost; closed without an order, as complaints are, is undecided too.
        case
            when coalesce(inquiries.closed_at >= run_end.end_at, false) then null
            when inquiries.status = 'won' then true
            when inquiries.status = 'lost' then false
        end as is_won,
        case
            when inquiries.first_response_at >= inquiries.received_at and inquiries.first_response_at < run_end.end_at
                then {{ dbt.datediff('inquiries.received_at', 'inquiries.first_response_at', 'minute') }}
        end as response_minutes,
        case
            when inquiries.closed_at >= inquiries.received_at and inquiries.closed_at < run_end.end_at
                then {{ dbt.datediff('inquiries.received_at', 'inquiries.closed_at', 'minute') }}
        end as cycle_minutes

    from inquiries

    cross join run_end

    where inquiries.received_at < run_end.end_at

)

select * from final
