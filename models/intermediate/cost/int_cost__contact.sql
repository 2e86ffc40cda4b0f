-- grain: one CRM activity and account
with

activities as (

    select * from {{ ref('input_layer__activity') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

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

weighted as (

    select
        data_source,
        activity_id,
        account_id,
        rep_id,
        activity_type as activity,
        cast({{ dbt.date_trunc('month', 'started_at') }} as date) as month_start_date,
        duration_minutes,
        travel_minutes,
        greatest(coalesce(share_weight, 1), 0) as share_weight

    from activities

),

shared_activities as (

    select
        data_source,
        activity_id,
        sum(share_weight) as total_weight,
        count(*) as account_count

    from weighted

    group by data_source, activity_id

    having count(*) > 1

),

-- The accounts of one activity share it by weight, scaled to 1, so that no minute counts twice; equally where the
-- weights give nothing.
positioned as (

    select
        weighted.data_source,
        weighted.activity_id,
        weighted.account_id,
        case when shared_activities.total_weight > 0 then weighted.share_weight else 1 end as weight,
        sum(case when shared_activities.total_weight > 0 then weighted.share_weight else 1 end) over (
            partition by weighted.data_source, weighted.activity_id
            order by weighted.account_id
            rows unbounded preceding
        ) as weight_up_to,
        case
            when shared_activities.total_weight > 0 then shared_activities.total_weight
            else shared_activities.account_count
        end as total_weight

    from weighted

    inner join shared_activities
        on weighted.data_source = shared_activities.data_source
        and weighted.activity_id = shared_activities.activity_id

),

-- A share is the difference of two rounded running totals: rounded by themselves, three thirds would lose a part.
shared as (

    select
        weighted.*,
        coalesce(cast(positioned.weight_up_to as double) / cast(positioned.total_weight as double), 1) as share_up_to,
        coalesce(
            cast(positioned.weight_up_to - positioned.weight as double) / cast(positioned.total_weight as double), 0
        ) as share_before

    from weighted

    left join positioned
        on weighted.data_source = positioned.data_source
        and weighted.activity_id = positioned.activity_id
        and weighted.account_id = positioned.account_id

),

timed as (

    select
        shared.data_source,
        shared.activity_id,
        shared.account_id,
        shared.activity,
        shared.month_start_date,
        shared.share_up_to,
        shared.share_before,
        coalesce(equations.resource_pool, rep_pools.resource_pool, equations.resource_pool_without_rep) as resource_pool,
        case
            when shared.duration_minutes is null or shared.duration_minutes <= 0 then false
            when shared.activity = 'visit' and shared.duration_minutes < months.visit_minimum_minutes then false
            else true
        end as is_measured,
        shared.duration_minutes,
        shared.travel_minutes,
        equations.event_minutes,
        equations.unrecorded_travel_minutes,
        months.visit_maximum_minutes

    from shared

    inner join months
        on shared.month_start_date = months.month_start_date

    inner join equations
        on shared.month_start_date = equations.month_start_date
        and shared.activity = equations.activity

    left join rep_pools
        on shared.rep_id = rep_pools.rep_id
        and shared.month_start_date = rep_pools.month_start_date

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
        counted.data_source,
        counted.activity_id,
        counted.account_id,
        crosswalk.customer_id,
        counted.activity,
        counted.resource_pool,
        counted.month_start_date,
        cast(counted.share_up_to as decimal(18, 4)) - cast(counted.share_before as decimal(18, 4)) as driver_quantity,
        cast((counted.counted_duration + counted.counted_travel) * counted.share_up_to as decimal(18, 4))
        - cast((counted.counted_duration + counted.counted_travel) * counted.share_before as decimal(18, 4)) as minutes,
        cast(counted.recorded_minutes * counted.share_up_to as decimal(18, 4))
        - cast(counted.recorded_minutes * counted.share_before as decimal(18, 4)) as measured_minutes,
        coalesce(counted.duration_minutes > counted.visit_maximum_minutes, false)
        or coalesce(counted.travel_minutes > counted.visit_maximum_minutes, false) as is_cut,
        counted.activity = 'visit' and coalesce(counted.travel_minutes < 0, true) as is_travel_unrecorded

    from counted

    left join crosswalk
        on counted.account_id = crosswalk.source_id
        and crosswalk.source_type = 'crm'

)

select * from final
