-- grain: one quarter with orders of threshold-C customers
with

channels as (

    select * from {{ ref('int_small_customer__order_channel') }}

    where threshold_class = 'C'

),

by_quarter as (

    select
        quarter_start_date,
        min(cost_source) as cost_source,
        cast(sum(shift_saving_amount) as decimal(18, 2)) as shift_saving_amount,
        cast(sum(costed_shiftable_order_count) as bigint) as costed_shiftable_order_count

    from channels

    group by quarter_start_date

),

final as (

    select
        quarter_start_date,
        cost_source,
        shift_saving_amount,
        costed_shiftable_order_count,
        case
            when shift_saving_amount >= 0 and costed_shiftable_order_count > 0
                then {{ amount_of_cents(rounded_quotient(
                    smallest_units('shift_saving_amount', 2),
                    exact_integer('costed_shiftable_order_count'),
                )) }}
        end as saving_per_order_amount

    from by_quarter

)

select * from final
