-- grain: one customer (or bucket outside customers), activity, resource pool and month
with

cost_to_serve as (

    select * from {{ ref('fct_cost_to_serve') }}

),

final as (

    select
        quarter_start_date,
        month_start_date,
        customer_id,
        cost_bucket,
        activity,
        resource_pool,
        driver_quantity,
        minutes,
        rate_amount,
        cost_amount,
        is_imputed,
        source_quality,
        flags

    from cost_to_serve

)

select * from final
