-- grain: one customer and month with deliveries
with

deliveries as (

    select * from {{ ref('input_layer__delivery') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

    where source_type = 'erp'

),

rate_by_day as (

    select * from {{ ref('int_currency__rate_by_day') }}

),

policy as (

    select reporting_currency

    from {{ ref('int_policy__by_quarter') }}

    qualify row_number() over (order by quarter_start_date desc) = 1

),

converted as (

    select
        crosswalk.customer_id,
        cast({{ dbt.date_trunc('month', 'deliveries.delivered_date') }} as date) as month_start_date,
        greatest(coalesce(deliveries.parcel_count, 1), 1) as parcel_count,
        greatest(coalesce(deliveries.weight_kg, 0), 0) as weight_kg,
        coalesce(deliveries.is_express, false) as is_express,
        deliveries.parcel_count is null or deliveries.weight_kg is null as has_unknown_driver,
        {{ convert_to_reporting(
            'deliveries.freight_amount',
            'deliveries.currency_code',
            'policy.reporting_currency',
            'rate_by_day.rate_to_reporting',
        ) }} as freight_amount

    from deliveries

    cross join policy

    left join crosswalk
        on deliveries.erp_customer_id = crosswalk.source_id

    left join rate_by_day
        on deliveries.currency_code = rate_by_day.currency_code
        and deliveries.delivered_date = rate_by_day.rate_date

),

-- A delivery is at least one parcel; a weight that was not recorded adds no minutes. Both count as assumed.
final as (

    select
        customer_id,
        month_start_date,
        count(*) as delivery_count,
        sum(parcel_count) as parcel_count,
        sum(weight_kg) as weight_kg,
        count(case when is_express then 1 end) as express_count,
        count(case when has_unknown_driver then 1 end) as assumed_delivery_count,
        sum(case when has_unknown_driver then parcel_count else 0 end) as assumed_parcel_count,
        sum(case when has_unknown_driver then weight_kg else 0 end) as assumed_weight_kg,
        count(case when has_unknown_driver and is_express then 1 end) as assumed_express_count,
        count(freight_amount) as freight_count,
        sum(freight_amount) as freight_amount

    from converted

    group by customer_id, month_start_date

)

select * from final
