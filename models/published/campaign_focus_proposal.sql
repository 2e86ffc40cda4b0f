-- grain: one campaign type and quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

measurability as (

    select * from {{ ref('int_campaign__type_by_quarter') }}

),

candidates as (

    select * from {{ ref('int_campaign__candidate_by_quarter') }}

),

earlier_lists as (

    select * from {{ ref('int_campaign__earlier_list') }}

    where campaign_id is null

),

-- Whom a list of the next quarter could take: the same exclusions, before anybody's capacity.
available as (

    select
        candidates.campaign_type,
        candidates.quarter_start_date,
        candidates.addressable_amount,
        candidates.contribution_amount,
        not candidates.is_intercompany
        and not candidates.is_blocked
        and not candidates.is_do_not_contact
        and not candidates.is_opted_out
        and not candidates.has_open_escalation
        and earlier_lists.customer_id is null as is_available

    from candidates

    left join earlier_lists
        on candidates.customer_id = earlier_lists.customer_id
        and {{ add_months('candidates.quarter_start_date', 3) }} = earlier_lists.quarter_start_date

),

summed as (

    select
        campaign_type,
        quarter_start_date,
        count(case when is_available then 1 end) as customer_count,
        count(case when not is_available then 1 end) as excluded_count,
        count(case when is_available and contribution_amount is not null then 1 end) as contribution_count,
        sum(case when is_available then addressable_amount end) as addressable_amount,
        sum(case when is_available then contribution_amount end) as contribution_amount

    from available

    group by campaign_type, quarter_start_date

),

-- Nobody eligible where all is known is an amount of 0; where something is not known there is no amount.
measured as (

    select
        measurability.campaign_type,
        measurability.quarter_start_date,
        measurability.no_amount_reason,
        cast(case when measurability.no_candidate_reason is null then coalesce(summed.customer_count, 0) end as integer)
            as customer_count,
        cast(case when measurability.no_candidate_reason is null then coalesce(summed.excluded_count, 0) end as integer)
            as excluded_count,
        case
            when measurability.no_amount_reason is null then cast(coalesce(summed.addressable_amount, 0) as decimal(18, 2))
        end as addressable_amount,
        case
            when measurability.no_amount_reason is null and (summed.contribution_count > 0 or coalesce(summed.customer_count, 0) = 0)
                then cast(coalesce(summed.contribution_amount, 0) as decimal(18, 2))
        end as addressable_contribution_amount,
        cast(case when measurability.no_candidate_reason is null then coalesce(summed.contribution_count, 0) end as integer)
            as contribution_count

    from measurability

    left join summed
        on measurability.campaign_type = summed.campaign_type
        and measurability.quarter_start_date = summed.quarter_start_date

),

final as (

    select
        measured.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        {{ add_months('measured.quarter_start_date', 3) }} as proposed_quarter_start_date,
        measured.campaign_type,
        measured.addressable_amount,
        measured.customer_count,
        case
            when measured.addressable_amount is not null
                then cast(
                    row_number() over (
                        partition by measured.quarter_start_date
                        order by measured.addressable_amount is null, measured.addressable_amount desc, measured.campaign_type
                    ) as integer
                )
        end as rank,
        measured.addressable_contribution_amount,
        case
            when measured.addressable_contribution_amount is not null
                then cast(
                    row_number() over (
                        partition by measured.quarter_start_date
                        order by
                            measured.addressable_contribution_amount is null,
                            measured.addressable_contribution_amount desc,
                            measured.campaign_type
                    ) as integer
                )
        end as contribution_rank,
        measured.contribution_count,
        measured.excluded_count,
        measured.no_amount_reason

    from measured

    inner join quarters
        on measured.quarter_start_date = quarters.quarter_start_date

)

select * from final
