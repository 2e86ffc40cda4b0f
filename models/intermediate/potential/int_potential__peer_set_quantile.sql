-- grain: one peer set and product group or total
with

peer_groups as (

    select * from {{ ref('int_potential__peer_group') }}

),

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

revenue as (

    select * from {{ ref('int_potential__revenue_by_group') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- Groups of one set share the columns that define it; the others are not used.
peer_sets as (

    select
        peer_set_number,
        quarter_start_date,
        peer_scope,
        min(peer_industry) as peer_industry,
        min(size_class) as size_class,
        min(first_profile_number) as first_profile_number,
        max(last_profile_number) as last_profile_number

    from peer_groups

    where peer_set_number is not null

    group by peer_set_number, quarter_start_date, peer_scope

),

members as (

    select
        peer_set_number,
        {{ each_integer('first_profile_number', 'last_profile_number') }} as profile_number

    from peer_sets

    where peer_scope = 'nearest'

    union all

    select
        peer_sets.peer_set_number,
        profile.profile_number

    from peer_sets

    inner join profile
        on
        peer_sets.quarter_start_date = profile.quarter_start_date
        and peer_sets.peer_industry = profile.peer_industry
        and peer_sets.size_class = profile.size_class

    where peer_sets.peer_scope = 'industry_size' and profile.is_peer

    union all

    select
        peer_sets.peer_set_number,
        profile.profile_number

    from peer_sets

    inner join profile
        on
        peer_sets.quarter_start_date = profile.quarter_start_date
        and peer_sets.peer_industry = profile.peer_industry

    where peer_sets.peer_scope = 'industry' and profile.is_peer

    union all

    select
        peer_sets.peer_set_number,
        profile.profile_number

    from peer_sets

    inner join profile
        on peer_sets.quarter_start_date = profile.quarter_start_date

    where peer_sets.peer_scope = 'all' and profile.is_peer

),

set_sizes as (

    select
        members.peer_set_number,
        count(*) as set_peer_count

    from members

    group by members.peer_set_number

),

weighted as (

    select
        set_sizes.peer_set_number,
        set_sizes.set_peer_count,
        {{ quantile_weights('wallet', 'set_sizes.set_peer_count', 'policy.wallet_quantile_ratio') }},
        {{ quantile_weights('median', 'set_sizes.set_peer_count', 'policy.wallet_median_quantile_ratio') }}

    from set_sizes

    inner join peer_sets
        on set_sizes.peer_set_number = peer_sets.peer_set_number

    inner join policy
        on peer_sets.quarter_start_date = policy.quarter_start_date

),

-- Seen from the largest value: of n values the one at position p from below is at n + 1 - p.
positions as (

    select
        *,
        set_peer_count + 1 - wallet_position as wallet_rank,
        set_peer_count + 1 - median_position as median_rank

    from weighted

),

-- The median is asked for the total only.
peer_revenue as (

    select
        members.peer_set_number,
        revenue.product_group,
        revenue.net_revenue_amount,
        case
            when revenue.product_group = {{ total_product_group() }}
                then greatest(positions.wallet_rank, positions.median_rank)
            else positions.wallet_rank
        end as needed_count

    from members

    inner join positions
        on members.peer_set_number = positions.peer_set_number

    inner join revenue
        on members.profile_number = revenue.profile_number

    where revenue.net_revenue_amount > 0

),

largest_revenues as (

    select
        peer_set_number,
        product_group,
        {{ largest_values('net_revenue_amount', 'needed_count') }} as net_revenue_amounts

    from peer_revenue

    group by peer_set_number, product_group

),

-- A peer without purchases in a group has no row there and counts with zero, so does one with more credit notes than
-- purchases: behind the last positive value of the list comes zero.
placed as (

    select
        largest_revenues.peer_set_number,
        largest_revenues.product_group,
        positions.set_peer_count,
        positions.wallet_weight,
        positions.wallet_whole_weight,
        positions.median_weight,
        positions.median_whole_weight,
        cast(coalesce({{ list_value('net_revenue_amounts', 'wallet_rank') }}, 0) as decimal(18, 2)) as low_wallet,
        cast(coalesce({{ list_value('net_revenue_amounts', 'wallet_rank - 1') }}, 0) as decimal(18, 2)) as middle_wallet,
        cast(coalesce({{ list_value('net_revenue_amounts', 'wallet_rank - 2') }}, 0) as decimal(18, 2)) as high_wallet,
        case
            when largest_revenues.product_group = {{ total_product_group() }}
                then cast(coalesce({{ list_value('net_revenue_amounts', 'median_rank') }}, 0) as decimal(18, 2))
        end as low_median,
        case
            when largest_revenues.product_group = {{ total_product_group() }}
                then cast(coalesce({{ list_value('net_revenue_amounts', 'median_rank - 1') }}, 0) as decimal(18, 2))
        end as middle_median,
        case
            when largest_revenues.product_group = {{ total_product_group() }}
                then cast(coalesce({{ list_value('net_revenue_amounts', 'median_rank - 2') }}, 0) as decimal(18, 2))
        end as high_median

    from largest_revenues

    inner join positions
        on largest_revenues.peer_set_number = positions.peer_set_number

),

quantiles as (

    select
        peer_set_number,
        product_group,
        set_peer_count,
        {{ quantile_outcomes('wallet', 'low_wallet', 'middle_wallet', 'high_wallet', 'set_peer_count', 2) }},
        {{ quantile_outcomes('median', 'low_median', 'middle_median', 'high_median', 'set_peer_count', 2) }}

    from placed

)

select * from quantiles
