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

-- rows without a weight divide what the other rows of the activity leave of 1; a row on its own weighs 1
weighted as (

    select
        activity_id,
        account_id,
        rep_id,
        activity_type,
        direction,
        started_at,
        duration_minutes,
        travel_minutes,
        cast(
            coalesce(
                share_weight,
                greatest(1 - coalesce(sum(share_weight) over same_activity, 0), 0)
                / (count(*) over same_activity - count(share_weight) over same_activity)
            ) as decimal(9, 6)
        ) as share_weight,
        contact_id,
        campaign_id,
        data_source

    from typed

    window same_activity as (partition by data_source, activity_id)

)

select * from weighted
