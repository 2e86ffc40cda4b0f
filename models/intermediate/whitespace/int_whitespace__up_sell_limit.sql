-- grain: one industry, size class, product group, being a peer or not, and quarter
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

peer_purchases as (

    select * from {{ ref('int_whitespace__peer_purchase') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

own_counts as (

    select
        true as is_peer,
        1 as own_count

    union all

    select
        false as is_peer,
        0 as own_count

),

industry_purchases as (

    select * from peer_purchases

    where peer_scope = 'industry'

),

size_class_purchases as (

    select * from peer_purchases

    where peer_scope = 'industry_size'

),

-- Every size class of an industry, with peers or without.
size_classes as (

    select distinct
        quarter_start_date,
        peer_industry,
        size_class

    from profile

    where peer_industry is not null and size_class is not null

),

-- The ladder again, group by group: the first set in which enough others buy the group. Who buys it and is a peer is one
-- of the buyers.
scoped as (

    select
        size_classes.quarter_start_date,
        size_classes.peer_industry,
        size_classes.size_class,
        industry_purchases.product_group,
        own_counts.is_peer,
        own_counts.own_count,
        case
            when size_class_purchases.sized_buyer_count - own_counts.own_count >= policy.whitespace_peer_minimum_count
                then 'industry_size'
            when industry_purchases.sized_buyer_count - own_counts.own_count >= policy.whitespace_peer_minimum_count
                then 'industry'
        end as peer_scope

    from size_classes

    inner join industry_purchases
        on
        size_classes.quarter_start_date = industry_purchases.quarter_start_date
        and size_classes.peer_industry = industry_purchases.peer_industry

    cross join own_counts

    inner join policy
        on size_classes.quarter_start_date = policy.quarter_start_date

    left join size_class_purchases
        on
        size_classes.quarter_start_date = size_class_purchases.quarter_start_date
        and size_classes.peer_industry = size_class_purchases.peer_industry
        and size_classes.size_class = size_class_purchases.size_class
        and industry_purchases.product_group = size_class_purchases.product_group

),

final as (

    select
        scoped.quarter_start_date,
        scoped.peer_industry,
        scoped.size_class,
        scoped.product_group,
        scoped.is_peer,
        scoped.peer_scope,
        peer_purchases.size_class as peer_size_class,
        peer_purchases.peer_count - scoped.own_count as peer_count,
        peer_purchases.buyer_count - scoped.own_count as buyer_count,
        peer_purchases.sized_buyer_count - scoped.own_count as sized_buyer_count,
        peer_purchases.typical_low,
        peer_purchases.typical_middle,
        peer_purchases.typical_without_low,
        peer_purchases.typical_without_middle,
        peer_purchases.typical_without_high,
        peer_purchases.typical_of_all,
        peer_purchases.lower_low,
        peer_purchases.lower_middle,
        peer_purchases.lower_without_low,
        peer_purchases.lower_without_middle,
        peer_purchases.lower_without_high,
        peer_purchases.lower_of_all

    from scoped

    inner join peer_purchases
        on
        scoped.quarter_start_date = peer_purchases.quarter_start_date
        and scoped.peer_scope = peer_purchases.peer_scope
        and scoped.peer_industry = peer_purchases.peer_industry
        and case when scoped.peer_scope = 'industry_size' then scoped.size_class else '' end = peer_purchases.size_class
        and scoped.product_group = peer_purchases.product_group

)

select * from final
