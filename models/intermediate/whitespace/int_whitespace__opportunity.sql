-- grain: one customer, product group and quarter: the best opportunities of each customer
{{ config(materialized='view') }}

with

cross_sell as (

    select * from {{ ref('int_whitespace__cross_sell') }}

),

up_sell as (

    select * from {{ ref('int_whitespace__up_sell') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

combined as (

    select
        quarter_start_date,
        customer_id,
        product_group,
        'CROSS_SELL' as opportunity_type,
        peer_scope,
        peer_industry,
        size_class,
        peer_count,
        buyer_count,
        peer_count as evidence_count,
        peer_penetration_ratio,
        cast(0 as decimal(18, 2)) as net_revenue_amount,
        expected_amount

    from cross_sell

    union all

    select
        quarter_start_date,
        customer_id,
        product_group,
        'UP_SELL' as opportunity_type,
        peer_scope,
        peer_industry,
        size_class,
        peer_count,
        buyer_count,
        sized_buyer_count as evidence_count,
        peer_penetration_ratio,
        net_revenue_amount,
        expected_amount

    from up_sell

),

ranked as (

    select
        *,
        row_number() over (
            partition by quarter_start_date, customer_id
            order by expected_amount desc, product_group
        ) as rank_customer

    from combined

),

best as (

    select ranked.*

    from ranked

    inner join policy
        on ranked.quarter_start_date = policy.quarter_start_date

    where ranked.rank_customer <= policy.whitespace_maximum_per_customer

)

select * from best
