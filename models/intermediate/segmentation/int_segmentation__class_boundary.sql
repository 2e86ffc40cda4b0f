-- grain: one scheme per quarter
with

measures as (

    select * from {{ ref('int_segmentation__measure') }} where is_in_population

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

metrics as (

    select
        quarter_start_date,
        'abc_revenue' as scheme,
        net_revenue_amount as metric_amount

    from measures

    union all

    select
        quarter_start_date,
        'abc_contribution' as scheme,
        contribution_amount as metric_amount

    from measures

    union all

    select
        quarter_start_date,
        'potential' as scheme,
        potential_measure_amount as metric_amount

    from measures

    union all

    select
        quarter_start_date,
        'tier' as scheme,
        tier_measure_amount as metric_amount

    from measures

),

accumulated as (

    select
        quarter_start_date,
        scheme,
        metric_amount,
        {{ pareto_before_cents('metric_amount', 'quarter_start_date, scheme') }} as before_cents,
        {{ pareto_total_cents('metric_amount', 'quarter_start_date, scheme') }} as total_cents

    from metrics

    where metric_amount > 0

),

bounded as (

    select
        accumulated.quarter_start_date,
        accumulated.scheme,
        cast(count(*) as integer) as ranked_count,
        cast(sum(accumulated.metric_amount) as decimal(18, 2)) as total_amount,
        min(
            case
                when {{ pareto_is_before_cut('accumulated.before_cents', 'accumulated.total_cents', 'policy.abc_a_cut_ratio') }}
                    then accumulated.metric_amount
            end
        ) as class_a_minimum_amount,
        min(
            case
                when {{ pareto_is_before_cut('accumulated.before_cents', 'accumulated.total_cents', 'policy.abc_b_cut_ratio') }}
                    then accumulated.metric_amount
            end
        ) as class_b_minimum_amount

    from accumulated

    inner join policy
        on accumulated.quarter_start_date = policy.quarter_start_date

    group by
        accumulated.quarter_start_date,
        accumulated.scheme

)

select * from bounded
