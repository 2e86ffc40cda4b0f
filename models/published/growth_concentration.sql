-- grain: one share of the growth potential per quarter
with

customers as (

    select
        segments.quarter_start_date,
        segments.net_revenue_amount,
        {{ growth_potential('segments.potential_amount', 'segments.net_revenue_amount') }} as growth_potential_amount

    from {{ ref('customer_segments') }} as segments

    inner join {{ ref('dim_quarter') }} as quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    where segments.is_in_population

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

shares as (

    select
        quarter_start_date,
        growth_concentration_low_ratio as growth_share_ratio

    from policy

    union all

    select
        quarter_start_date,
        growth_concentration_ratio as growth_share_ratio

    from policy

    union all

    select
        quarter_start_date,
        growth_concentration_high_ratio as growth_share_ratio

    from policy

    union all

    select
        quarter_start_date,
        cast(1 as decimal(9, 6)) as growth_share_ratio

    from policy

),

populations as (

    select
        quarter_start_date,
        count(*) as customer_count,
        count(*) - count(growth_potential_amount) as unknown_potential_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(growth_potential_amount) as growth_potential_amount

    from customers

    group by quarter_start_date

),

-- As for the boundaries of classes not every customer is sorted: growth is first counted in about a hundred bands in ascending
-- order, then only the bands that a share ends in are sorted one by one.
banded as (

    select
        quarter_start_date,
        growth_potential_amount,
        {{ amount_in_cents('growth_potential_amount') }} as growth_cents,
        floor(sqrt(sqrt({{ amount_in_cents('growth_potential_amount') }}))) as band

    from customers

    where growth_potential_amount > 0

),

bands as (

    select
        quarter_start_date,
        band,
        count(*) as customer_count,
        sum(growth_cents) as band_cents

    from banded

    group by
        quarter_start_date,
        band

),

accumulated_bands as (

    select
        quarter_start_date,
        band,
        sum(band_cents) over (partition by quarter_start_date) as total_cents,
        {{ sum_before('band_cents', 'quarter_start_date', 'band desc') }} as before_band_cents,
        {{ sum_before('customer_count', 'quarter_start_date', 'band desc') }} as before_band_count

    from bands

),

-- A share ends in the lowest band that begins below it.
last_bands as (

    select
        accumulated_bands.quarter_start_date,
        shares.growth_share_ratio,
        min(accumulated_bands.band) as band

    from accumulated_bands

    inner join shares
        on accumulated_bands.quarter_start_date = shares.quarter_start_date
        and {{ is_before_cut('accumulated_bands.before_band_cents', 'accumulated_bands.total_cents', 'shares.growth_share_ratio') }}

    group by
        accumulated_bands.quarter_start_date,
        shares.growth_share_ratio

),

bands_to_sort as (

    select distinct
        quarter_start_date,
        band

    from last_bands

),

sorted as (

    select
        banded.quarter_start_date,
        banded.band,
        banded.growth_potential_amount,
        banded.growth_cents,
        {{ sum_before('banded.growth_cents', 'banded.quarter_start_date, banded.band', 'banded.growth_cents desc') }}
            as before_cents_in_band

    from banded

    inner join bands_to_sort
        on banded.quarter_start_date = bands_to_sort.quarter_start_date
        and banded.band = bands_to_sort.band

),

-- The smallest number of customers that holds a share: all ahead of whom less than the share is held. Among customers of equal
-- growth it makes no difference who is counted.
holders as (

    select
        last_bands.quarter_start_date,
        last_bands.growth_share_ratio,
        max(accumulated_bands.before_band_count) + count(*) as customer_count,
        {{ amount_of_cents('max(accumulated_bands.before_band_cents) + sum(sorted.growth_cents)') }} as growth_potential_amount,
        min(sorted.growth_potential_amount) as smallest_growth_potential_amount

    from last_bands

    inner join accumulated_bands
        on last_bands.quarter_start_date = accumulated_bands.quarter_start_date
        and last_bands.band = accumulated_bands.band

    inner join sorted
        on last_bands.quarter_start_date = sorted.quarter_start_date
        and last_bands.band = sorted.band
        and {{ is_before_cut(
            '(accumulated_bands.before_band_cents + sorted.before_cents_in_band)',
            'accumulated_bands.total_cents',
            'last_bands.growth_share_ratio',
        ) }}

    group by
        last_bands.quarter_start_date,
        last_bands.growth_share_ratio

),

final as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        shares.growth_share_ratio,
        shares.growth_share_ratio = policy.growth_concentration_ratio as is_reported_share,
        cast(holders.customer_count as integer) as customer_count,
        {{ share_of_total('holders.customer_count', 'populations.customer_count') }} as customer_ratio,
        holders.growth_potential_amount,
        {{ share_of_total('holders.growth_potential_amount', 'populations.net_revenue_amount') }} as growth_to_revenue_ratio,
        holders.smallest_growth_potential_amount,
        cast(coalesce(populations.customer_count, 0) as integer) as population_count,
        cast(populations.net_revenue_amount as decimal(18, 2)) as population_net_revenue_amount,
        cast(coalesce(populations.unknown_potential_count, 0) as integer) as unknown_potential_count,
        {{ flags({
            'INCOMPLETE_POTENTIAL': 'populations.unknown_potential_count > 0 and populations.growth_potential_amount is not null',
            'NO_GROWTH_POTENTIAL': 'populations.growth_potential_amount = 0',
            'NO_POTENTIAL': 'populations.growth_potential_amount is null',
        }) }} as flags

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    inner join shares
        on quarters.quarter_start_date = shares.quarter_start_date

    left join populations
        on quarters.quarter_start_date = populations.quarter_start_date

    left join holders
        on shares.quarter_start_date = holders.quarter_start_date
        and shares.growth_share_ratio = holders.growth_share_ratio

)

select * from final
