-- grain: one quarter
with

zones as (

    select * from {{ ref('portfolio_zones') }}

),

customers_by_quarter as (

    select * from {{ ref('int_customer__by_quarter') }}

),

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

-- Existing customers are to be rated; prospects, inactive and blocked customers may be, and have a zone then too.
judged as (

    select
        zones.quarter_start_date,
        zones.zone,
        zones.net_revenue_amount,
        zones.rater_count,
        zones.rater_spread_score,
        customers_by_quarter.lifecycle_status in ('new', 'active') as is_ratable

    from zones

    inner join quarters
        on zones.quarter_start_date = quarters.quarter_start_date

    inner join customers_by_quarter
        on zones.quarter_start_date = customers_by_quarter.quarter_start_date
        and zones.customer_id = customers_by_quarter.customer_id

),

counted as (

    select
        quarter_start_date,
        count(case when is_ratable then 1 end) as ratable_count,
        count(case when is_ratable and zone <> 'UNRATED' then 1 end) as rated_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(case when zone <> 'UNRATED' then net_revenue_amount end) as rated_revenue_amount,
        sum(
            case when zone in ('PROTECT', 'DEVELOP') then net_revenue_amount when zone <> 'UNRATED' then 0 end
        ) as protect_develop_revenue_amount,
        sum(case when zone in ('PROTECT', 'DEVELOP') then 1 when zone <> 'UNRATED' then 0 end) as protect_develop_count,
        count(case when zone <> 'UNRATED' then 1 end) as zone_count,
        count(case when zone <> 'UNRATED' and rater_count > 1 then 1 end) as several_raters_count,
        sum(case when zone <> 'UNRATED' and rater_count > 1 then rater_spread_score end) as spread_sum

    from judged

    group by quarter_start_date

),

-- What could be won up to the attainable share of the wallet, where that is known.
opportunities as (

    select
        zones.quarter_start_date,
        sum(wallets.opportunity_amount) as opportunity_amount

    from zones

    inner join wallets
        on zones.quarter_start_date = wallets.quarter_start_date
        and zones.customer_id = wallets.customer_id

    where zones.zone in ('PROTECT', 'DEVELOP')

    group by zones.quarter_start_date

),

final as (

    select
        counted.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        'company' as scope,
        cast(counted.ratable_count as integer) as ratable_count,
        cast(counted.rated_count as integer) as rated_count,
        {{ share_of_total('counted.rated_count', 'counted.ratable_count') }} as rated_ratio,
        cast(counted.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(counted.rated_revenue_amount as decimal(18, 2)) as rated_revenue_amount,
        {{ share_of_total('counted.rated_revenue_amount', 'counted.net_revenue_amount') }} as rated_revenue_ratio,
        cast(counted.protect_develop_count as integer) as protect_develop_count,
        cast(counted.protect_develop_revenue_amount as decimal(18, 2)) as protect_develop_revenue_amount,
        {{ share_of_total('counted.protect_develop_revenue_amount', 'counted.rated_revenue_amount') }} as protect_develop_revenue_ratio,
        {{ share_of_total('counted.protect_develop_revenue_amount', 'counted.net_revenue_amount') }} as protect_develop_company_ratio,
        cast(opportunities.opportunity_amount as decimal(18, 2)) as opportunity_amount,
        cast(counted.several_raters_count as integer) as several_raters_count,
        case
            when counted.several_raters_count > 0 then cast(counted.spread_sum / counted.several_raters_count as decimal(9, 4))
        end as mean_rater_spread_score,
        {{ flags({
            'NO_RATED_CUSTOMER': 'counted.zone_count = 0',
        }) }} as flags

    from counted

    inner join quarters
        on counted.quarter_start_date = quarters.quarter_start_date

    left join opportunities
        on counted.quarter_start_date = opportunities.quarter_start_date

)

select * from final
