-- grain: one industry, size class, number of employees, being a peer or not, and quarter
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

windows as (

    select * from {{ ref('int_potential__peer_window') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- Customers alike in these columns have the same peers, but for themselves.
profile_counts as (

    select
        quarter_start_date,
        peer_industry,
        size_class,
        employee_count,
        is_peer,
        count(*) as customer_count

    from profile

    where is_in_population

    group by quarter_start_date, peer_industry, size_class, employee_count, is_peer

),

size_class_counts as (

    select
        quarter_start_date,
        peer_industry,
        size_class,
        sum(customer_count) as peer_count

    from profile_counts

    where is_peer and peer_industry is not null and size_class is not null

    group by quarter_start_date, peer_industry, size_class

),

industry_counts as (

    select
        quarter_start_date,
        peer_industry,
        sum(customer_count) as peer_count

    from profile_counts

    where is_peer and peer_industry is not null

    group by quarter_start_date, peer_industry

),

quarter_counts as (

    select
        quarter_start_date,
        sum(customer_count) as peer_count

    from profile_counts

    where is_peer

    group by quarter_start_date

),

-- Nobody counts among its own peers. A window with one peer more than the target always leaves one out.
counted as (

    select
        profile_counts.quarter_start_date,
        profile_counts.peer_industry,
        profile_counts.size_class,
        profile_counts.employee_count,
        profile_counts.is_peer,
        policy.peer_target_count,
        policy.peer_minimum_count,
        windows.first_profile_number,
        windows.last_profile_number,
        windows.farther_end_profile_number,
        windows.lowest_employee_count,
        windows.second_lowest_employee_count,
        windows.highest_employee_count,
        windows.second_highest_employee_count,
        coalesce(
            windows.window_peer_count
            - case when profile_counts.is_peer or windows.farther_end_profile_number is not null then 1 else 0 end,
            0
        ) as nearest_peer_count,
        coalesce(size_class_counts.peer_count - case when profile_counts.is_peer then 1 else 0 end, 0) as size_class_peer_count,
        coalesce(industry_counts.peer_count - case when profile_counts.is_peer then 1 else 0 end, 0) as industry_peer_count,
        coalesce(quarter_counts.peer_count - case when profile_counts.is_peer then 1 else 0 end, 0) as all_peer_count

    from profile_counts

    inner join policy
        on profile_counts.quarter_start_date = policy.quarter_start_date

    left join windows
        on
        profile_counts.quarter_start_date = windows.quarter_start_date
        and profile_counts.peer_industry = windows.peer_industry
        and profile_counts.employee_count = windows.employee_count

    left join size_class_counts
        on
        profile_counts.quarter_start_date = size_class_counts.quarter_start_date
        and profile_counts.peer_industry = size_class_counts.peer_industry
        and profile_counts.size_class = size_class_counts.size_class

    left join industry_counts
        on
        profile_counts.quarter_start_date = industry_counts.quarter_start_date
        and profile_counts.peer_industry = industry_counts.peer_industry

    left join quarter_counts
        on profile_counts.quarter_start_date = quarter_counts.quarter_start_date

),

-- The ladder: the first group with enough peers.
scoped as (

    select
        *,
        case
            when nearest_peer_count >= peer_minimum_count and first_profile_number is not null then 'nearest'
            when size_class_peer_count >= peer_minimum_count and size_class is not null then 'industry_size'
            when industry_peer_count >= peer_minimum_count and peer_industry is not null then 'industry'
            when all_peer_count >= peer_minimum_count then 'all'
            else 'none'
        end as peer_scope

    from counted

),

described as (

    select
        *,
        case peer_scope
            when 'nearest' then concat('industry:', peer_industry, '|nearest ', peer_target_count, ' by employees')
            when 'industry_size' then concat('industry:', peer_industry, '|size:', size_class)
            when 'industry' then concat('industry:', peer_industry)
            when 'all' then 'all'
        end as peer_group_id,
        case peer_scope
            when 'nearest' then nearest_peer_count
            when 'industry_size' then size_class_peer_count
            when 'industry' then industry_peer_count
            else all_peer_count
        end as peer_count,
        -- Sizes with the same window have the same nearest peers; of an industry a window is known by its first peer.
        case when peer_scope = 'nearest' then first_profile_number else 0 end as set_first_profile_number

    from scoped

),

numbered as (

    select
        quarter_start_date,
        peer_industry,
        size_class,
        employee_count,
        is_peer,
        peer_scope,
        peer_group_id,
        case
            when peer_scope <> 'none'
                then dense_rank() over (order by quarter_start_date, peer_group_id, set_first_profile_number)
        end as peer_set_number,
        cast(peer_count as integer) as peer_count,
        cast(industry_peer_count as integer) as industry_peer_count,
        first_profile_number,
        last_profile_number,
        farther_end_profile_number,
        lowest_employee_count,
        second_lowest_employee_count,
        highest_employee_count,
        second_highest_employee_count

    from described

)

select * from numbered
