-- grain: one customer and quarter with a contact up to its last day counted
with

activities as (

    select * from {{ ref('input_layer__activity') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

-- A contact is what is a touch of some channel; fairs and the work on quotes are none.
contact_types as (

    select distinct activity from {{ ref('policy_channel_touch') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

run_range as (

    select
        min(quarter_index) - 5 as oldest_quarter_index,
        max(as_of_date) as last_date,
        min(case when is_provisional then trailing_start_date end) as provisional_start_date,
        {{ quarter_start_of('min(case when is_provisional then trailing_start_date end)') }} as provisional_quarter_start_date

    from quarters

),

dated as (

    select
        crosswalk.customer_id,
        activities.direction,
        cast(activities.started_at as date) as contact_date,
        {{ quarter_start_of('activities.started_at') }} as contact_quarter_start_date,
        run_range.oldest_quarter_index,
        run_range.provisional_start_date,
        run_range.provisional_quarter_start_date

    from activities

    inner join contact_types
        on activities.activity_type = contact_types.activity

    inner join crosswalk
        on activities.account_id = crosswalk.source_id

    cross join run_range

    where cast(activities.started_at as date) <= run_range.last_date

),

-- What lies before every window of the run counts for the last contact only and is kept as one quarter.
by_contact_quarter as (

    select
        customer_id,
        greatest({{ quarter_index_of('contact_quarter_start_date') }}, oldest_quarter_index) as contact_quarter_index,
        coalesce(
            contact_quarter_start_date = provisional_quarter_start_date and contact_date >= provisional_start_date, false
        ) as is_in_provisional_window,
        max(case when direction = 'outbound' then contact_date end) as last_outbound_date,
        count(case when direction = 'outbound' then 1 end) as outbound_count,
        count(direction) as directed_count,
        count(*) as contact_count

    from dated

    group by 1, 2, 3

),

placed as (

    select
        by_contact_quarter.*,
        quarters.quarter_start_date,
        {{ in_trailing_window(
            'by_contact_quarter.contact_quarter_index',
            'by_contact_quarter.is_in_provisional_window',
            'quarters.quarter_index',
            'quarters.is_provisional',
        ) }} as is_in_window

    from by_contact_quarter

    inner join quarters
        on by_contact_quarter.contact_quarter_index <= quarters.quarter_index

),

final as (

    select
        customer_id,
        quarter_start_date,
        max(last_outbound_date) as last_outbound_date,
        cast(sum(case when is_in_window then outbound_count else 0 end) as bigint) as outbound_contact_count,
        cast(sum(case when is_in_window then directed_count else 0 end) as bigint) as directed_contact_count,
        cast(sum(case when is_in_window then contact_count else 0 end) as bigint) as contact_count

    from placed

    group by customer_id, quarter_start_date

)

select * from final
