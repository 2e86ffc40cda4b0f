-- grain: one pair of schemes per rep and quarter
with

segments as (

    select *

    from {{ ref('customer_segments') }}

    where is_in_population

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

-- Customers of a rep with the same classes are counted together first.
profiles as (

    select
        segments.quarter_start_date,
        coalesce(segments.rep_id, 'UNASSIGNED') as rep_id,
        {{ normalised_class('segments.assigned_class') }} as typed_class,
        segments.abc_revenue_class,
        segments.abc_contribution_class,
        segments.potential_class,
        segments.tier_effective,
        count(*) as customer_count

    from segments

    inner join quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    group by
        segments.quarter_start_date,
        coalesce(segments.rep_id, 'UNASSIGNED'),
        {{ normalised_class('segments.assigned_class') }},
        segments.abc_revenue_class,
        segments.abc_contribution_class,
        segments.potential_class,
        segments.tier_effective

),

pairs as (

    select
        *,
        'assigned_abc_revenue' as scheme_pair,
        abc_revenue_class as computed_class

    from profiles

    union all

    select
        *,
        'assigned_abc_contribution' as scheme_pair,
        abc_contribution_class as computed_class

    from profiles

    union all

    select
        *,
        'assigned_potential' as scheme_pair,
        {{ class_of_potential('potential_class') }} as computed_class

    from profiles

    union all

    select
        *,
        'assigned_tier_effective' as scheme_pair,
        tier_effective as computed_class

    from profiles

),

-- Class A is position 1: computed less typed is positive where the typed class is the better one.
compared as (

    select
        *,
        typed_class is not null and computed_class is not null as is_compared,
        {{ class_position('computed_class') }} - {{ class_position('typed_class') }} as deviation

    from pairs

),

by_rep as (

    select
        quarter_start_date,
        rep_id,
        scheme_pair,
        sum(customer_count) as customer_count,
        sum(case when is_compared then customer_count else 0 end) as compared_count,
        sum(case when is_compared and deviation is null then customer_count else 0 end) as unknown_class_count,
        sum(case when deviation = 0 then customer_count else 0 end) as agreed_count,
        sum(case when deviation > 0 then customer_count else 0 end) as typed_too_high_count,
        sum(case when deviation < 0 then customer_count else 0 end) as typed_too_low_count,
        sum(deviation * customer_count) as total_deviation

    from compared

    group by
        quarter_start_date,
        rep_id,
        scheme_pair

),

company as (

    select
        quarter_start_date,
        scheme_pair,
        sum(total_deviation) as total_deviation,
        sum(compared_count - unknown_class_count) as measured_count

    from by_rep

    group by
        quarter_start_date,
        scheme_pair

),

measured as (

    select
        by_rep.*,
        case
            when by_rep.compared_count > by_rep.unknown_class_count
                then cast(by_rep.total_deviation / (by_rep.compared_count - by_rep.unknown_class_count) as decimal(9, 6))
        end as mean_deviation,
        case
            when company.measured_count > 0 then cast(company.total_deviation / company.measured_count as decimal(9, 6))
        end as company_mean_deviation

    from by_rep

    inner join company
        on by_rep.quarter_start_date = company.quarter_start_date
        and by_rep.scheme_pair = company.scheme_pair

),

final as (

    select
        measured.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        measured.rep_id,
        reps.rep_name,
        reps.team,
        measured.scheme_pair,
        cast(measured.customer_count as integer) as customer_count,
        cast(measured.compared_count as integer) as compared_count,
        {{ share_of_total('measured.agreed_count', 'measured.compared_count') }} as agreement_ratio,
        cast(measured.typed_too_high_count as integer) as typed_too_high_count,
        cast(measured.typed_too_low_count as integer) as typed_too_low_count,
        cast(measured.unknown_class_count as integer) as unknown_class_count,
        measured.mean_deviation,
        measured.company_mean_deviation,
        cast(measured.mean_deviation - measured.company_mean_deviation as decimal(9, 6)) as bias,
        {{ flags({
            'NOT_COMPARABLE': 'measured.mean_deviation is null',
            'NO_REP': "measured.rep_id = 'UNASSIGNED'",
            'UNKNOWN_REP': "reps.rep_id is null and measured.rep_id <> 'UNASSIGNED'",
        }) }} as flags

    from measured

    inner join quarters
        on measured.quarter_start_date = quarters.quarter_start_date

    left join reps
        on measured.rep_id = reps.rep_id

)

select * from final
