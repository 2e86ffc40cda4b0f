-- grain: one measure for threshold-C customers per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

measures as (

    select * from {{ ref('small_customer_measures') }}

),

cost_per_order as (

    select * from {{ ref('int_small_customer__cost_per_order') }}

),

channel_shift as (

    select * from {{ ref('int_small_customer__channel_shift') }}

),

-- One pass over the customers; the rows of the summary are taken from its sums.
totals as (

    select
        quarters.quarter_start_date,
        quarters.as_of_date,
        quarters.is_provisional,
        count(*) as small_customer_count,
        sum(measures.list_price_leakage_amount) as list_price_amount,
        count(measures.list_price_leakage_amount) as list_price_known_count,
        count(case when measures.list_price_leakage_amount > 0 then 1 end) as list_price_count,
        sum(measures.service_leakage_amount) as service_amount,
        count(measures.service_leakage_amount) as service_known_count,
        count(case when measures.service_leakage_amount > 0 then 1 end) as service_count,
        sum(measures.minimum_order_uplift_amount) as minimum_quantity_amount,
        count(measures.minimum_order_uplift_amount) as minimum_quantity_known_count,
        count(case when measures.minimum_order_uplift_amount > 0 then 1 end) as minimum_quantity_count,
        sum(measures.surcharge_leakage_amount) as surcharge_amount,
        count(measures.surcharge_leakage_amount) as surcharge_known_count,
        count(case when measures.surcharge_leakage_amount > 0 then 1 end) as surcharge_count,
        sum(measures.bundling_saving_amount) as bundling_amount,
        count(measures.bundling_saving_amount) as bundling_known_count,
        count(case when measures.bundling_saving_amount > 0 then 1 end) as bundling_count,
        sum(measures.channel_shift_saving_amount) as shift_amount,
        count(measures.channel_shift_saving_amount) as shift_known_count,
        count(case when measures.channel_shift_saving_amount > 0 then 1 end) as shift_count,
        count(measures.outbound_contact_count) as contact_known_count,
        count(case when measures.outbound_contact_count = 0 then 1 end) as untouched_count

    from measures

    inner join quarters
        on measures.quarter_start_date = quarters.quarter_start_date

    group by quarters.quarter_start_date, quarters.as_of_date, quarters.is_provisional

),

listed as (

    select
        quarter_start_date,
        'LIST_PRICE' as measure,
        list_price_amount as amount,
        list_price_known_count as known_count,
        list_price_count as customer_count

    from totals

    union all

    select
        quarter_start_date,
        'ANCILLARY_SERVICE' as measure,
        service_amount as amount,
        service_known_count as known_count,
        service_count as customer_count

    from totals

    union all

    select
        quarter_start_date,
        'MINIMUM_QUANTITY' as measure,
        minimum_quantity_amount as amount,
        minimum_quantity_known_count as known_count,
        minimum_quantity_count as customer_count

    from totals

    union all

    select
        quarter_start_date,
        'SURCHARGE' as measure,
        surcharge_amount as amount,
        surcharge_known_count as known_count,
        surcharge_count as customer_count

    from totals

    union all

    select
        quarter_start_date,
        'BUNDLING' as measure,
        bundling_amount as amount,
        bundling_known_count as known_count,
        bundling_count as customer_count

    from totals

    union all

    select
        quarter_start_date,
        'CHANNEL_SHIFT' as measure,
        shift_amount as amount,
        shift_known_count as known_count,
        shift_count as customer_count

    from totals

    union all

    select
        quarter_start_date,
        'ACTIVE_CONTACT' as measure,
        null as amount,
        contact_known_count as known_count,
        untouched_count as customer_count

    from totals

),

final as (

    select
        totals.quarter_start_date,
        totals.as_of_date,
        totals.is_provisional,
        listed.measure,
        cast(totals.small_customer_count as integer) as small_customer_count,
        cast(listed.known_count as integer) as known_customer_count,
        case when listed.known_count > 0 then cast(listed.customer_count as integer) end as customer_count,
        cast(listed.amount as decimal(18, 2)) as amount,
        case
            when listed.measure = 'BUNDLING' then cost_per_order.cost_per_order_amount
            when listed.measure = 'CHANNEL_SHIFT' then channel_shift.saving_per_order_amount
        end as cost_per_order_amount,
        case
            when listed.measure = 'BUNDLING' then cost_per_order.cost_source
            when listed.measure = 'CHANNEL_SHIFT' and channel_shift.saving_per_order_amount is not null then channel_shift.cost_source
        end as cost_source

    from listed

    inner join totals
        on listed.quarter_start_date = totals.quarter_start_date

    inner join cost_per_order
        on listed.quarter_start_date = cost_per_order.quarter_start_date

    left join channel_shift
        on listed.quarter_start_date = channel_shift.quarter_start_date

)

select * from final
