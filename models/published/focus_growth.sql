-- grain: one rep, or the company, layer and quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

periods as (

    select * from {{ ref('int_focus__growth_period') }}

),

reps as (

    select * from {{ ref('dim_rep') }}

),

-- Customers of one size, rep and layer; all that follows is sums of these.
by_band as (

    select
        quarter_start_date,
        rep_id,
        layer_source,
        focus_layer,
        is_largest,
        revenue_band,
        count(*) as customer_count,
        sum(start_revenue_amount) as start_revenue_amount,
        sum(end_revenue_amount) as end_revenue_amount

    from {{ ref('int_focus__cohort') }}

    group by
        quarter_start_date,
        rep_id,
        layer_source,
        focus_layer,
        is_largest,
        revenue_band

),

-- Each layer with the one that it is compared to; one that is compared to itself is what others are compared to.
layer_names as (

    select
        'TOP5' as layer,
        'REST' as compared_layer

    union all

    select
        'ACTIVE15' as layer,
        'REST' as compared_layer

    union all

    select
        'FOCUS' as layer,
        'REST' as compared_layer

    union all

    select
        'REST' as layer,
        'REST' as compared_layer

    union all

    select
        'LARGEST' as layer,
        'OTHERS' as compared_layer

    union all

    select
        'OTHERS' as layer,
        'OTHERS' as compared_layer

),

by_layer_and_band as (

    select
        by_band.quarter_start_date,
        by_band.rep_id,
        layer_names.layer,
        layer_names.compared_layer,
        by_band.layer_source,
        by_band.revenue_band,
        by_band.customer_count,
        by_band.start_revenue_amount,
        by_band.end_revenue_amount

    from by_band

    inner join layer_names
        on
        by_band.focus_layer = layer_names.layer
        or (layer_names.layer = 'FOCUS' and by_band.focus_layer <> 'REST')
        or (layer_names.layer = 'LARGEST' and by_band.is_largest)
        or (layer_names.layer = 'OTHERS' and not by_band.is_largest)

),

-- What customers of the same size became who were not in focus, whosever they are.
unfocused as (

    select
        quarter_start_date,
        layer,
        revenue_band,
        sum(start_revenue_amount) as start_revenue_amount,
        sum(end_revenue_amount) as end_revenue_amount

    from by_layer_and_band

    where layer = compared_layer

    group by
        quarter_start_date,
        layer,
        revenue_band

),

of_reps_and_company as (

    select
        *,
        'REP' as scope

    from by_layer_and_band

    union all

    select
        quarter_start_date,
        'COMPANY' as rep_id,
        layer,
        compared_layer,
        layer_source,
        revenue_band,
        customer_count,
        start_revenue_amount,
        end_revenue_amount,
        'COMPANY' as scope

    from by_layer_and_band

),

-- A sum of floats depends on the order of its rows; what the layer would have become is summed up in whole cents.
summed as (

    select
        members.quarter_start_date,
        members.scope,
        members.rep_id,
        members.layer,
        members.compared_layer,
        max(members.layer_source) as layer_source,
        sum(members.customer_count) as customer_count,
        sum(members.start_revenue_amount) as start_revenue_amount,
        sum(members.end_revenue_amount) as end_revenue_amount,
        sum(case when unfocused.revenue_band is not null then members.start_revenue_amount end) as matched_start_amount,
        sum(case when unfocused.revenue_band is not null then members.end_revenue_amount end) as matched_end_amount,
        sum(
            cast(
                members.start_revenue_amount * (unfocused.end_revenue_amount / unfocused.start_revenue_amount) as decimal(18, 2)
            )
        ) as expected_end_amount

    from of_reps_and_company as members

    left join unfocused
        on members.quarter_start_date = unfocused.quarter_start_date
        and members.compared_layer = unfocused.layer
        and members.revenue_band = unfocused.revenue_band
        and members.layer <> members.compared_layer

    group by
        members.quarter_start_date,
        members.scope,
        members.rep_id,
        members.layer,
        members.compared_layer

),

-- The company has a row for each layer in each quarter, with the reason where nothing can be said.
spine as (

    select
        quarters.quarter_start_date,
        'COMPANY' as scope,
        'COMPANY' as rep_id,
        layer_names.layer,
        layer_names.compared_layer

    from quarters

    cross join layer_names

    union distinct

    select
        quarter_start_date,
        scope,
        rep_id,
        layer,
        compared_layer

    from summed

),

