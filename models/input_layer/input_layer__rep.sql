-- grain: one rep
with

delivered as (

    {{ union_connectors('rep') }}

),

typed as (

    select
        cast(rep_id as varchar) as rep_id,
        cast(rep_name as varchar) as rep_name,
        cast(rep_role as varchar) as rep_role,
        cast(team as varchar) as team,
        cast(territory_id as varchar) as territory_id,
        cast(full_time_equivalent as decimal(18, 4)) as full_time_equivalent,
        cast(cost_center as varchar) as cost_center,
        cast(latitude as decimal(9, 6)) as latitude,
        cast(longitude as decimal(9, 6)) as longitude,
        cast(active_from as date) as active_from,
        cast(active_to as date) as active_to,
        cast(data_source as varchar) as data_source

    from delivered

)

select * from typed
