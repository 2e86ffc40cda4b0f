-- grain: one set of peers, product group that enough of them buy, being a peer or not, and quarter
with

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

-- Who does not buy a group is not among its buyers: all customers of a set that are peers, and all that are none, get
-- the same offers.
offers as (

    select
        peer_purchases.quarter_start_date,
        peer_purchases.peer_scope,
        peer_purchases.peer_industry,
        peer_purchases.size_class,
        peer_purchases.product_group,
        own_counts.is_peer,
        peer_purchases.peer_count - own_counts.own_count as peer_count,
        peer_purchases.buyer_count,
        cast(
            cast(peer_purchases.buyer_count as decimal(18, 6)) / (peer_purchases.peer_count - own_counts.own_count)
            as decimal(9, 6)
        ) as peer_penetration_ratio,
        peer_purchases.typical_spend_amount

    from peer_purchases

    cross join own_counts

    inner join policy
        on peer_purchases.quarter_start_date = policy.quarter_start_date

    where
        peer_purchases.peer_count - own_counts.own_count >= policy.whitespace_peer_minimum_count
        and peer_purchases.buyer_count
        >= policy.whitespace_minimum_penetration_ratio * (peer_purchases.peer_count - own_counts.own_count)

),

expected as (

    select
        *,
        {{ amount_times_ratio('typical_spend_amount', 'peer_penetration_ratio') }} as expected_amount

    from offers

),

final as (

    select expected.*

    from expected

    inner join policy
        on expected.quarter_start_date = policy.quarter_start_date

    where expected.expected_amount > 0 and expected.expected_amount >= policy.whitespace_minimum_amount

)

select * from final
