-- grain: one customer, product group that it did not buy in the trailing twelve months, and quarter
{{ config(materialized='view') }}

with

customers as (

    select * from {{ ref('int_whitespace__customer') }}

),

offers as (

    select * from {{ ref('int_whitespace__cross_sell_offer') }}

),

group_revenue as (

    select * from {{ ref('int_revenue__by_customer_group_quarter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

substitute_policy as (

    select * from {{ ref('policy_substitute_group') }}

),

substitutes as (

    select
        quarters.quarter_start_date,
        substitute_policy.product_group,
        substitute_policy.substitute_group,
        substitute_policy.is_substitute

    from quarters

    inner join substitute_policy
        on quarters.as_of_date >= substitute_policy.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, substitute_policy.product_group, substitute_policy.substitute_group
        order by substitute_policy.valid_from desc
    ) = 1

),

-- What was bought, if only to be returned, is not new to the customer; what replaces it is not needed besides.
closed_groups as (

    select
        quarter_start_date,
        customer_id,
        product_group

    from group_revenue

    union all

    select
        group_revenue.quarter_start_date,
        group_revenue.customer_id,
        substitutes.product_group

    from group_revenue

    inner join substitutes
        on
        group_revenue.quarter_start_date = substitutes.quarter_start_date
        and group_revenue.product_group = substitutes.substitute_group

    where
        substitutes.is_substitute
        and coalesce(group_revenue.net_revenue_amount > 0, true)

),

pairs as (

    select
        customers.quarter_start_date,
        customers.customer_id,
        customers.is_partial_year,
        offers.product_group,
        offers.peer_scope,
        offers.peer_industry,
        offers.size_class,
        offers.peer_count,
        offers.buyer_count,
        offers.peer_penetration_ratio,
        offers.expected_amount

    from customers

    inner join offers
        on
        customers.quarter_start_date = offers.quarter_start_date
        and customers.peer_scope = offers.peer_scope
        and customers.peer_industry = offers.peer_industry
        and case when customers.peer_scope = 'industry_size' then customers.size_class else '' end = offers.size_class
        and customers.is_peer = offers.is_peer

),

final as (

    select pairs.*

    from pairs

    left join closed_groups
        on
        pairs.quarter_start_date = closed_groups.quarter_start_date
        and pairs.customer_id = closed_groups.customer_id
        and pairs.product_group = closed_groups.product_group

    where closed_groups.customer_id is null

)

select * from final
