-- grain: one customer per quarter in which the effective tier changed
with

tiers as (

    select * from {{ ref('int_segmentation__tier') }}

),

movements as (

    select
        quarter_start_date,
        customer_id,
        tier_effective_before as from_tier,
        tier_effective as to_tier,
        quarter_start_date as valid_from,
        change_reason as reason

    from tiers

    where tier_effective <> tier_effective_before

)

select * from movements
