-- grain: one issued campaign whose outcome quarter is closed and belongs to the run
with

issued as (

    select distinct
        campaign_id,
        quarter_start_date,
        list_version

    from {{ ref('int_campaign__issued_target') }}

),

lists as (

    select * from {{ source('ledger', 'campaign_list') }}

),

calendar as (

    select * from {{ ref('policy_campaign_calendar') }}

),

parameters as (

    select * from {{ ref('policy_parameter') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

first_posting as (

    select {{ quarter_index_of('min(posting_date)') }} as first_quarter_index

    from {{ ref('input_layer__invoice_line') }}

),

-- What was planned when the list was issued. Only a list from before that was written down falls back on the calendar.
described as (

    select
        issued.campaign_id,
        issued.quarter_start_date,
        {{ quarter_index_of('issued.quarter_start_date') }} as quarter_index,
        issued.list_version,
        coalesce(lists.campaign_type, calendar.campaign_type) as campaign_type,
        case
            when lists.campaign_id is not null then lists.planned_effect_amount
            else calendar.planned_effect_amount
        end as planned_effect_amount

    from issued

    left join lists
        on issued.campaign_id = lists.campaign_id
        and issued.list_version = lists.list_version

    left join calendar
        on issued.campaign_id = calendar.campaign_id

),

-- The rules of a measurement are those in force when its campaign ended: nobody picks them by the outcome.
in_force as (

    select
        described.campaign_id,
        parameters.parameter,
        parameters.value

    from described

    inner join parameters
        on {{ add_days(quarter_start_of_index('(described.quarter_index + 1)'), -1) }} >= parameters.valid_from

    qualify row_number() over (
        partition by described.campaign_id, parameters.parameter
        order by parameters.valid_from desc
    ) = 1

),

typed as (

    select
        campaign_id,
        cast(max(case when parameter = 'campaign_effect_lag_quarters' then value end) as integer)
            as campaign_effect_lag_quarters,
        cast(max(case when parameter = 'campaign_confidence_ratio' then value end) as decimal(9, 6)) as confidence_ratio,
        cast(max(case when parameter = 'campaign_power_ratio' then value end) as decimal(9, 6)) as power_ratio,
        cast(max(case when parameter = 'campaign_minimum_arm_count' then value end) as integer) as minimum_arm_count,
        cast(max(case when parameter = 'campaign_minimum_measured_ratio' then value end) as decimal(9, 6))
            as minimum_measured_ratio

    from in_force

    group by campaign_id

),

-- A quarter before the first posting is not one without revenue.
final as (

    select
        described.campaign_id,
        described.quarter_start_date,
        described.quarter_index,
        described.list_version,
        described.campaign_type,
        described.planned_effect_amount,
        quarters.quarter_start_date as outcome_quarter_start_date,
        quarters.quarter_index as outcome_quarter_index,
        quarters.as_of_date,
        described.quarter_index - 1 >= first_posting.first_quarter_index as has_baseline,
        cast(greatest(least(described.quarter_index - first_posting.first_quarter_index, 4), 0) as integer)
            as covariate_quarter_count,
        typed.confidence_ratio,
        typed.power_ratio,
        typed.minimum_arm_count,
        typed.minimum_measured_ratio

    from described

    inner join typed
        on described.campaign_id = typed.campaign_id

    inner join quarters
        on described.quarter_index + typed.campaign_effect_lag_quarters = quarters.quarter_index

    cross join first_posting

    where not quarters.is_provisional

)

select * from final
