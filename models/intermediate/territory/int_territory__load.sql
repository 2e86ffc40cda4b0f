-- grain: one rep and territory of customers per quarter
with

workloads as (

    select * from {{ ref('int_territory__workload') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

classes as (

    select * from {{ ref('int_segmentation__tier') }}

),

final as (

    select
        workloads.quarter_start_date,
        workloads.rep_id,
        workloads.territory_id,
        count(*) as customer_count,
        count(case when classes.potential_class = 'HIGH' then 1 end) as high_count,
        count(case when classes.potential_class = 'MID' then 1 end) as mid_count,
        count(case when classes.potential_class = 'LOW' then 1 end) as low_count,
        cast(sum(profit.net_revenue_amount) as decimal(18, 2)) as net_revenue_amount,
        cast(sum(profit.contribution_amount) as decimal(18, 2)) as contribution_amount,
        cast(sum(profit.cost_to_serve_amount) as decimal(18, 2)) as cost_to_serve_amount,
        cast(sum(wallets.potential_amount) as decimal(18, 2)) as potential_amount,
        cast(sum(workloads.workload_minutes) as decimal(18, 4)) as workload_minutes,
        cast(sum(case when workloads.workload_source = 'MEASURED' then workloads.workload_minutes end) as decimal(18, 4)) as measured_minutes,
        cast(
            sum(case when workloads.channel in ('KAM', 'FIELD') then workloads.remote_minutes else workloads.workload_minutes end)
            as decimal(18, 4)
        ) as inside_minutes

    from workloads

    left join profit
        on workloads.quarter_start_date = profit.quarter_start_date
        and workloads.customer_id = profit.customer_id

    left join wallets
        on workloads.quarter_start_date = wallets.quarter_start_date
        and workloads.customer_id = wallets.customer_id

    left join classes
        on workloads.quarter_start_date = classes.quarter_start_date
        and workloads.customer_id = classes.customer_id

    group by
        workloads.quarter_start_date,
        workloads.rep_id,
        workloads.territory_id

)

select * from final
