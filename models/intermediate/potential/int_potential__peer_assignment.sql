-- grain: one customer and quarter
{{ config(materialized='view') }}

with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

peer_groups as (

    select * from {{ ref('int_potential__peer_group') }}

),

-- Who is left out of the group's peers: a peer itself, anybody outside the window its farther end. Companies of our own group
-- are compared with nobody.
matched as (

    select
        profile.profile_number,
        profile.customer_id,
        profile.quarter_start_date,
        profile.is_in_population,
        profile.peer_industry,
        profile.size_class,
        profile.employee_count,
        peer_groups.peer_set_number,
        peer_groups.peer_scope,
        peer_groups.peer_group_id,
        peer_groups.peer_count,
        peer_groups.industry_peer_count,
        peer_groups.first_profile_number,
        peer_groups.last_profile_number,
        peer_groups.lowest_employee_count,
        peer_groups.second_lowest_employee_count,
        peer_groups.highest_employee_count,
        peer_groups.second_highest_employee_count,
        case
            when peer_groups.peer_scope = 'none' then null
            when peer_groups.peer_scope <> 'nearest' and profile.is_peer then profile.profile_number
            when peer_groups.peer_scope <> 'nearest' then null
            when profile.profile_number between peer_groups.first_profile_number and peer_groups.last_profile_number
                then profile.profile_number
            else peer_groups.farther_end_profile_number
        end as left_out_profile_number

    from profile

    left join peer_groups
        on
        profile.is_in_population
        and profile.quarter_start_date = peer_groups.quarter_start_date
        and profile.is_peer = peer_groups.is_peer
        and profile.peer_industry is not distinct from peer_groups.peer_industry
        and profile.size_class is not distinct from peer_groups.size_class
        and profile.employee_count is not distinct from peer_groups.employee_count

),

assigned as (

    select
        profile_number,
        customer_id,
        quarter_start_date,
        is_in_population,
        peer_industry,
        size_class,
        employee_count,
        peer_set_number,
        coalesce(peer_scope, 'none') as peer_scope,
        peer_group_id,
        peer_count,
        industry_peer_count,
        left_out_profile_number,
        case
            when peer_scope <> 'nearest' then null
            when left_out_profile_number = first_profile_number then second_lowest_employee_count
            else lowest_employee_count
        end as lowest_peer_employee_count,
        case
            when peer_scope <> 'nearest' then null
            when left_out_profile_number = last_profile_number then second_highest_employee_count
            else highest_employee_count
        end as highest_peer_employee_count

    from matched

)

select * from assigned
