-- grain: one class by revenue, potential class and lifecycle status per quarter
with

segments as (

    select
        *,
        {{ growth_potential('potential_amount', 'net_revenue_amount') }} as growth_potential_amount

    from {{ ref('customer_segments') }}

    where is_in_population

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

groups_of_customers as (

    select
        segments.quarter_start_date,
        segments.abc_revenue_class,
        coalesce(segments.potential_class, 'UNCLASSIFIED') as potential_class,
        segments.lifecycle_status,
        count(*) as customer_count,
        sum(case when segments.growth_potential_amount > 0 then 1 else 0 end) as growing_customer_count,
        sum(case when segments.potential_amount is null then 1 else 0 end) as unknown_potential_count,
        sum(segments.net_revenue_amount) as net_revenue_amount,
        sum(segments.potential_amount) as potential_amount,
        sum(segments.growth_potential_amount) as growth_potential_amount

    from segments

    inner join quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    group by
        segments.quarter_start_date,
        segments.abc_revenue_class,
        coalesce(segments.potential_class, 'UNCLASSIFIED'),
        segments.lifecycle_status

),

totals as (

    select
        quarter_start_date,
        sum(customer_count) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(growth_potential_amount) as growth_potential_amount

    from groups_of_customers

    group by quarter_start_date

),

final as (

    select
        groups_of_customers.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        groups_of_customers.abc_revenue_class,
        groups_of_customers.potential_class,
        groups_of_customers.lifecycle_status,
        cast(groups_of_customers.customer_count as integer) as customer_count,
        {{ share_of_total('groups_of_customers.customer_count', 'totals.customer_count') }} as customer_ratio,
        cast(
            case
                when groups_of_customers.growth_potential_amount is not null then groups_of_customers.growing_customer_count
            end as integer
        ) as growing_customer_count,
        cast(groups_of_customers.unknown_potential_count as integer) as unknown_potential_count,
        cast(groups_of_customers.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        {{ share_of_total('groups_of_customers.net_revenue_amount', 'totals.net_revenue_amount') }} as net_revenue_ratio,
        cast(groups_of_customers.potential_amount as decimal(18, 2)) as potential_amount,
        cast(groups_of_customers.growth_potential_amount as decimal(18, 2)) as growth_potential_amount,
        {{ share_of_total('groups_of_customers.growth_potential_amount', 'totals.growth_potential_amount') }}
            as growth_potential_ratio,
        {{ share_of_total('groups_of_customers.growth_potential_amount', 'totals.net_revenue_amount') }}
            as growth_to_revenue_ratio,
        {{ flags({
            'INCOMPLETE_POTENTIAL': 'groups_of_customers.unknown_potential_count > 0'
                ~ ' and groups_of_customers.potential_amount is not null',
            'NO_POTENTIAL': 'groups_of_customers.potential_amount is null',
        }) }} as flags

    from groups_of_customers

    inner join quarters
        on groups_of_customers.quarter_start_date = quarters.quarter_start_date

    inner join totals
        on groups_of_customers.quarter_start_date = totals.quarter_start_date

)

select * from final
