-- grain: one rep
with

rep as (

    select * from {{ ref('input_layer__rep') }}

),

final as (

    select
        rep_id,
        rep_name,
        rep_role,
        team,
        territory_id,
        full_time_equivalent,
        cost_center,
        latitude,
        longitude,
        active_from,
        active_to,
        data_source

    from rep

)

select * from final
