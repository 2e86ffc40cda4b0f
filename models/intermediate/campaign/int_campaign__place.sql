-- grain: one candidate per campaign, with its rank or the reason why it has no place on the list
with

candidates as (

    select * from {{ ref('int_campaign__candidate') }}

),

rep_capacity as (

    select * from {{ ref('int_campaign__rep_capacity') }}

),

-- Excluded customers take nobody's place. A rep whose minutes are not known, or no rep at all, limits nothing.
by_rep as (

    select
        candidates.*,
        rep_capacity.rep_capacity_count,
        row_number() over (
            partition by candidates.campaign_id, candidates.exclusion_reason is null, candidates.owner_rep_id
            order by candidates.score desc, candidates.customer_id
        ) as rep_rank

    from candidates

    left join rep_capacity
        on candidates.campaign_id = rep_capacity.campaign_id
        and candidates.owner_rep_id = rep_capacity.rep_id

),

workable as (

    select
        *,
        exclusion_reason is null and coalesce(rep_rank <= rep_capacity_count, true) as is_workable

    from by_rep

),

-- Ratios as whole millionths: from here on there are only whole numbers, and nothing is rounded twice.
ranked as (

    select
        *,
        cast(control_ratio * 1000000 as bigint) as control_millionths,
        row_number() over (
            partition by campaign_id, is_workable
            order by score desc, customer_id
        ) as score_rank

    from workable

),

-- As many as can be treated once the control group is set aside, which comes out of the same best customers.
placed as (

    select
        *,
        case
            when exclusion_reason is not null then exclusion_reason
            when not is_workable then 'REP_CAPACITY'
            when
                score_rank
                > {{ floor_quotient('(cast(capacity_count as bigint) * 1000000)', '(1000000 - control_millionths)') }}
                then 'TOTAL_CAPACITY'
        end as reason

    from ranked

),

final as (

    select
        quarter_start_date,
        campaign_id,
        campaign_type,
        customer_id,
        reason,
        coalesce(exclusion_reasons, reason) as reasons,
        cast(case when reason is null then score_rank end as integer) as rank,
        score,
        driver,
        evidence,
        owner_rep_id,
        channel,
        stratum,
        salt,
        capacity_count,
        control_millionths,
        rep_capacity_count,
        snapshot_quarter_start_date

    from placed

)

select * from final
