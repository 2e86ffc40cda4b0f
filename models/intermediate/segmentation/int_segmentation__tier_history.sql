-- grain: one customer per interval of equal effective tier
with

tiers as (

    select * from {{ ref('int_segmentation__tier') }}

),

first_quarter as (

    select min(quarter_start_date) as quarter_start_date from {{ ref('dim_quarter') }}

),

-- An interval begins where the tier changes, and with the run for customers whose tier is older than the run.
beginnings as (

    select
        tiers.customer_id,
        tiers.tier_effective,
        tiers.quarter_start_date as valid_from

    from tiers

    cross join first_quarter

    where
        tiers.change_reason is not null
        or tiers.quarter_start_date = first_quarter.quarter_start_date

),

intervals as (

    select
        customer_id,
        tier_effective,
        valid_from,
        lead(valid_from) over (partition by customer_id order by valid_from) as valid_to

    from beginnings

),

final as (

    select
        customer_id,
        tier_effective,
        valid_from,
        valid_to,
        valid_to is null as is_current

    from intervals

)

select * from final
