-- grain: one zone before and one zone per quarter
with

zones as (

    select * from {{ ref('portfolio_zones') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

-- A quarter before which no zone is known has no movements: its customers are not new, only their zone before is.
compared_quarters as (

    select zones.quarter_start_date

    from zones

    inner join quarters
        on zones.quarter_start_date = quarters.quarter_start_date

    where zones.zone_previous is not null

    group by zones.quarter_start_date

),

moved as (

    select
        zones.quarter_start_date,
        coalesce(zones.zone_previous, 'NEW') as from_zone,
        zones.zone as to_zone,
        count(*) as customer_count,
        cast(sum(zones.net_revenue_amount) as decimal(18, 2)) as net_revenue_amount,
        cast(sum(zones.contribution_amount) as decimal(18, 2)) as contribution_amount

    from zones

    inner join compared_quarters
        on zones.quarter_start_date = compared_quarters.quarter_start_date

    group by
        zones.quarter_start_date,
        coalesce(zones.zone_previous, 'NEW'),
        zones.zone

),

totals as (

    select
        quarter_start_date,
        from_zone,
        sum(customer_count) as customer_count

    from moved

    group by quarter_start_date, from_zone

),

final as (

    select
        moved.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        moved.from_zone,
        moved.to_zone,
        moved.from_zone <> moved.to_zone as is_changed,
        cast(moved.customer_count as integer) as customer_count,
        {{ share_of_total('moved.customer_count', 'totals.customer_count') }} as from_zone_ratio,
        moved.net_revenue_amount,
        moved.contribution_amount

    from moved

    inner join quarters
        on moved.quarter_start_date = quarters.quarter_start_date

    inner join totals
        on moved.quarter_start_date = totals.quarter_start_date
        and moved.from_zone = totals.from_zone

)

select * from final
