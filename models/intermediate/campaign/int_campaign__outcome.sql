-- grain: one customer of a measured campaign and KPI
with

figures as (

    select * from {{ ref('int_campaign__figure') }}

),

participants as (

    select * from {{ ref('int_campaign__participant') }}

),

revenue as (

    select * from {{ ref('int_revenue__by_customer_posting_quarter') }}

),

cost_to_serve as (

    select * from {{ ref('fct_cost_to_serve') }}

),

activities as (

    select * from {{ ref('policy_process_activity') }}

),

process_activities as (

    select
        figures.campaign_id,
        activities.activity,
        activities.is_process

    from figures

    inner join activities
        on {{ add_days(quarter_start_of_index('(figures.quarter_index + 1)'), -1) }} >= activities.valid_from

    where figures.kpi = 'process_cost_saving'

    qualify row_number() over (
        partition by figures.campaign_id, activities.activity
        order by activities.valid_from desc
    ) = 1

),

customers as (

    select
        participants.campaign_id,
        participants.customer_id,
        participants.arm,
        participants.stratum,
        participants.is_known,
        figures.kpi,
        figures.quarter_index,
        figures.outcome_quarter_index,
        figures.has_outcome,
        figures.has_baseline,
        figures.covariate_quarter_count,
        figures.minimum_measured_ratio

    from participants

    inner join figures
        on participants.campaign_id = figures.campaign_id

),

-- An amount of which a part is unknown is NULL.
by_quarter as (

    select
        participants.campaign_id,
        'net_revenue' as kpi,
        participants.customer_id,
        revenue.posting_quarter_index as quarter_index,
        case when revenue.missing_net_count = 0 then revenue.net_revenue_amount end as amount

    from participants

    inner join revenue
        on participants.customer_id = revenue.customer_id

    union all

    select
        participants.campaign_id,
        'gross_margin' as kpi,
        participants.customer_id,
        revenue.posting_quarter_index as quarter_index,
        case
            when revenue.missing_net_count = 0 and revenue.missing_cost_count = 0
                then revenue.net_revenue_amount - revenue.cost_of_goods_amount
        end as amount

    from participants

    inner join revenue
        on participants.customer_id = revenue.customer_id

    union all

    -- Less cost is better: with its sign turned a saving is positive, as more of the other figures is.
    select
        participants.campaign_id,
        'process_cost_saving' as kpi,
        participants.customer_id,
        {{ quarter_index_of('cost_to_serve.quarter_start_date') }} as quarter_index,
        -1 * cost_to_serve.cost_amount as amount

    from participants

    inner join process_activities
        on participants.campaign_id = process_activities.campaign_id
        and process_activities.is_process

    inner join cost_to_serve
        on participants.customer_id = cost_to_serve.customer_id
        and process_activities.activity = cost_to_serve.activity

),

-- Of the five quarters that count, the one after the campaign, the one before it, and the four before it together.
summed as (

    select
        customers.campaign_id,
        customers.kpi,
        customers.customer_id,
        sum(case when by_quarter.quarter_index = customers.outcome_quarter_index then by_quarter.amount end) as after_amount,
        sum(case when by_quarter.quarter_index = customers.quarter_index - 1 then by_quarter.amount end) as before_amount,
        sum(case when by_quarter.quarter_index < customers.quarter_index then by_quarter.amount end) as year_amount,
        count(*) - count(by_quarter.amount) as unknown_count

    from customers

    inner join by_quarter
        on customers.campaign_id = by_quarter.campaign_id
        and customers.kpi = by_quarter.kpi
        and customers.customer_id = by_quarter.customer_id
        and by_quarter.quarter_index between customers.quarter_index - 4 and customers.outcome_quarter_index
        and (
            customers.quarter_index > by_quarter.quarter_index
            or customers.outcome_quarter_index = by_quarter.quarter_index
        )

    group by
        customers.campaign_id,
        customers.kpi,
        customers.customer_id

),

-- Nothing bought is 0.00, in quarters of which the data tell.
known as (

    select
        customers.*,
        customers.is_known
        and customers.arm is not null
        and customers.has_outcome
        and coalesce(summed.unknown_count, 0) = 0 as has_known_amounts,
        coalesce(summed.unknown_count, 0) > 0 as has_unknown_amounts,
        coalesce(summed.after_amount, 0) as after_amount,
        coalesce(summed.before_amount, 0) as before_amount,
        coalesce(summed.year_amount, 0) as year_amount

    from customers

    left join summed
        on customers.campaign_id = summed.campaign_id
        and customers.kpi = summed.kpi
        and customers.customer_id = summed.customer_id

),

-- Who is left out for an unknown amount is no random part: of an arm that lacks too many nothing is said.
shares as (

    select
        campaign_id,
        kpi,
        arm,
        sum(case when has_known_amounts then 1 else 0 end) >= max(minimum_measured_ratio) * count(*) as is_measurable

    from known

    where arm is not null

    group by
        campaign_id,
        kpi,
        arm

),

measurable as (

    select
        campaign_id,
        kpi,
        min(case when is_measurable then 1 else 0 end) = 1 as is_measurable

    from shares

    group by
        campaign_id,
        kpi

),

final as (

    select
        known.campaign_id,
        known.kpi,
        known.customer_id,
        known.arm,
        known.arm = 'TREATMENT' as is_treated,
        known.stratum,
        cast(case when known.has_known_amounts and known.has_baseline then known.before_amount end as decimal(18, 2))
            as before_amount,
        cast(case when known.has_known_amounts then known.after_amount end as decimal(18, 2)) as after_amount,
        case
            when known.has_known_amounts and known.covariate_quarter_count > 0
                then {{ scale_amount('known.year_amount', '1', 'greatest(known.covariate_quarter_count, 1)') }}
        end as covariate_amount,
        known.has_unknown_amounts,
        known.has_known_amounts,
        coalesce(known.has_known_amounts and measurable.is_measurable, false) as is_measured

    from known

    left join measurable
        on known.campaign_id = measurable.campaign_id
        and known.kpi = measurable.kpi

)

select * from final
