-- grain: one campaign type and quarter
{{ config(materialized='view') }}

with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

potential as (

    select
        quarter_start_date,
        count(potential_class) as classified_count

    from {{ ref('int_segmentation__tier') }}

    group by quarter_start_date

),

wallet as (

    select
        quarter_start_date,
        count(attainable_sow_ratio) as attainable_count

    from {{ ref('int_potential__wallet_by_customer_quarter') }}

    group by quarter_start_date

),

process_rates as (

    select * from {{ ref('int_campaign__process_rate') }}

),

access_known as (

    select * from {{ ref('int_campaign__access_known') }}

),

-- What each type needs to know. Without it nobody is eligible, and the amount is not 0 but unknown.
reasons as (

    select
        quarters.quarter_start_date,
        'SOW' as campaign_type,
        case
            when coalesce(potential.classified_count, 0) = 0 then 'NO_POTENTIAL'
            when coalesce(wallet.attainable_count, 0) = 0 then 'NO_ATTAINABLE_SHARE'
        end as no_candidate_reason,
        cast(null as varchar) as no_cost_reason

    from quarters

    left join potential
        on quarters.quarter_start_date = potential.quarter_start_date

    left join wallet
        on quarters.quarter_start_date = wallet.quarter_start_date

    union all

    select
        quarters.quarter_start_date,
        'PROCESS' as campaign_type,
        case
            when coalesce(potential.classified_count, 0) = 0 then 'NO_POTENTIAL'
            when coalesce(process_rates.order_count, 0) = 0 then 'NO_ORDERS'
            when
                process_rates.change_count + process_rates.incomplete_count + process_rates.return_count
                + process_rates.complaint_count + process_rates.quote_count = 0
                then 'NO_PROCESS_ERRORS_RECORDED'
        end as no_candidate_reason,
        case
            when
                coalesce(
                    case when process_rates.change_count > 0 then process_rates.order_change_amount end,
                    case when process_rates.incomplete_count > 0 then process_rates.incomplete_inquiry_amount end,
                    case when process_rates.return_count > 0 then process_rates.order_error_return_amount end,
                    case when process_rates.complaint_count > 0 then process_rates.complaint_amount end
                ) is null
                then 'NO_COST'
        end as no_cost_reason

    from quarters

    left join potential
        on quarters.quarter_start_date = potential.quarter_start_date

    left join process_rates
        on quarters.quarter_start_date = process_rates.quarter_start_date

    union all

    select
        quarters.quarter_start_date,
        'ACCESS' as campaign_type,
        case
            when coalesce(potential.classified_count, 0) = 0 then 'NO_POTENTIAL'
            else access_known.unknown_reason
        end as no_candidate_reason,
        cast(null as varchar) as no_cost_reason

    from quarters

    left join potential
        on quarters.quarter_start_date = potential.quarter_start_date

    left join access_known
        on quarters.quarter_start_date = access_known.quarter_start_date

),

final as (

    select
        quarter_start_date,
        campaign_type,
        no_candidate_reason,
        coalesce(no_candidate_reason, no_cost_reason) as no_amount_reason

    from reasons

)

select * from final
