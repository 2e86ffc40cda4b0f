-- grain: one measured campaign and KPI
with

measurements as (

    select * from {{ ref('int_campaign__measurement') }}

),

pools as (

    select * from {{ ref('int_cost__pool_by_month') }}

),

figures as (

    select
        *,
        'net_revenue' as kpi

    from measurements

    union all

    select
        *,
        'gross_margin' as kpi

    from measurements

    union all

    select
        *,
        'process_cost_saving' as kpi

    from measurements

    where campaign_type = 'PROCESS'

),

costed_quarters as (

    select distinct {{ quarter_index_of('quarter_start_date') }} as quarter_index

    from pools

    where pool_amount is not null

),

costed as (

    select
        measurements.campaign_id,
        max(case when costed_quarters.quarter_index = measurements.outcome_quarter_index then 1 else 0 end) = 1
            as has_outcome,
        max(case when costed_quarters.quarter_index = measurements.quarter_index - 1 then 1 else 0 end) = 1
            as has_baseline,
        cast(sum(case when costed_quarters.quarter_index < measurements.quarter_index then 1 else 0 end) as integer)
            as covariate_quarter_count

    from measurements

    inner join costed_quarters
        on costed_quarters.quarter_index between measurements.quarter_index - 4 and measurements.outcome_quarter_index

    group by measurements.campaign_id

),

-- The effect was planned for one figure, the one that the campaign is about.
final as (

    select
        figures.campaign_id,
        figures.kpi,
        figures.quarter_index,
        figures.outcome_quarter_index,
        figures.kpi
        = case when figures.campaign_type = 'PROCESS' then 'process_cost_saving' else 'net_revenue' end as is_main_kpi,
        case
            when
                figures.kpi
                = case when figures.campaign_type = 'PROCESS' then 'process_cost_saving' else 'net_revenue' end
                then figures.planned_effect_amount
        end as planned_effect_amount,
        figures.confidence_ratio,
        figures.power_ratio,
        figures.minimum_arm_count,
        figures.minimum_measured_ratio,
        case when figures.kpi = 'process_cost_saving' then coalesce(costed.has_outcome, false) else true end as has_outcome,
        case
            when figures.kpi = 'process_cost_saving' then coalesce(costed.has_baseline, false)
            else figures.has_baseline
        end as has_baseline,
        case
            when figures.kpi = 'process_cost_saving' then coalesce(costed.covariate_quarter_count, 0)
            else figures.covariate_quarter_count
        end as covariate_quarter_count

    from figures

    left join costed
        on figures.campaign_id = costed.campaign_id

)

select * from final
