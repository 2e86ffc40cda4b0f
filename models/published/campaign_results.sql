-- grain: one measured campaign and KPI
{{ config(incremental_strategy='campaign_partition', meta={'partition_column': 'outcome_quarter_start_date'}) }}

with

measurements as (

    select * from {{ ref('int_campaign__measurement') }}

),

figures as (

    select * from {{ ref('int_campaign__figure') }}

),

outcomes as (

    select * from {{ ref('int_campaign__outcome') }}

),

participants as (

    select * from {{ ref('int_campaign__participant') }}

),

inferences as (

    select * from {{ ref('int_campaign__inference') }}

),

contacts as (

    select * from {{ ref('int_campaign__contact') }}

),

activities as (

    select count(*) as activity_count from {{ ref('input_layer__activity') }}

),

listed as (

    select
        campaign_id,
        cast(sum(case when arm = 'TREATMENT' then 1 else 0 end) as integer) as listed_treated_count,
        cast(sum(case when arm = 'CONTROL' then 1 else 0 end) as integer) as listed_control_count,
        cast(sum(case when arm is null then 1 else 0 end) as integer) as in_both_arms_count,
        cast(sum(case when is_known then 0 else 1 end) as integer) as unknown_count

    from participants

    group by campaign_id

),

-- Means per customer, so that arms of different size can be held against each other.
means as (

    select
        campaign_id,
        kpi,
        cast(sum(case when arm = 'TREATMENT' and is_measured then 1 else 0 end) as integer) as treated_count,
        cast(sum(case when arm = 'CONTROL' and is_measured then 1 else 0 end) as integer) as control_count,
        cast(sum(case when is_measured then 0 else 1 end) as integer) as unmeasured_count,
        cast(sum(case when has_unknown_amounts then 1 else 0 end) as integer) as unknown_amount_count,
        sum(case when arm = 'TREATMENT' and is_measured then before_amount end) as treated_before_amount,
        sum(case when arm = 'TREATMENT' and is_measured then after_amount end) as treated_after_amount,
        sum(case when arm = 'CONTROL' and is_measured then before_amount end) as control_before_amount,
        sum(case when arm = 'CONTROL' and is_measured then after_amount end) as control_after_amount

    from outcomes

    group by
        campaign_id,
        kpi

),

-- Everything done for the campaign costs, also what was done at customers it was not meant for.
effort as (

    select
        contacts.campaign_id,
        cast(sum(contacts.contact_count) as bigint) as contact_count,
        cast(sum(contacts.minutes) as decimal(18, 4)) as minutes,
        cast(case when sum(contacts.without_cost_count) = 0 then sum(contacts.cost_amount) end as decimal(18, 2)) as cost_amount,
        cast(sum(case when participants.arm = 'TREATMENT' then 1 else 0 end) as integer) as reached_count,
        cast(sum(case when participants.arm = 'CONTROL' then 1 else 0 end) as integer) as contaminated_count

    from contacts

    left join participants
        on contacts.campaign_id = participants.campaign_id
        and contacts.customer_id = participants.customer_id

    group by contacts.campaign_id

),

joined as (

    select
        measurements.quarter_start_date,
        measurements.outcome_quarter_start_date,
        measurements.as_of_date,
        measurements.campaign_id,
        measurements.campaign_type,
        measurements.list_version,
        figures.kpi,
        figures.is_main_kpi,
        figures.planned_effect_amount,
        figures.confidence_ratio,
        figures.power_ratio,
        figures.minimum_arm_count,
        figures.has_outcome,
        figures.has_baseline,
        figures.covariate_quarter_count,
        coalesce(means.treated_count, 0) as treated_count,
        coalesce(means.control_count, 0) as control_count,
        coalesce(means.unmeasured_count, 0) as unmeasured_count,
        coalesce(means.unknown_amount_count, 0) as unknown_amount_count,
        means.treated_before_amount,
        means.treated_after_amount,
        means.control_before_amount,
        means.control_after_amount,
        inferences.stratum_count,
        inferences.pooled_stratum_count,
        inferences.uplift_amount,
        inferences.ci_low_amount,
        inferences.ci_high_amount,
        inferences.p_value,
        inferences.difference_in_differences_amount,
        inferences.difference_ci_low_amount,
        inferences.difference_ci_high_amount,
        inferences.difference_p_value,
        inferences.covariate_factor,
        inferences.covariate_correlation,
        inferences.standard_deviation_amount,
        inferences.minimum_detectable_amount,
        inferences.required_count_per_arm,
        inferences.method_version,
        effort.contact_count,
        effort.minutes,
        effort.cost_amount,
        effort.reached_count,
        effort.contaminated_count,
        listed.listed_treated_count,
        listed.listed_control_count,
        listed.in_both_arms_count,
        listed.unknown_count,
        activities.activity_count

    from measurements

    inner join figures
        on measurements.campaign_id = figures.campaign_id

    inner join listed
        on measurements.campaign_id = listed.campaign_id

    cross join activities

    left join means
        on figures.campaign_id = means.campaign_id
        and figures.kpi = means.kpi

    left join inferences
        on figures.campaign_id = inferences.campaign_id
        and figures.kpi = inferences.kpi

    left join effort
        on measurements.campaign_id = effort.campaign_id

),

