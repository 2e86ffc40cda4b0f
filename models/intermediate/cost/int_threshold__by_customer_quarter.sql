-- grain: one customer and quarter
with

classes as (

    select * from {{ ref('int_threshold__class_by_customer_quarter') }}

),

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

thresholds as (

    select * from {{ ref('int_threshold__by_channel_quarter') }}

    where threshold_amount is not null

),

-- From each threshold upwards, the most intensive channel whose threshold is met.
steps as (

    select
        quarter_start_date,
        threshold_amount,
        min(intensity_rank) over (
            partition by quarter_start_date
            order by threshold_amount
            range between unbounded preceding and current row
        ) as intensity_rank

    from thresholds

),

step_bounds as (

    select
        quarter_start_date,
        intensity_rank,
        threshold_amount as lower_amount,
        lead(threshold_amount) over (partition by quarter_start_date order by threshold_amount) as upper_amount

    from (select distinct * from steps) as distinct_steps

),

channel_bounds as (

    select
        step_bounds.quarter_start_date,
        thresholds.channel,
        step_bounds.lower_amount,
        step_bounds.upper_amount

    from step_bounds

    inner join thresholds
        on step_bounds.quarter_start_date = thresholds.quarter_start_date
        and step_bounds.intensity_rank = thresholds.intensity_rank

),

valued as (

    select
        classes.*,
        greatest(classes.yearly_revenue_amount, coalesce(wallets.potential_amount, 0), 0) as highest_amount

    from classes

    left join wallets
        on classes.customer_id = wallets.customer_id
        and classes.quarter_start_date = wallets.quarter_start_date

),

final as (

    select
        valued.customer_id,
        valued.quarter_start_date,
        valued.threshold_class,
        case when valued.is_in_population then channel_bounds.channel end as recommended_channel,
        valued.yearly_revenue_amount,
        valued.threshold_amount,
        valued.is_annualised,
        valued.is_new,
        valued.is_zero_revenue,
        valued.is_negative_revenue

    from valued

    left join channel_bounds
        on valued.quarter_start_date = channel_bounds.quarter_start_date
        and valued.highest_amount >= channel_bounds.lower_amount
        and (valued.highest_amount < channel_bounds.upper_amount or channel_bounds.upper_amount is null)

)

select * from final
