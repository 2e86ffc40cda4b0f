-- grain: one customer per quarter that is to get less service
with

candidates as (

    select * from {{ ref('int_coverage__divestment_candidate') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

plans as (

    select * from {{ ref('int_coverage__plan') }}

),

coverage as (

    select * from {{ ref('coverage_plan') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

small_customer_measures as (

    select * from {{ ref('small_customer_measures') }}

),

touch_plan as (

    select * from {{ ref('int_coverage__touch_plan') }}

    where potential_class = 'LOW'

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

approvals as (

    select
        *,
        case step
            when 'REPRICE' then 1
            when 'SHIFT_CHANNEL' then 2
            when 'MIN_SERVICE' then 3
            when 'EXIT' then 4
        end as step_number

    from {{ ref('policy_divestment_approval') }}

),

-- The channel that is one less intensive.
next_channels as (

    select
        quarter_start_date,
        channel,
        intensity_rank,
        lead(channel) over (partition by quarter_start_date order by intensity_rank) as next_channel

    from touch_plan

    where share_of_wallet_class = 'BELOW'

),

measured as (

    select
        candidates.quarter_start_date,
        segments.as_of_date,
        segments.is_provisional,
        candidates.customer_id,
        segments.customer_name,
        segments.rep_id,
        segments.lifecycle_status,
        segments.potential_class,
        segments.zone,
        segments.focus_layer,
        segments.net_revenue_amount,
        segments.gross_margin_amount,
        segments.cost_to_serve_amount,
        segments.contribution_amount,
        candidates.loss_quarter_count,
        segments.current_channel,
        plans.share_of_wallet_class,
        case
            when recommended.intensity_rank > current_channels.intensity_rank then recommended.channel
            else current_channels.next_channel
        end as target_channel,
        coverage.current_minutes,
        coverage.current_cost_amount,
        profit.list_amount,
        -- Credit notes above all that was sold are no price of this year.
        greatest(least(coalesce(profit.discount_amount, 0), coalesce(profit.list_amount, 0)), 0)
        + greatest(coalesce(small_customer_measures.service_leakage_amount, 0), 0)
        + greatest(coalesce(small_customer_measures.surcharge_leakage_amount, 0), 0) as price_gain_amount,
        greatest(coalesce(small_customer_measures.channel_shift_saving_amount, 0), 0) as order_saving_amount,
        policy.divestment_step_quarters

    from candidates

    inner join segments
        on candidates.quarter_start_date = segments.quarter_start_date
        and candidates.customer_id = segments.customer_id

    inner join policy
        on candidates.quarter_start_date = policy.quarter_start_date

    inner join plans
        on candidates.quarter_start_date = plans.quarter_start_date
        and candidates.customer_id = plans.customer_id

    inner join coverage
        on candidates.quarter_start_date = coverage.quarter_start_date
        and candidates.customer_id = coverage.customer_id

    inner join profit
        on candidates.quarter_start_date = profit.quarter_start_date
        and candidates.customer_id = profit.customer_id

    left join small_customer_measures
        on candidates.quarter_start_date = small_customer_measures.quarter_start_date
        and candidates.customer_id = small_customer_measures.customer_id

    left join next_channels as current_channels
        on candidates.quarter_start_date = current_channels.quarter_start_date
        and segments.current_channel = current_channels.channel

    left join next_channels as recommended
        on candidates.quarter_start_date = recommended.quarter_start_date
        and segments.recommended_channel = recommended.channel

),

-- What each step of the ladder would save. A cheaper channel saves nothing where it would do more than is done today.
saved as (

    select
        measured.*,
        case
            when measured.target_channel is not null
                then greatest(measured.current_minutes - touch_plan.minutes_per_year, 0)
        end as shift_minutes,
        case
            when measured.target_channel is not null
                then greatest(coalesce(measured.current_cost_amount - touch_plan.cost_amount, 0), 0)
            else 0
        end as shift_saving_amount,
        coalesce(measured.current_cost_amount, 0) + measured.order_saving_amount as minimum_service_saving_amount

    from measured

    left join touch_plan
        on measured.quarter_start_date = touch_plan.quarter_start_date
        and measured.target_channel = touch_plan.channel
        and measured.share_of_wallet_class = touch_plan.share_of_wallet_class

),

-- Of the steps approved the last of the ladder counts; it stands until it has had its time, leaving for good.
last_approvals as (

    select
        saved.quarter_start_date,
        saved.customer_id,
        approvals.step_number,
        approvals.approver,
        approvals.approved_date,
        approvals.step = 'EXIT'
        or saved.as_of_date < {{ add_months('approvals.valid_from', '3 * saved.divestment_step_quarters') }} as is_standing

    from saved

    inner join approvals
        on saved.customer_id = approvals.customer_id
        and saved.as_of_date >= approvals.valid_from

    qualify row_number() over (
        partition by saved.quarter_start_date, saved.customer_id
        order by approvals.step_number desc, approvals.valid_from desc
    ) = 1

),

-- The mildest step that is expected to end the loss together with the milder ones; the least service where none does;
-- to part is left where there is no service to take back, or where that did not help.
stepped as (

    select
        saved.*,
        coalesce(last_approvals.is_standing, false) as is_approved,
        case when last_approvals.is_standing then last_approvals.approver end as approver,
        case when last_approvals.is_standing then last_approvals.approved_date end as approved_date,
        case when not last_approvals.is_standing then last_approvals.step_number else 0 end as tried_number,
        case
            when last_approvals.is_standing then last_approvals.step_number
            when
                last_approvals.step_number is null
                and saved.price_gain_amount > 0
                and saved.contribution_amount + saved.price_gain_amount >= 0
                then 1
            when
                coalesce(last_approvals.step_number, 0) < 2
                and saved.shift_saving_amount > 0
                and saved.contribution_amount + saved.price_gain_amount + saved.shift_saving_amount >= 0
                then 2
            when coalesce(last_approvals.step_number, 0) < 3 and saved.minimum_service_saving_amount > 0 then 3
            else 4
        end as step_number

    from saved

    left join last_approvals
        on saved.quarter_start_date = last_approvals.quarter_start_date
        and saved.customer_id = last_approvals.customer_id

),

final as (

    select
        quarter_start_date,
        as_of_date,
        is_provisional,
        customer_id,
        customer_name,
        rep_id,
        lifecycle_status,
        potential_class,
        zone,
        focus_layer,
        net_revenue_amount,
        gross_margin_amount,
        cost_to_serve_amount,
        contribution_amount,
        loss_quarter_count,
        current_channel,
        case step_number
            when 1 then 'REPRICE'
            when 2 then 'SHIFT_CHANNEL'
            when 3 then 'MIN_SERVICE'
            when 4 then 'EXIT'
        end as step,
        case when is_approved then 'APPROVED' else 'PROPOSED' end as status,
        case when step_number = 2 then target_channel end as target_channel,
        cast(price_gain_amount as decimal(18, 2)) as price_gain_amount,
        current_minutes,
        cast(
            case step_number
                when 1 then 0
                when 2 then case when current_minutes is not null then coalesce(shift_minutes, 0) end
                else current_minutes
            end as decimal(18, 4)
        ) as freed_minutes,
        cast(
            case step_number
                when 1 then 0
                when 2 then shift_saving_amount
                when 3 then minimum_service_saving_amount
                when 4 then cost_to_serve_amount
            end as decimal(18, 2)
        ) as freed_amount,
        cast(
            case step_number
                when 1 then contribution_amount + price_gain_amount
                when 2 then contribution_amount + price_gain_amount + shift_saving_amount
                when 3 then contribution_amount + price_gain_amount + minimum_service_saving_amount
                when 4 then 0
            end as decimal(18, 2)
        ) as expected_contribution_amount,
        approver,
        approved_date,
        {{ flags({
            'EARLIER_STEP_TRIED': 'tried_number > 0',
            'NO_ACTIVITY_DATA': 'current_minutes is null',
            'NO_CURRENT_CHANNEL': 'current_channel is null',
            'NO_LIST_PRICE': 'list_amount is null',
            'NOT_ENOUGH': 'step_number = 3 and contribution_amount + price_gain_amount + minimum_service_saving_amount < 0',
        }) }} as flags

    from stepped

)

select * from final