grown as (

    select
        spine.quarter_start_date,
        spine.scope,
        spine.rep_id,
        spine.layer,
        spine.compared_layer,
        summed.layer_source,
        coalesce(summed.customer_count, 0) as customer_count,
        summed.start_revenue_amount,
        summed.end_revenue_amount,
        summed.matched_start_amount,
        periods.start_quarter_index,
        periods.span_quarter_count,
        periods.wanted_quarter_count,
        {{ yearly_growth('summed.start_revenue_amount', 'summed.end_revenue_amount', 'periods.span_quarter_count') }}
            as cagr_ratio,
        {{ yearly_growth('summed.matched_start_amount', 'summed.matched_end_amount', 'periods.span_quarter_count') }}
            as own_matched_cagr_ratio,
        {{ yearly_growth('summed.matched_start_amount', 'summed.expected_end_amount', 'periods.span_quarter_count') }}
            as matched_cagr_ratio

    from spine

    left join summed
        on spine.quarter_start_date = summed.quarter_start_date
        and spine.rep_id = summed.rep_id
        and spine.layer = summed.layer

    left join periods
        on spine.quarter_start_date = periods.quarter_start_date

),

final as (

    select
        grown.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        grown.scope,
        grown.rep_id,
        reps.rep_name,
        grown.layer,
        {{ quarter_start_of_index('grown.start_quarter_index') }} as cohort_quarter_start_date,
        cast(grown.span_quarter_count * 3 as integer) as span_months,
        grown.layer_source,
        cast(grown.customer_count as integer) as customer_count,
        cast(grown.start_revenue_amount as decimal(18, 2)) as start_revenue_amount,
        cast(grown.end_revenue_amount as decimal(18, 2)) as end_revenue_amount,
        grown.cagr_ratio,
        case when grown.layer <> grown.compared_layer then compared.cagr_ratio end as rest_cagr_ratio,
        case
            when
                grown.layer <> grown.compared_layer
                and compared.cagr_ratio > 0
                and abs(grown.cagr_ratio) < compared.cagr_ratio * 1000
                then cast(grown.cagr_ratio / compared.cagr_ratio as decimal(9, 6))
        end as ratio_to_rest,
        grown.matched_cagr_ratio,
        cast(grown.own_matched_cagr_ratio - grown.matched_cagr_ratio as decimal(9, 6)) as matched_difference_ratio,
        {{ share_of_total('grown.matched_start_amount', 'grown.start_revenue_amount') }} as matched_ratio,
        {{ flags({
            'INACTIVE_REP': 'reps.active_to < quarters.quarter_start_date or reps.active_from > quarters.as_of_date',
            'LAYER_BY_REVENUE': "grown.layer_source = 'revenue' and grown.layer not in ('LARGEST', 'OTHERS')",
            'NO_CUSTOMERS': 'grown.span_quarter_count is not null and grown.customer_count = 0',
            'NO_GROWTH_RATE': 'grown.customer_count > 0 and grown.cagr_ratio is null',
            'NO_HISTORY': 'grown.span_quarter_count is null',
            'NO_MATCH': 'grown.layer <> grown.compared_layer and grown.customer_count > 0 and grown.matched_cagr_ratio is null',
            'NO_REST': 'grown.layer <> grown.compared_layer and grown.customer_count > 0 and compared.cagr_ratio is null',
            'REST_NOT_GROWING': 'grown.layer <> grown.compared_layer and compared.cagr_ratio <= 0',
            'SHORT_SPAN': 'grown.span_quarter_count < grown.wanted_quarter_count',
            'UNKNOWN_REP': "reps.rep_id is null and grown.scope = 'REP'",
        }) }} as flags

    from grown

    inner join quarters
        on grown.quarter_start_date = quarters.quarter_start_date

    left join grown as compared
        on grown.quarter_start_date = compared.quarter_start_date
        and grown.rep_id = compared.rep_id
        and grown.compared_layer = compared.layer

    left join reps
        on grown.rep_id = reps.rep_id
        and grown.scope = 'REP'

)

select * from final
