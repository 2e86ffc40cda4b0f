-- grain: one activity and account
with

delivered as (

    {{ union_connectors('activity') }}

),

typed as (

    select
        cast(activity_id as varchar) as activity_id,
        cast(account_id as varchar) as account_id,
        cast(rep_id as varchar) as rep_id,
        cast(activity_type as varchar) as activity_type,
        cast(direction as varchar) as direction,
        cast(started_at as timestamp) as started_at,
        cast(duration_minutes as decimal(18, 4)) as duration_minutes,
        cast(travel_minutes as decimal(18, 4)) as travel_minutes,
        cast(share_weight as decimal(9, 6)) as share_weight,
        cast(contact_id as varchar) as contact_id,
        cast(campaign_id as varchar) as campaign_id,
        cast(data_source as varchar) as data_source

    from delivered

),

open_activities as (

    select distinct
        data_source,
        activity_id

    from typed

    where share_weight is null

),

-- rows without a weight divide what the other rows of the activity leave of 1; a row on its own weighs 1
open_weights as (

    select
        typed.data_source,
        typed.activity_id,
        greatest(1 - coalesce(sum(typed.share_weight), 0), 0) / (count(*) - count(typed.share_weight)) as share_weight

    from typed

    inner join open_activities
        on typed.data_source = open_activities.data_source
        and typed.activity_id = open_activities.activity_id

    group by typed.data_source, typed.activity_id

),

weighted as (

    select
        typed.activity_id,
        typed.account_id,
        typed.rep_id,
        typed.activity_type,
        typed.direction,
        typed.started_at,
        typed.duration_minutes,
        typed.travel_minutes,
        cast(coalesce(typed.share_weight, open_weights.share_weight) as decimal(9, 6)) as share_weight,
        typed.contact_id,
        typed.campaign_id,
        typed.data_source

    from typed

    left join open_weights
        on typed.data_source = open_weights.data_source
        and typed.activity_id = open_weights.activity_id

)

select * from weighted
