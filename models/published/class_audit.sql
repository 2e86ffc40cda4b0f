-- grain: one pair of schemes, typed class and computed class per quarter
with

segments as (

    select *

    from {{ ref('customer_segments') }}

    where is_in_population

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

-- Customers with the same classes are counted together first: some hundred rows instead of one per customer and pair.
profiles as (

    select
        segments.quarter_start_date,
        segments.assigned_class,
        segments.abc_revenue_class,
        segments.abc_contribution_class,
        segments.potential_class,
        segments.tier_effective,
        count(*) as customer_count,
        sum(segments.net_revenue_amount) as net_revenue_amount

    from segments

    inner join quarters
        on segments.quarter_start_date = quarters.quarter_start_date

    group by
        segments.quarter_start_date,
        segments.assigned_class,
        segments.abc_revenue_class,
        segments.abc_contribution_class,
        segments.potential_class,
        segments.tier_effective

),

pairs as (

    select
        *,
        'assigned_abc_revenue' as scheme_pair,
        abc_revenue_class as class

    from profiles

    union all

    select
        *,
        'assigned_abc_contribution' as scheme_pair,
        abc_contribution_class as class

    from profiles

    union all

    select
        *,
        'assigned_potential' as scheme_pair,
        {{ class_of_potential('potential_class') }} as class

    from profiles

    union all

    select
        *,
        'assigned_tier_effective' as scheme_pair,
        tier_effective as class

    from profiles

),

cells as (

    select
        quarter_start_date,
        scheme_pair,
        coalesce({{ normalised_class('assigned_class') }}, 'UNTYPED') as typed_class,
        coalesce(class, 'UNCLASSIFIED') as computed_class,
        sum(customer_count) as customer_count,
        sum(net_revenue_amount) as net_revenue_amount

    from pairs

    group by
        quarter_start_date,
        scheme_pair,
        coalesce({{ normalised_class('assigned_class') }}, 'UNTYPED'),
        coalesce(class, 'UNCLASSIFIED')

),

-- Only who has both classes can agree or disagree.
compared as (

    select *

    from cells

    where typed_class <> 'UNTYPED' and computed_class <> 'UNCLASSIFIED'

),

agreement as (

    select
        quarter_start_date,
        scheme_pair,
        sum(customer_count) as compared_count,
        sum(case when typed_class = computed_class then customer_count else 0 end) as agreed_count

    from compared

    group by
        quarter_start_date,
        scheme_pair

),

typed_totals as (

    select
        quarter_start_date,
        scheme_pair,
        typed_class as class,
        sum(customer_count) as customer_count

    from compared

    group by
        quarter_start_date,
        scheme_pair,
        typed_class

),

computed_totals as (

    select
        quarter_start_date,
        scheme_pair,
        computed_class as class,
        sum(customer_count) as customer_count

    from compared

    group by
        quarter_start_date,
        scheme_pair,
        computed_class

),

-- The agreement that chance alone would give, times the square of the customers compared.
chance as (

    select
        typed_totals.quarter_start_date,
        typed_totals.scheme_pair,
        sum({{ exact_integer('typed_totals.customer_count * computed_totals.customer_count') }}) as chance_product

    from typed_totals

    inner join computed_totals
        on typed_totals.quarter_start_date = computed_totals.quarter_start_date
        and typed_totals.scheme_pair = computed_totals.scheme_pair
        and typed_totals.class = computed_totals.class

    group by
        typed_totals.quarter_start_date,
        typed_totals.scheme_pair

),

measured as (

    select
        agreement.quarter_start_date,
        agreement.scheme_pair,
        agreement.compared_count,
        agreement.agreed_count,
        {{ exact_integer('agreement.compared_count * agreement.agreed_count') }} as agreed_product,
        {{ exact_integer('agreement.compared_count * agreement.compared_count') }} as compared_product,
        coalesce(chance.chance_product, 0) as chance_product

    from agreement

    left join chance
        on agreement.quarter_start_date = chance.quarter_start_date
        and agreement.scheme_pair = chance.scheme_pair

),

final as (

    select
        cells.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        cells.scheme_pair,
        cells.typed_class,
        cells.computed_class,
        cast(cells.customer_count as integer) as customer_count,
        cast(cells.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        case
            when cells.typed_class <> 'UNTYPED' and cells.computed_class <> 'UNCLASSIFIED'
                then cells.typed_class = cells.computed_class
        end as is_agreement,
        cast(coalesce(measured.compared_count, 0) as integer) as compared_count,
        {{ share_of_total('measured.agreed_count', 'measured.compared_count') }} as agreement_ratio,
        case
            when measured.compared_product > measured.chance_product
                then cast(
                    (measured.agreed_product - measured.chance_product) / (measured.compared_product - measured.chance_product)
                    as decimal(9, 6)
                )
        end as kappa

    from cells

    inner join quarters
        on cells.quarter_start_date = quarters.quarter_start_date

    left join measured
        on cells.quarter_start_date = measured.quarter_start_date
        and cells.scheme_pair = measured.scheme_pair

)

select * from final
