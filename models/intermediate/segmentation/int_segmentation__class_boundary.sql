-- grain: one scheme per quarter
with

measures as (

    select *

    from {{ ref('int_segmentation__measure') }}

    where is_in_population

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

-- To find two cut-offs not every customer has to be sorted. Metrics are first counted in bands, about a hundred in ascending
-- order (square roots are exact enough never to turn an order around); then only the bands that a cut-off falls into are
-- sorted one by one.
banded as (

    select
        quarter_start_date,
        scheme,
        metric_amount,
        {{ amount_in_cents('metric_amount') }} as metric_cents,
        floor(sqrt(sqrt({{ amount_in_cents('metric_amount') }}))) as band

    from metrics

    where metric_amount > 0

),

bands as (

    select
        quarter_start_date,
        scheme,
        band,
        count(*) as customer_count,
        sum(metric_cents) as band_cents

    from banded

    group by
        quarter_start_date,
        scheme,
        band

),

accumulated_bands as (

    select
        quarter_start_date,
        scheme,
        band,
        sum(customer_count) over (partition by quarter_start_date, scheme) as ranked_count,
        sum(band_cents) over (partition by quarter_start_date, scheme) as total_cents,
        {{ sum_before('band_cents', 'quarter_start_date, scheme', 'band desc') }} as before_band_cents

    from bands

),

-- The lowest band that begins below a cut holds the cut-off: its largest metric is above it, the next band begins beyond.
cut_bands as (

    select
        accumulated_bands.quarter_start_date,
        accumulated_bands.scheme,
        min(
            case
                when {{ is_before_cut('before_band_cents', 'total_cents', 'policy.abc_a_cut_ratio') }} then accumulated_bands.band
            end
        ) as a_band,
        min(
            case
                when {{ is_before_cut('before_band_cents', 'total_cents', 'policy.abc_b_cut_ratio') }} then accumulated_bands.band
            end
        ) as b_band

    from accumulated_bands

    inner join policy
        on accumulated_bands.quarter_start_date = policy.quarter_start_date

    group by
        accumulated_bands.quarter_start_date,
        accumulated_bands.scheme

),

bands_to_sort as (

    select accumulated_bands.*

    from accumulated_bands

    inner join cut_bands
        on accumulated_bands.quarter_start_date = cut_bands.quarter_start_date
        and accumulated_bands.scheme = cut_bands.scheme
        and (accumulated_bands.band = cut_bands.a_band or accumulated_bands.band = cut_bands.b_band)

),

accumulated as (

    select
        banded.quarter_start_date,
        banded.scheme,
        banded.metric_amount,
        bands_to_sort.ranked_count,
        bands_to_sort.total_cents,
        bands_to_sort.before_band_cents
        + {{ sum_before(
            'banded.metric_cents',
            'banded.quarter_start_date, banded.scheme, banded.band',
            'banded.metric_cents desc'
        ) }} as before_cents

    from banded

    inner join bands_to_sort
        on banded.quarter_start_date = bands_to_sort.quarter_start_date
        and banded.scheme = bands_to_sort.scheme
        and banded.band = bands_to_sort.band

),

-- Of customers with equal metrics the one that happens to come first has exactly the strictly greater ones before it. The
-- smallest metric below a cut is therefore right whatever the order among equals.
bounded as (

    select
        accumulated.quarter_start_date,
        accumulated.scheme,
        cast(max(accumulated.ranked_count) as integer) as ranked_count,
        {{ amount_of_cents('max(accumulated.total_cents)') }} as total_amount,
        min(
            case
                when {{ is_before_cut('accumulated.before_cents', 'accumulated.total_cents', 'policy.abc_a_cut_ratio') }}
                    then accumulated.metric_amount
            end
        ) as class_a_minimum_amount,
        min(
            case
                when {{ is_before_cut('accumulated.before_cents', 'accumulated.total_cents', 'policy.abc_b_cut_ratio') }}
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
