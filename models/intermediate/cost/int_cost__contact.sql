-- grain: one CRM activity and account
{{ config(materialized='view') }}

with

activities as (

    select * from {{ ref('input_layer__activity') }}

),

share_weights as (

    select
        data_source,
        activity_id,
        account_id,
        greatest(coalesce(share_weight, 1), 0) as share_weight

    from {{ ref('input_layer__activity') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

months as (

    select * from {{ ref('int_cost__month') }}

),

equations as (

    select * from {{ ref('int_cost__time_equation') }}

),

rep_pools as (

    select * from {{ ref('int_cost__rep_pool') }}

),

described as (

    select
        activities.data_source,
        activities.activity_id,
        activities.account_id,
        crosswalk.customer_id,
        activities.rep_id,
        activities.activity_type as activity,
        cast({{ dbt.date_trunc('month', 'activities.started_at') }} as date) as month_start_date,
        activities.duration_minutes,
        activities.travel_minutes

    from activities

    left join crosswalk
        on activities.account_id = crosswalk.source_id

),

shared_activities as (

    select
        data_source,
        activity_id,
        sum(share_weight) as total_weight,
        count(*) as account_count

    from share_weights

    group by data_source, activity_id

    having count(*) > 1

),

shared_weights as (

    select
        share_weights.data_source,
        share_weights.activity_id,
        share_weights.account_id,
        case when shared_activities.total_weight > 0 then share_weights.share_weight else 1 end as weight,
        case
            when shared_activities.total_weight > 0 then shared_activities.total_weight
            else shared_activities.account_count
        end as total_weight

    from share_weights

    inner join shared_activities
        on share_weights.data_source = shared_activities.data_source
        and share_weights.activity_id = shared_activities.activity_id

),

-- The accounts of one activity share it by weight, scaled to 1, so that no minute counts twice; equally where the
-- weights give nothing.
positioned as (

    select
        *,
        sum(weight) over (
            partition by data_source, activity_id
            order by account_id
            rows unbounded preceding
        ) as weight_up_to

    from shared_weights

),

-- A share is the difference of two rounded running totals: rounded by themselves, three thirds would lose a part.
shared as (

    select
        described.*,
        rep_pools.resource_pool as resource_pool_of_rep,
        coalesce(cast(positioned.weight_up_to as double) / cast(positioned.total_weight as double), 1) as share_up_to,
        coalesce(
            cast(positioned.weight_up_to - positioned.weight as double) / cast(positioned.total_weight as double), 0
        ) as share_before

    from described

    left join positioned
        on described.data_source = positioned.data_source
        and described.activity_id = positioned.activity_id
        and described.account_id = positioned.account_id

    left join rep_pools
        on described.rep_id = rep_pools.rep_id
        and described.month_start_date = rep_pools.month_start_date

),

standards as (

    select
        equations.month_start_date,
        equations.activity,
        equations.resource_pool,
        equations.resource_pool_without_rep,
        equations.event_minutes,
        equations.unrecorded_travel_minutes,
        months.visit_minimum_minutes,
        months.visit_maximum_minutes

    from equations

    inner join months
        on equations.month_start_date = months.month_start_date

),

timed as (

    select
        shared.*,
        coalesce(
            standards.resource_pool, shared.resource_pool_of_rep, standards.resource_pool_without_rep
        ) as resource_pool,
        case
            when shared.duration_minutes is null or shared.duration_minutes <= 0 then false
            when shared.activity = 'visit' and shared.duration_minutes < standards.visit_minimum_minutes then false
            else true
        end as is_measured,
        standards.event_minutes,
        standards.unrecorded_travel_minutes,
        standards.visit_maximum_minutes

    from shared

    inner join standards
        on shared.month_start_date = standards.month_start_date
        and shared.activity = standards.activity

),

-- Recorded minutes above the maximum are cut to it; records that are not believed give way to the standard time.
counted as (

    select
        *,
        case when is_measured then least(duration_minutes, visit_maximum_minutes) else event_minutes end as counted_duration,
        case
            when travel_minutes >= 0 then least(travel_minutes, visit_maximum_minutes)
            when activity = 'visit' then unrecorded_travel_minutes
            else 0
        end as counted_travel,
        case when is_measured then least(duration_minutes, visit_maximum_minutes) else 0 end
        + case when travel_minutes >= 0 then least(travel_minutes, visit_maximum_minutes) else 0 end as recorded_minutes

    from timed

),

final as (

    select
        data_source,
        activity_id,
        account_id,
        customer_id,
        activity,
        resource_pool,
        month_start_date,
        cast(share_up_to as decimal(18, 4)) - cast(share_before as decimal(18, 4)) as driver_quantity,
        cast((counted_duration + counted_travel) * share_up_to as decimal(18, 4))
        - cast((counted_duration + counted_travel) * share_before as decimal(18, 4)) as minutes,
        cast(recorded_minutes * share_up_to as decimal(18, 4))
        - cast(recorded_minutes * share_before as decimal(18, 4)) as measured_minutes,
        coalesce(duration_minutes > visit_maximum_minutes, false)
        or coalesce(travel_minutes > visit_maximum_minutes, false) as is_cut,
        activity = 'visit' and coalesce(travel_minutes < 0, true) as is_travel_unrecorded

    from counted

)

select * from final
