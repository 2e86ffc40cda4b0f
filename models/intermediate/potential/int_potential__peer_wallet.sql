-- grain: one customer, product group or total, and quarter
{{ config(materialized='view') }}

with

revenue as (

    select * from {{ ref('int_potential__revenue_by_group') }}

),

declared as (

    select * from {{ ref('int_potential__declared_wallet') }}

),

assignment as (

    select * from {{ ref('int_potential__peer_assignment') }}

),

peer_groups as (

    select * from {{ ref('int_potential__peer_group') }}

),

peer_set_quantiles as (

    select * from {{ ref('int_potential__peer_set_quantile') }}

),

-- A row for the total and for each group that is bought or declared.
not_bought as (

    select
        declared.profile_number,
        declared.product_group,
        cast(0 as decimal(18, 2)) as net_revenue_amount

    from declared

    left join revenue
        on
        declared.profile_number = revenue.profile_number
        and declared.product_group = revenue.product_group

    where revenue.profile_number is null

),

needs as (

    select * from revenue

    union all

    select * from not_bought

),

-- What a peer set lacks if it lacks somebody else than the customer: the revenue of the window's farther end.
left_out_elsewhere as (

    select *

    from revenue

    where profile_number in (select peer_groups.farther_end_profile_number from peer_groups)

),

compared as (

    select
        needs.*,
        assignment.quarter_start_date,
        assignment.is_in_population,
        assignment.peer_industry,
        assignment.employee_count,
        assignment.peer_set_number,
        case
            when assignment.left_out_profile_number = needs.profile_number then greatest(needs.net_revenue_amount, 0)
            when assignment.left_out_profile_number is not null
                then greatest(coalesce(left_out_elsewhere.net_revenue_amount, 0), 0)
        end as left_out_amount

    from needs

    inner join assignment
        on needs.profile_number = assignment.profile_number

    left join left_out_elsewhere
        on
        needs.profile_number <> assignment.left_out_profile_number
        and assignment.left_out_profile_number = left_out_elsewhere.profile_number
        and needs.product_group = left_out_elsewhere.product_group

),

estimated as (

    select
        compared.profile_number,
        compared.product_group,
        compared.quarter_start_date,
        compared.is_in_population,
        compared.peer_industry,
        compared.employee_count,
        compared.net_revenue_amount,
        -- Peers without any revenue in the group have no quantile row: their quantile is zero.
        case
            when compared.peer_set_number is null then null
            when peer_set_quantiles.peer_set_number is null then cast(0 as decimal(18, 2))
            else {{ leave_one_out_quantile('peer_set_quantiles.wallet', 'compared.left_out_amount') }}
        end as peer_wallet_amount,
        case
            when compared.peer_set_number is null or compared.product_group <> {{ total_product_group() }} then null
            when peer_set_quantiles.peer_set_number is null then cast(0 as decimal(18, 2))
            else {{ leave_one_out_quantile('peer_set_quantiles.median', 'compared.left_out_amount') }}
        end as peer_median_amount

    from compared

    left join peer_set_quantiles
        on
        compared.peer_set_number = peer_set_quantiles.peer_set_number
        and compared.product_group = peer_set_quantiles.product_group

)

select * from estimated
