-- grain: one customer of high potential and quarter with enough orders for a process-error index
{{ config(materialized='view') }}

with

process_errors as (

    select * from {{ ref('int_campaign__process_error') }}

),

rates as (

    select * from {{ ref('int_campaign__process_rate') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

classes as (

    select * from {{ ref('int_segmentation__tier') }}

),

-- The usual number of a kind of error is the company's rate times the customer's own orders or inquiries. A kind that the
-- company never recorded in the twelve months has no rate, and neither number: nothing is compared.
compared as (

    select
        process_errors.customer_id,
        process_errors.quarter_start_date,
        process_errors.order_count,
        process_errors.known_inquiry_count,
        policy.process_smoothing_count,
        rates.order_change_minutes,
        rates.incomplete_inquiry_minutes,
        rates.order_error_return_minutes,
        rates.complaint_minutes,
        rates.order_change_amount,
        rates.incomplete_inquiry_amount,
        rates.order_error_return_amount,
        rates.complaint_amount,
        case when rates.change_count > 0 then process_errors.change_count end as change_count,
        case when rates.incomplete_count > 0 then process_errors.incomplete_count end as incomplete_count,
        case when rates.return_count > 0 then process_errors.return_count end as return_count,
        case when rates.complaint_count > 0 then process_errors.complaint_count end as complaint_count,
        case when rates.quote_count > 0 then process_errors.quote_count end as quote_count,
        case
            when rates.change_count > 0
                then cast(
                    cast(process_errors.known_change_order_count * rates.change_count as double)
                    / rates.known_change_order_count as decimal(18, 6)
                )
        end as usual_change_count,
        case
            when rates.incomplete_count > 0
                then cast(
                    cast(process_errors.known_inquiry_count * rates.incomplete_count as double)
                    / rates.known_inquiry_count as decimal(18, 6)
                )
        end as usual_incomplete_count,
        case
            when rates.return_count > 0
                then cast(
                    cast(process_errors.order_count * rates.return_count as double) / rates.order_count as decimal(18, 6)
                )
        end as usual_return_count,
        case
            when rates.complaint_count > 0
                then cast(
                    cast(process_errors.order_count * rates.complaint_count as double) / rates.order_count as decimal(18, 6)
                )
        end as usual_complaint_count,
        case
            when rates.quote_count > 0
                then cast(
                    cast(process_errors.order_count * rates.quote_count as double) / rates.order_count as decimal(18, 6)
                )
        end as usual_quote_count

    from process_errors

    inner join classes
        on process_errors.customer_id = classes.customer_id
        and process_errors.quarter_start_date = classes.quarter_start_date
        and classes.potential_class = 'HIGH'

    inner join rates
        on process_errors.quarter_start_date = rates.quarter_start_date
        and rates.order_count > 0

    inner join policy
        on process_errors.quarter_start_date = policy.quarter_start_date
        and process_errors.order_count >= policy.process_minimum_order_count

),

related as (

    select
        *,
        cast(change_count + process_smoothing_count as double)
        / cast(usual_change_count + process_smoothing_count as double) as change_ratio,
        cast(incomplete_count + process_smoothing_count as double)
        / cast(usual_incomplete_count + process_smoothing_count as double) as incomplete_ratio,
        cast(return_count + process_smoothing_count as double)
        / cast(usual_return_count + process_smoothing_count as double) as return_ratio,
        cast(complaint_count + process_smoothing_count as double)
        / cast(usual_complaint_count + process_smoothing_count as double) as complaint_ratio,
        cast(quote_count + process_smoothing_count as double)
        / cast(usual_quote_count + process_smoothing_count as double) as quote_ratio,
        case when change_count is not null then greatest(change_count - usual_change_count, 0) end as excess_change_count,
        case when incomplete_count is not null then greatest(incomplete_count - usual_incomplete_count, 0) end as excess_incomplete_count,
        case when return_count is not null then greatest(return_count - usual_return_count, 0) end as excess_return_count,
        case when complaint_count is not null then greatest(complaint_count - usual_complaint_count, 0) end as excess_complaint_count

    from compared

),

summarised as (

    select
        *,
        case when change_ratio is null then 0 else 1 end
        + case when incomplete_ratio is null then 0 else 1 end
        + case when return_ratio is null then 0 else 1 end
        + case when complaint_ratio is null then 0 else 1 end
        + case when quote_ratio is null then 0 else 1 end as compared_count,
        coalesce(change_ratio, 0)
        + coalesce(incomplete_ratio, 0)
        + coalesce(return_ratio, 0)
        + coalesce(complaint_ratio, 0)
        + coalesce(quote_ratio, 0) as ratio_sum

    from related

),

final as (

    select
        customer_id,
        quarter_start_date,
        order_count,
        known_inquiry_count,
        change_count,
        usual_change_count,
        incomplete_count,
        usual_incomplete_count,
        return_count,
        usual_return_count,
        complaint_count,
        usual_complaint_count,
        quote_count,
        usual_quote_count,
        change_ratio,
        incomplete_ratio,
        return_ratio,
        complaint_ratio,
        quote_ratio,
        compared_count,
        cast(ratio_sum / compared_count as decimal(18, 6)) as process_error_index,
        cast(
            coalesce(excess_change_count * order_change_minutes, 0)
            + coalesce(excess_incomplete_count * incomplete_inquiry_minutes, 0)
            + coalesce(excess_return_count * order_error_return_minutes, 0)
            + coalesce(excess_complaint_count * complaint_minutes, 0) as decimal(18, 2)
        ) as avoidable_minutes,
        -- What is known of it; NULL where no kind of error has both a rate and a cost.
        case
            when
                coalesce(
                    excess_change_count * order_change_amount,
                    excess_incomplete_count * incomplete_inquiry_amount,
                    excess_return_count * order_error_return_amount,
                    excess_complaint_count * complaint_amount
                ) is not null
                then cast(
                    coalesce(excess_change_count * order_change_amount, 0)
                    + coalesce(excess_incomplete_count * incomplete_inquiry_amount, 0)
                    + coalesce(excess_return_count * order_error_return_amount, 0)
                    + coalesce(excess_complaint_count * complaint_amount, 0) as decimal(18, 2)
                )
        end as avoidable_cost_amount

    from summarised

    where compared_count > 0

)

select * from final
