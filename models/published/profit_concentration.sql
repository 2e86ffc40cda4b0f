-- grain: one quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

curve as (

    select * from {{ ref('whale_curve') }}

),

unplaced as (

    select
        quarter_start_date,
        count(*) as customer_count

    from profit

    where is_ranked and contribution_amount is null

    group by quarter_start_date

),

ends as (

    select
        quarter_start_date,
        count(*) as customer_count,
        {{ integer_quotient('(count(*) + 9)', '10') }} as top_decile_customer_count

    from curve

    group by quarter_start_date

),

-- The curve rises with each customer that earns something, stays level and falls with each that loses.
measured as (

    select
        curve.quarter_start_date,
        ends.customer_count,
        ends.top_decile_customer_count,
        sum(curve.contribution_amount) as total_contribution_amount,
        sum(case when curve.contribution_amount > 0 then curve.contribution_amount else 0 end) as peak_contribution_amount,
        sum(case when curve.contribution_amount > 0 then 1 else 0 end) as peak_customer_count,
        sum(case when curve.contribution_amount < 0 then 1 else 0 end) as loss_customer_count,
        sum(
            case when curve.position <= ends.top_decile_customer_count then curve.contribution_amount else 0 end
        ) as top_decile_contribution_amount,
        sum(curve.cumulative_contribution_amount) as cumulative_sum_amount

    from curve

    inner join ends
        on curve.quarter_start_date = ends.quarter_start_date

    group by
        curve.quarter_start_date,
        ends.customer_count,
        ends.top_decile_customer_count

),

-- With n customers at equal distances and straight lines between them, the area under the curve of cumulative shares is
-- (sum of the shares - 1/2) / n, and A is what it exceeds the diagonal's 1/2 by.
areas as (

    select
        *,
        case
            when total_contribution_amount > 0
                then (cumulative_sum_amount / total_contribution_amount - 0.5) / customer_count - 0.5
        end as curve_area

    from measured

),

final as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        coalesce(areas.customer_count, 0) as customer_count,
        coalesce(unplaced.customer_count, 0) as unplaced_customer_count,
        cast(areas.total_contribution_amount as decimal(18, 2)) as total_contribution_amount,
        cast(areas.peak_contribution_amount as decimal(18, 2)) as peak_contribution_amount,
        cast(areas.peak_customer_count as bigint) as peak_customer_count,
        cast(areas.peak_customer_count / areas.customer_count as decimal(9, 6)) as peak_customer_ratio,
        case
            when areas.total_contribution_amount > 0
                then cast(areas.peak_contribution_amount / areas.total_contribution_amount as decimal(28, 6))
        end as peak_contribution_ratio,
        case
            when areas.total_contribution_amount > 0
                then cast(
                    (areas.peak_contribution_amount - areas.total_contribution_amount) / areas.total_contribution_amount
                    as decimal(28, 6)
                )
        end as erosion_ratio,
        cast(areas.loss_customer_count as bigint) as loss_customer_count,
        cast(areas.peak_contribution_amount - areas.total_contribution_amount as decimal(18, 2)) as loss_amount,
        cast(areas.top_decile_customer_count as bigint) as top_decile_customer_count,
        cast(areas.top_decile_contribution_amount as decimal(18, 2)) as top_decile_contribution_amount,
        case
            when areas.total_contribution_amount > 0
                then cast(areas.top_decile_contribution_amount / areas.total_contribution_amount as decimal(28, 6))
        end as top_decile_ratio,
        cast(areas.curve_area as decimal(28, 6)) as curve_area_ratio,
        cast(areas.curve_area / (areas.curve_area + 0.5) as decimal(9, 6)) as profit_concentration_index,
        {{ flags({
            'CONTRIBUTION_UNKNOWN': 'unplaced.customer_count > 0',
            'NO_CONTRIBUTION': 'areas.customer_count is null',
            'TOTAL_NOT_POSITIVE': 'areas.total_contribution_amount <= 0',
        }) }} as flags

    from quarters

    left join areas
        on quarters.quarter_start_date = areas.quarter_start_date

    left join unplaced
        on quarters.quarter_start_date = unplaced.quarter_start_date

)

select * from final
