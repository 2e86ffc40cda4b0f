-- grain: one customer per interval of equal effective tier
with

tiers as (

    select * from {{ ref('int_segmentation__tier') }}

),

compared as (

    select
        customer_id,
        quarter_start_date,
        tier_effective,
        lag(tier_effective) over (partition by customer_id order by quarter_start_date) as tier_before

    from tiers

),

changes as (

    select
        customer_id,
        tier_effective,
        quarter_start_date as valid_from

    from compared

    where tier_before is null or tier_effective <> tier_before

),

intervals as (

    select
        customer_id,
        tier_effective,
        valid_from,
        lead(valid_from) over (partition by customer_id order by valid_from) as valid_to

    from changes

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
