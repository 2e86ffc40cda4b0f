-- grain: one set of peers, product group and quarter
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

group_revenue as (

    select * from {{ ref('int_revenue__by_customer_group_quarter') }}

),

product_groups as (

    select * from {{ ref('int_whitespace__product_group') }}

),

peer_sets as (

    select * from {{ ref('int_whitespace__peer_set') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

purchases as (

    select
        profile.quarter_start_date,
        profile.peer_industry,
        profile.size_class,
        group_revenue.product_group,
        group_revenue.net_revenue_amount,
        {{ purchase_intensity('group_revenue.net_revenue_amount', 'profile.employee_count') }} as intensity_amount

    from profile

    inner join group_revenue
        on
        profile.quarter_start_date = group_revenue.quarter_start_date
        and profile.customer_id = group_revenue.customer_id

    inner join product_groups
        on
        group_revenue.quarter_start_date = product_groups.quarter_start_date
        and group_revenue.product_group = product_groups.product_group

    where
        profile.is_peer
        and profile.peer_industry is not null
        and group_revenue.net_revenue_amount > 0
        and product_groups.is_active

),

sorted_by_size_class as (

    select
        quarter_start_date,
        peer_industry,
        size_class,
        product_group,
        count(*) as buyer_count,
        count(intensity_amount) as sized_buyer_count,
        {{ sorted_values('net_revenue_amount') }} as net_revenue_amounts,
        {{ sorted_values('intensity_amount') }} as intensity_amounts

    from purchases

    group by quarter_start_date, peer_industry, size_class, product_group

),

-- An industry is its size classes and those of its peers whose size is unknown.
sorted as (

    select
        quarter_start_date,
        'industry_size' as peer_scope,
        peer_industry,
        size_class,
        product_group,
        buyer_count,
        sized_buyer_count,
        net_revenue_amounts,
        intensity_amounts

    from sorted_by_size_class

    where size_class is not null

    union all

    select
        quarter_start_date,
        'industry' as peer_scope,
        peer_industry,
        '' as size_class,
        product_group,
        cast(sum(buyer_count) as bigint) as buyer_count,
        cast(sum(sized_buyer_count) as bigint) as sized_buyer_count,
        {{ sorted_values_of_lists('net_revenue_amounts') }} as net_revenue_amounts,
        {{ sorted_values_of_lists('intensity_amounts') }} as intensity_amounts

    from sorted_by_size_class

    group by quarter_start_date, peer_industry, product_group

),

placed as (

    select
        sorted.*,
        {{ quantile_weights('spend', 'sorted.buyer_count', 'policy.whitespace_typical_quantile_ratio') }},
        {{ quantile_weights('typical', 'sorted.sized_buyer_count', 'policy.whitespace_typical_quantile_ratio') }},
        {{ quantile_weights('lower', 'sorted.sized_buyer_count', 'policy.whitespace_lower_quantile_ratio') }}

    from sorted

    inner join policy
        on sorted.quarter_start_date = policy.quarter_start_date

),

-- Behind the last value of a list anything will do: it has no weight there. What is NULL stands behind all values.
summarised as (

    select
        quarter_start_date,
        peer_scope,
        peer_industry,
        size_class,
        product_group,
        buyer_count,
        sized_buyer_count,
        {{ quantile_outcomes(
            'spend',
            "coalesce(" ~ list_value('net_revenue_amounts', 'spend_position') ~ ", 0)",
            "coalesce(" ~ list_value('net_revenue_amounts', 'spend_position + 1') ~ ", 0)",
            "coalesce(" ~ list_value('net_revenue_amounts', 'spend_position + 2') ~ ", 0)",
            'buyer_count',
            2,
        ) }},
        {{ quantile_outcomes(
            'typical',
            "coalesce(" ~ list_value('intensity_amounts', 'typical_position') ~ ", 0)",
            "coalesce(" ~ list_value('intensity_amounts', 'typical_position + 1') ~ ", 0)",
            "coalesce(" ~ list_value('intensity_amounts', 'typical_position + 2') ~ ", 0)",
            'sized_buyer_count',
            6,
        ) }},
        {{ quantile_outcomes(
            'lower',
            "coalesce(" ~ list_value('intensity_amounts', 'lower_position') ~ ", 0)",
            "coalesce(" ~ list_value('intensity_amounts', 'lower_position + 1') ~ ", 0)",
            "coalesce(" ~ list_value('intensity_amounts', 'lower_position + 2') ~ ", 0)",
            'sized_buyer_count',
            6,
        ) }}

    from placed

),

final as (

    select
        summarised.quarter_start_date,
        summarised.peer_scope,
        summarised.peer_industry,
        summarised.size_class,
        summarised.product_group,
        peer_sets.peer_count,
        cast(summarised.buyer_count as integer) as buyer_count,
        summarised.spend_of_all as typical_spend_amount,
        cast(summarised.sized_buyer_count as integer) as sized_buyer_count,
        summarised.typical_low,
        summarised.typical_middle,
        summarised.typical_without_low,
        summarised.typical_without_middle,
        summarised.typical_without_high,
        summarised.typical_of_all,
        summarised.lower_low,
        summarised.lower_middle,
        summarised.lower_without_low,
        summarised.lower_without_middle,
        summarised.lower_without_high,
        summarised.lower_of_all

    from summarised

    inner join peer_sets
        on
        summarised.quarter_start_date = peer_sets.quarter_start_date
        and summarised.peer_scope = peer_sets.peer_scope
        and summarised.peer_industry = peer_sets.peer_industry
        and summarised.size_class = peer_sets.size_class

)

select * from final
