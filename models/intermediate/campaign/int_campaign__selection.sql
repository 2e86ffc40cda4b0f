-- grain: one selected customer per campaign
with

selected as (

    select *

    from {{ ref('int_campaign__place') }}

    where reason is null

),

-- The size of the control group is fixed for the whole list before it is spread: rounding each stratum for itself would
-- leave small strata without control and treat more customers than the capacity allows.
sized as (

    select
        campaign_id,
        max(capacity_count) as capacity_count,
        max(salt) as salt,
        count(*) as selected_count,
        greatest(
            {{ rounded_quotient('max(control_millionths) * count(*)', '1000000') }},
            count(*) - max(capacity_count)
        ) as control_count

    from selected

    group by campaign_id

),

strata as (

    select
        campaign_id,
        stratum,
        count(*) as stratum_count

    from selected

    group by
        campaign_id,
        stratum

),

-- Largest remainder of control_count x stratum_count / selected_count; strata with equal remainders are drawn by lot.
shared_out as (

    select
        strata.campaign_id,
        strata.stratum,
        strata.stratum_count,
        sized.control_count,
        {{ floor_quotient('(sized.control_count * strata.stratum_count)', 'sized.selected_count') }} as whole_control_count,
        row_number() over (
            partition by strata.campaign_id
            order by
                sized.control_count * strata.stratum_count % sized.selected_count desc,
                md5(concat(sized.salt, '|', sized.campaign_id, '|', strata.stratum)),
                strata.stratum
        ) as remainder_rank

    from strata

    inner join sized
        on strata.campaign_id = sized.campaign_id

),

allocated as (

    select
        campaign_id,
        stratum,
        stratum_count,
        whole_control_count + case
            when remainder_rank <= control_count - sum(whole_control_count) over (partition by campaign_id) then 1
            else 0
        end as stratum_control_count

    from shared_out

),

drawn as (

    select
        selected.*,
        allocated.stratum_count,
        allocated.stratum_control_count,
        row_number() over (
            partition by selected.campaign_id, selected.stratum
            order by md5(concat(selected.salt, '|', selected.campaign_id, '|', selected.customer_id)), selected.customer_id
        ) as draw_number

    from selected

    inner join allocated
        on selected.campaign_id = allocated.campaign_id
        and selected.stratum = allocated.stratum

),

final as (

    select
        quarter_start_date,
        campaign_id,
        customer_id,
        case when draw_number <= stratum_control_count then 'CONTROL' else 'TREATMENT' end as arm,
        rank,
        score,
        driver,
        evidence,
        owner_rep_id,
        channel,
        stratum,
        cast(stratum_count as integer) as stratum_count,
        cast(stratum_control_count as integer) as stratum_control_count,
        snapshot_quarter_start_date

    from drawn

)

select * from final
