-- grain: one industry, number of employees and quarter
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

sized_peers as (

    select
        quarter_start_date,
        peer_industry,
        employee_count,
        profile_number

    from profile

    where is_sized_peer

),

industries as (

    select
        quarter_start_date,
        peer_industry,
        min(profile_number) as first_profile_number,
        max(profile_number) as last_profile_number

    from sized_peers

    group by quarter_start_date, peer_industry

),

sizes as (

    select distinct
        quarter_start_date,
        peer_industry,
        employee_count

    from profile

    where is_in_population and peer_industry is not null and employee_count is not null

),

-- Peers are numbered in the order of their employees, so the nearest k + 1 of a size are a run of numbers: a window. It has
-- to move right as long as its left end is farther than the peer beyond its right end. With logarithmic distance this is
-- ln(size) - ln(left) > ln(beyond) - ln(size), hence left * beyond < size * size, in whole numbers and without a
-- rounding. The products grow with the number: the window starts after as many peers as have a smaller product.
left_ends as (

    select
        sized_peers.quarter_start_date,
        sized_peers.peer_industry,
        sized_peers.employee_count,
        sized_peers.profile_number + policy.peer_target_count + 1 as beyond_profile_number,
        industries.last_profile_number

    from sized_peers

    inner join policy
        on sized_peers.quarter_start_date = policy.quarter_start_date

    inner join industries
        on
        sized_peers.quarter_start_date = industries.quarter_start_date
        and sized_peers.peer_industry = industries.peer_industry

),

-- Behind the last peer of an industry the numbers go on with the next one: no turning point there. It is not filtered but
-- counted with 0, because an inner join leaves the order of joins to the engine, which may pair whole industries first.
turning_points as (

    select
        left_ends.quarter_start_date,
        left_ends.peer_industry,
        left_ends.employee_count * beyond.employee_count as squared_size,
        sum(case when left_ends.beyond_profile_number <= left_ends.last_profile_number then 1 else 0 end) as turning_points

    from left_ends

    left join sized_peers as beyond
        on left_ends.beyond_profile_number = beyond.profile_number

    group by
        left_ends.quarter_start_date,
        left_ends.peer_industry,
        left_ends.employee_count * beyond.employee_count

),

sizes_and_turning_points as (

    select
        quarter_start_date,
        peer_industry,
        employee_count * employee_count as squared_size,
        employee_count,
        true as is_size,
        0 as turning_points

    from sizes

    union all

    select
        quarter_start_date,
        peer_industry,
        squared_size,
        cast(null as bigint) as employee_count,
        false as is_size,
        turning_points

    from turning_points

),

-- Sizes stand before equal turning points: of two ends equally far the left one is kept.
counted as (

    select
        quarter_start_date,
        peer_industry,
        employee_count,
        is_size,
        sum(turning_points) over (
            partition by quarter_start_date, peer_industry
            order by squared_size, is_size desc
            rows between unbounded preceding and current row
        ) as passed_turning_points

    from sizes_and_turning_points

),

placed as (

    select
        counted.quarter_start_date,
        counted.peer_industry,
        counted.employee_count,
        policy.peer_target_count,
        industries.first_profile_number + cast(counted.passed_turning_points as bigint) as first_profile_number,
        least(
            industries.first_profile_number + cast(counted.passed_turning_points as bigint) + policy.peer_target_count,
            industries.last_profile_number
        ) as last_profile_number

    from counted

    inner join industries
        on
        counted.quarter_start_date = industries.quarter_start_date
        and counted.peer_industry = industries.peer_industry

    inner join policy
        on counted.quarter_start_date = policy.quarter_start_date

    where counted.is_size

),

-- One peer more than the target is in the window because a peer does not count itself. Whoever is not in it leaves out
-- the farther of the two ends.
windows as (

    select
        placed.quarter_start_date,
        placed.peer_industry,
        placed.employee_count,
        placed.first_profile_number,
        placed.last_profile_number,
        placed.last_profile_number - placed.first_profile_number + 1 as window_peer_count,
        case
            when placed.last_profile_number - placed.first_profile_number < placed.peer_target_count then null
            when first_peer.employee_count * last_peer.employee_count < placed.employee_count * placed.employee_count
                then placed.first_profile_number
            else placed.last_profile_number
        end as farther_end_profile_number,
        first_peer.employee_count as lowest_employee_count,
        second_peer.employee_count as second_lowest_employee_count,
        last_peer.employee_count as highest_employee_count,
        second_last_peer.employee_count as second_highest_employee_count

    from placed

    left join sized_peers as first_peer
        on placed.first_profile_number = first_peer.profile_number

    left join sized_peers as last_peer
        on placed.last_profile_number = last_peer.profile_number

    left join sized_peers as second_peer
        on placed.first_profile_number + 1 = second_peer.profile_number

    left join sized_peers as second_last_peer
        on placed.last_profile_number - 1 = second_last_peer.profile_number

)

select * from windows
