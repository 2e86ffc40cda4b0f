-- grain: one customer and quarter that can get a recommendation
{{ config(materialized='view') }}

with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

peer_sets as (

    select * from {{ ref('int_whitespace__peer_set') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- Nobody sells to whom nobody may speak to. Who neither bought nor has a rep is an address.
addressable as (

    select
        profile.quarter_start_date,
        profile.customer_id,
        profile.peer_industry,
        profile.size_class,
        profile.employee_count,
        profile.is_peer,
        profile.is_partial_year

    from profile

    inner join customers
        on profile.customer_id = customers.customer_id

    where
        profile.is_in_population
        and not customers.is_blocked
        and not customers.is_do_not_contact
        and profile.peer_industry is not null
        and (customers.rep_id is not null or coalesce(profile.net_revenue_amount > 0, true))

),

-- The ladder: the first set with enough peers. Nobody counts among its own.
final as (

    select
        addressable.quarter_start_date,
        addressable.customer_id,
        addressable.peer_industry,
        addressable.size_class,
        addressable.employee_count,
        addressable.is_peer,
        addressable.is_partial_year,
        case
            when size_sets.peer_count - case when addressable.is_peer then 1 else 0 end >= policy.whitespace_peer_minimum_count
                then 'industry_size'
            when industry_sets.peer_count - case when addressable.is_peer then 1 else 0 end >= policy.whitespace_peer_minimum_count
                then 'industry'
        end as peer_scope

    from addressable

    inner join policy
        on addressable.quarter_start_date = policy.quarter_start_date

    left join peer_sets as size_sets
        on
        size_sets.peer_scope = 'industry_size'
        and addressable.quarter_start_date = size_sets.quarter_start_date
        and addressable.peer_industry = size_sets.peer_industry
        and addressable.size_class = size_sets.size_class

    left join peer_sets as industry_sets
        on
        industry_sets.peer_scope = 'industry'
        and addressable.quarter_start_date = industry_sets.quarter_start_date
        and addressable.peer_industry = industry_sets.peer_industry

)

select * from final
