-- grain: one customer per interval of equal effective tier
with

tiers as (

    select * from {{ ref('int_segmentation__tier') }}

),

-- An interval begins where the tier changes, and with the run for customers whose tier is older than the run.
beginnings as (

    select
        customer_id,
        tier_effective,
        quarter_start_date as valid_from

    from tiers

    where
        change_reason is not null
        or quarter_start_date = (select min(tiers.quarter_start_date) from tiers)

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
