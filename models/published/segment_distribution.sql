-- grain: one class of one scheme per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

segments as (

    select *

    from {{ ref('customer_segments') }}

    where is_in_population

),

-- Customers with the same classes are counted together first: some thousand rows instead of one per customer and scheme.
profiles as (

    select
        segments.quarter_start_date,
        segments.abc_revenue_class,
        segments.abc_contribution_class,
        segments.potential_class,
        segments.threshold_class,
        segments.tier_raw,
        segments.tier_effective,
        segments.assigned_class,
        segments.lifecycle_status,
        segments.recommended_channel,
        segments.current_channel,
        segments.wallet_source,
        segments.zone,
        segments.focus_layer,
        count(*) as customer_count,
        sum(segments.net_revenue_amount) as net_revenue_amount,
        sum(segments.contribution_amount) as contribution_amount,
        sum(segments.cost_to_serve_amount) as cost_to_serve_amount,
        sum(segments.potential_amount) as potential_amount

    from segments

    inner join quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    group by
        segments.quarter_start_date,
        segments.abc_revenue_class,
        segments.abc_contribution_class,
        segments.potential_class,
        segments.threshold_class,
        segments.tier_raw,
        segments.tier_effective,
        segments.assigned_class,
        segments.lifecycle_status,
        segments.recommended_channel,
        segments.current_channel,
        segments.wallet_source,
        segments.zone,
        segments.focus_layer

),

assignments as (

    select
        *,
        'abc_revenue' as scheme,
        abc_revenue_class as class

    from profiles

    union all

    select
        *,
        'abc_contribution' as scheme,
        abc_contribution_class as class

    from profiles

    union all

    select
        *,
        'potential' as scheme,
        potential_class as class

    from profiles

    union all

    select
        *,
        'threshold' as scheme,
        threshold_class as class

    from profiles

    union all

    select
        *,
        'tier_raw' as scheme,
        tier_raw as class

    from profiles

    union all

    select
        *,
        'tier_effective' as scheme,
        tier_effective as class

    from profiles

    union all

    select
        *,
        'assigned_class' as scheme,
        {{ normalised_class('assigned_class') }} as class

    from profiles

    union all

    select
        *,
        'lifecycle' as scheme,
        lifecycle_status as class

    from profiles

    union all

    select
        *,
        'recommended_channel' as scheme,
        recommended_channel as class

    from profiles

    union all

    select
        *,
        'current_channel' as scheme,
        current_channel as class

    from profiles

    union all

    select
        *,
        'wallet_source' as scheme,
        wallet_source as class

    from profiles

    union all

    select
        *,
        'zone' as scheme,
        zone as class

    from profiles

    union all

    select
        *,
        'focus_layer' as scheme,
        focus_layer as class

    from profiles

),

by_class as (

    select
        quarter_start_date,
        scheme,
        coalesce(class, 'UNCLASSIFIED') as class,
        sum(customer_count) as customer_count,
        cast(sum(net_revenue_amount) as decimal(18, 2)) as net_revenue_amount,
        cast(sum(contribution_amount) as decimal(18, 2)) as contribution_amount,
        cast(sum(cost_to_serve_amount) as decimal(18, 2)) as cost_to_serve_amount,
        cast(sum(potential_amount) as decimal(18, 2)) as potential_amount

    from assignments

    group by
        quarter_start_date,
        scheme,
        coalesce(class, 'UNCLASSIFIED')

),

totals as (

    select
        quarter_start_date,
        scheme,
        sum(customer_count) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(contribution_amount) as contribution_amount,
        sum(cost_to_serve_amount) as cost_to_serve_amount,
        sum(potential_amount) as potential_amount,
        max(case when class not in ('UNCLASSIFIED', 'UNRATED') then 1 else 0 end) = 1 as is_in_use

    from by_class

    group by
        quarter_start_date,
        scheme

),

final as (

    select
        by_class.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        'company' as scope,
        by_class.scheme,
        by_class.class,
        cast(by_class.customer_count as integer) as customer_count,
        {{ share_of_total('by_class.customer_count', 'totals.customer_count') }} as customer_ratio,
        by_class.net_revenue_amount,
        {{ share_of_total('by_class.net_revenue_amount', 'totals.net_revenue_amount') }} as net_revenue_ratio,
        by_class.contribution_amount,
        {{ share_of_total('by_class.contribution_amount', 'totals.contribution_amount') }} as contribution_ratio,
        by_class.cost_to_serve_amount,
        {{ share_of_total('by_class.cost_to_serve_amount', 'totals.cost_to_serve_amount') }} as cost_to_serve_ratio,
        by_class.potential_amount,
        {{ share_of_total('by_class.potential_amount', 'totals.potential_amount') }} as potential_ratio,
        case
            when by_class.scheme = 'threshold' and by_class.class = 'C' then policy.segment_c_revenue_benchmark_ratio
        end as benchmark_net_revenue_ratio,
        case
            when by_class.scheme = 'threshold' and by_class.class = 'C' and totals.net_revenue_amount > 0
                then not {{ is_before_cut(
                    exact_integer(amount_in_cents('by_class.net_revenue_amount')),
                    exact_integer(amount_in_cents('totals.net_revenue_amount')),
                    'policy.segment_c_revenue_benchmark_ratio',
                ) }}
        end as is_benchmark_met

    from by_class

    inner join quarters
        on by_class.quarter_start_date = quarters.quarter_start_date

    inner join policy
        on by_class.quarter_start_date = policy.quarter_start_date

    inner join totals
        on by_class.quarter_start_date = totals.quarter_start_date
        and by_class.scheme = totals.scheme

    -- Zones and focus layers are a company's choice: without any there is nothing to distribute.
    where totals.is_in_use or by_class.scheme not in ('zone', 'focus_layer')

)

select * from final
