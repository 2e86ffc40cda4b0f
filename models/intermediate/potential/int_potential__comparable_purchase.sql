-- grain: one training quarter, industry, size class, fold left out, and product group
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

trainings as (

    select * from {{ ref('int_potential__training') }}

),

quarters as (

    select * from {{ ref('int_quarter__observed') }}

),

group_revenue as (

    select * from {{ ref('int_revenue__by_customer_group_posting_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

folds as (

    select {{ each_integer('0', '2') }} as fold

),

peers as (

    select
        profile.quarter_start_date,
        profile.customer_id,
        profile.peer_industry,
        profile.size_class,
        {{ hash_bucket('profile.customer_id', 15) }} % 3 as fold

    from profile

    inner join trainings
        on profile.quarter_start_date = trainings.training_quarter_start_date

    where profile.is_peer and profile.peer_industry is not null and profile.size_class is not null

),

-- The twelve months that end with a closed quarter are four quarters of posting.
purchases as (

    select
        quarters.quarter_start_date,
        group_revenue.customer_id,
        group_revenue.product_group,
        sum(group_revenue.net_revenue_amount) as net_revenue_amount

    from group_revenue

    inner join quarters
        on group_revenue.posting_quarter_index between quarters.quarter_index - 3 and quarters.quarter_index

    inner join trainings
        on quarters.quarter_start_date = trainings.training_quarter_start_date

    where group_revenue.product_group is not null

    group by quarters.quarter_start_date, group_revenue.customer_id, group_revenue.product_group

),

-- Nobody is described by its own purchases: the fold that is estimated is left out, for all who teach and test its model.
revenue_by_fold as (

    select
        peers.quarter_start_date,
        peers.fold,
        purchases.product_group,
        sum(purchases.net_revenue_amount) as net_revenue_amount

    from peers

    inner join purchases
        on
        peers.quarter_start_date = purchases.quarter_start_date
        and peers.customer_id = purchases.customer_id

    group by peers.quarter_start_date, peers.fold, purchases.product_group

),

-- Groups by what peers spend on them; a dozen say what a kind of company buys.
ranked_groups as (

    select
        revenue_by_fold.quarter_start_date,
        folds.fold as left_out_fold,
        revenue_by_fold.product_group,
        row_number() over (
            partition by revenue_by_fold.quarter_start_date, folds.fold
            order by sum(revenue_by_fold.net_revenue_amount) desc, revenue_by_fold.product_group
        ) as product_group_rank

    from revenue_by_fold

    inner join folds
        on revenue_by_fold.fold <> folds.fold

    group by revenue_by_fold.quarter_start_date, folds.fold, revenue_by_fold.product_group

    qualify product_group_rank <= 12

),

peer_counts as (

    select
        peers.quarter_start_date,
        peers.peer_industry,
        peers.size_class,
        folds.fold as left_out_fold,
        count(*) as peer_count

    from peers

    inner join folds
        on peers.fold <> folds.fold

    group by peers.quarter_start_date, peers.peer_industry, peers.size_class, folds.fold

),

buyer_counts as (

    select
        peers.quarter_start_date,
        peers.peer_industry,
        peers.size_class,
        folds.fold as left_out_fold,
        purchases.product_group,
        count(*) as buyer_count

    from peers

    inner join purchases
        on
        peers.quarter_start_date = purchases.quarter_start_date
        and peers.customer_id = purchases.customer_id

    inner join folds
        on peers.fold <> folds.fold

    where purchases.net_revenue_amount > 0

    group by peers.quarter_start_date, peers.peer_industry, peers.size_class, folds.fold, purchases.product_group

),

final as (

    select
        peer_counts.quarter_start_date as training_quarter_start_date,
        peer_counts.peer_industry,
        peer_counts.size_class,
        peer_counts.left_out_fold,
        dense_rank() over (
            order by peer_counts.quarter_start_date, peer_counts.peer_industry, peer_counts.size_class
        ) as comparable_number,
        ranked_groups.product_group,
        ranked_groups.product_group_rank,
        cast(coalesce(buyer_counts.buyer_count, 0) / peer_counts.peer_count as decimal(9, 6)) as penetration_ratio

    from peer_counts

    inner join policy
        on peer_counts.quarter_start_date = policy.quarter_start_date

    inner join ranked_groups
        on
        peer_counts.quarter_start_date = ranked_groups.quarter_start_date
        and peer_counts.left_out_fold = ranked_groups.left_out_fold

    left join buyer_counts
        on
        peer_counts.quarter_start_date = buyer_counts.quarter_start_date
        and peer_counts.peer_industry = buyer_counts.peer_industry
        and peer_counts.size_class = buyer_counts.size_class
        and peer_counts.left_out_fold = buyer_counts.left_out_fold
        and ranked_groups.product_group = buyer_counts.product_group

    where peer_counts.peer_count >= policy.peer_minimum_count

)

select * from final
