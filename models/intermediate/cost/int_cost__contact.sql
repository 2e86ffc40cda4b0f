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

positioned as (

    select
        *,
        sum(share_weight) over (partition by data_source, activity_id) as total_weight,
        count(*) over (partition by data_source, activity_id) as account_count,
        sum(share_weight) over in_order as weight_up_to,
        row_number() over in_order as account_position

    from weighted

    window in_order as (partition by data_source, activity_id order by account_id rows unbounded preceding)

),

-- The accounts of one activity share it by weight, scaled to 1, so that no minute counts twice. A share is the difference
-- of two rounded running totals: rounded by themselves, three thirds would lose a part of the visit.
shared as (

    select
        *,
        case
            when total_weight > 0 then cast(weight_up_to as double) / cast(total_weight as double)
            else cast(account_position as double) / account_count
        end as share_up_to,
        case
            when total_weight > 0 then cast(weight_up_to - share_weight as double) / cast(total_weight as double)
            else cast(account_position - 1 as double) / account_count
        end as share_before

    from positioned

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
            when travel_minutes is null or travel_minutes < 0 then unrecorded_travel_minutes
            else least(travel_minutes, visit_maximum_minutes)
        end as counted_travel

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
        counted.is_measured,
        counted.is_measured and counted.duration_minutes > counted.visit_maximum_minutes
        or coalesce(counted.travel_minutes > counted.visit_maximum_minutes, false) as is_cut,
        counted.activity = 'visit' and (counted.travel_minutes is null or counted.travel_minutes < 0) as is_travel_unrecorded

    from counted

    left join crosswalk
        on counted.account_id = crosswalk.source_id
        and crosswalk.source_type = 'crm'

)

select * from final