judged as (

    select
        *,
        cast(uplift_amount * treated_count as decimal(18, 2)) as total_uplift_amount,
        case
            when ci_low_amount is null then null
            when ci_low_amount > 0 then 'LIFT'
            when ci_high_amount < 0 then 'HARM'
            when minimum_detectable_amount > planned_effect_amount then 'UNDERPOWERED'
            else 'NO_EVIDENCE'
        end as verdict

    from joined

),

final as (

    select
        quarter_start_date,
        outcome_quarter_start_date,
        as_of_date,
        false as is_provisional,
        campaign_id,
        campaign_type,
        cast(list_version as integer) as list_version,
        kpi,
        is_main_kpi,
        listed_treated_count,
        listed_control_count,
        treated_count,
        control_count,
        unmeasured_count,
        {{ mean_amount('treated_before_amount', 'treated_count') }} as treated_before_amount,
        {{ mean_amount('treated_after_amount', 'treated_count') }} as treated_after_amount,
        {{ mean_amount('control_before_amount', 'control_count') }} as control_before_amount,
        {{ mean_amount('control_after_amount', 'control_count') }} as control_after_amount,
        cast(uplift_amount as decimal(18, 2)) as uplift_amount,
        cast(ci_low_amount as decimal(18, 2)) as ci_low_amount,
        cast(ci_high_amount as decimal(18, 2)) as ci_high_amount,
        cast(confidence_ratio as decimal(9, 6)) as confidence_ratio,
        cast(p_value as decimal(9, 6)) as p_value,
        total_uplift_amount,
        cast(difference_in_differences_amount as decimal(18, 2)) as difference_in_differences_amount,
        cast(difference_ci_low_amount as decimal(18, 2)) as difference_ci_low_amount,
        cast(difference_ci_high_amount as decimal(18, 2)) as difference_ci_high_amount,
        cast(difference_p_value as decimal(9, 6)) as difference_p_value,
        cast(covariate_factor as decimal(18, 6)) as covariate_factor,
        cast(covariate_correlation as decimal(9, 6)) as covariate_correlation,
        cast(standard_deviation_amount as decimal(18, 2)) as standard_deviation_amount,
        cast(minimum_detectable_amount as decimal(18, 2)) as minimum_detectable_amount,
        cast(power_ratio as decimal(9, 6)) as power_ratio,
        cast(planned_effect_amount as decimal(18, 2)) as planned_effect_amount,
        cast(required_count_per_arm as bigint) as required_count_per_arm,
        contact_count,
        minutes,
        cost_amount,
        case when cost_amount > 0 then cast(total_uplift_amount / cost_amount as decimal(28, 6)) end as return_ratio,
        reached_count,
        contaminated_count,
        verdict,
        {{ flags({
            'CONTROL_CONTACTED': 'contaminated_count > 0',
            'COST_UNKNOWN': 'contact_count is not null and cost_amount is null',
            'FEW_CUSTOMERS': 'treated_count < minimum_arm_count or control_count < minimum_arm_count',
            'IN_BOTH_ARMS': 'in_both_arms_count > 0',
            'NO_ACTIVITY_BOOKED': 'activity_count > 0 and contact_count is null',
            'NO_ACTIVITY_DATA': 'activity_count = 0',
            'NO_BASELINE': 'not has_baseline',
            'NO_CONTROL': 'listed_control_count = 0',
            'NO_COVARIATE': 'covariate_quarter_count = 0',
            'NO_OUTCOME': 'not has_outcome',
            'NO_PLANNED_EFFECT': 'planned_effect_amount is null',
            'NO_VARIATION': 'uplift_amount is not null and standard_deviation_amount is null',
            'POOLED_STRATA': 'pooled_stratum_count > 0',
            'UNKNOWN_AMOUNTS': 'unknown_amount_count > 0',
            'UNKNOWN_CUSTOMERS': 'unknown_count > 0',
        }) }} as flags,
        method_version

    from judged

)

select * from final
