-- grain: one customer, product group or total, and quarter
with

group_revenue as (

    select * from {{ ref('int_revenue__by_customer_group_quarter') }}

),

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

combined as (

    select
        profile.profile_number,
        group_revenue.product_group,
        group_revenue.net_revenue_amount

    from group_revenue

    inner join profile
        on
        group_revenue.quarter_start_date = profile.quarter_start_date
        and group_revenue.customer_id = profile.customer_id

    where group_revenue.product_group is not null

    union all

    select
        profile_number,
        {{ total_product_group() }} as product_group,
        net_revenue_amount

    from profile

)

select * from combined
