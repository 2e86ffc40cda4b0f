-- grain: one customer and quarter eligible for a process campaign, excluded or not
{{ config(materialized='view') }}

with

process_index as (

    select * from {{ ref('int_campaign__process_index') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- Of the kinds of error the one that is furthest above the usual gives the list its headline.
eligible as (

    select
        process_index.*,
        policy.reporting_currency,
        greatest(
            coalesce(process_index.change_ratio, 0),
            coalesce(process_index.incomplete_ratio, 0),
            coalesce(process_index.return_ratio, 0),
            coalesce(process_index.complaint_ratio, 0),
            coalesce(process_index.quote_ratio, 0)
        ) as largest_ratio

    from process_index

    inner join policy
        on process_index.quarter_start_date = policy.quarter_start_date
        and process_index.process_error_index >= policy.process_index_minimum_ratio

),

described as (

    select
        *,
        case largest_ratio
            when change_ratio then 'order changes'
            when incomplete_ratio then 'incomplete inquiries'
            when return_ratio then 'returns by order errors'
            when complaint_ratio then 'complaints'
            else 'quotes'
        end as headline,
        case largest_ratio
            when change_ratio then change_count
            when incomplete_ratio then incomplete_count
            when return_ratio then return_count
            when complaint_ratio then complaint_count
            else quote_count
        end as headline_count,
        case largest_ratio
            when change_ratio then usual_change_count
            when incomplete_ratio then usual_incomplete_count
            when return_ratio then usual_return_count
            when complaint_ratio then usual_complaint_count
            else usual_quote_count
        end as headline_usual_count

    from eligible

),

-- A saved minute is contribution. Where no pool has a cost, all are ranked by the minutes themselves.
final as (

    select
        'PROCESS' as campaign_type,
        quarter_start_date,
        customer_id,
        avoidable_cost_amount as addressable_amount,
        avoidable_cost_amount as contribution_amount,
        coalesce(avoidable_cost_amount, avoidable_minutes) as score,
        concat(
            'Process errors at ', cast(cast(process_error_index as decimal(18, 2)) as varchar), ' times the usual, above all ',
            headline, ' (', cast(headline_count as varchar), ' where ',
            cast(cast(headline_usual_count as decimal(18, 1)) as varchar), ' are usual): ',
            case
                when avoidable_cost_amount is null then concat(cast(avoidable_minutes as varchar), ' minutes')
                else concat(cast(avoidable_cost_amount as varchar), ' ', reporting_currency)
            end,
            ' a year to avoid'
        ) as driver,
        concat_ws(
            '; ',
            concat('Orders ', cast(order_count as varchar)),
            case
                when change_count is not null
                    then concat(
                        'order changes ', cast(change_count as varchar),
                        ' (usual ', cast(cast(usual_change_count as decimal(18, 1)) as varchar), ')'
                    )
            end,
            case
                when incomplete_count is not null
                    then concat(
                        'incomplete inquiries ', cast(incomplete_count as varchar), ' of ', cast(known_inquiry_count as varchar),
                        ' (usual ', cast(cast(usual_incomplete_count as decimal(18, 1)) as varchar), ')'
                    )
            end,
            case
                when return_count is not null
                    then concat(
                        'returns by order errors ', cast(return_count as varchar),
                        ' (usual ', cast(cast(usual_return_count as decimal(18, 1)) as varchar), ')'
                    )
            end,
            case
                when complaint_count is not null
                    then concat(
                        'complaints ', cast(complaint_count as varchar),
                        ' (usual ', cast(cast(usual_complaint_count as decimal(18, 1)) as varchar), ')'
                    )
            end,
            case
                when quote_count is not null
                    then concat(
                        'quotes ', cast(quote_count as varchar),
                        ' (usual ', cast(cast(usual_quote_count as decimal(18, 1)) as varchar), ')'
                    )
            end,
            concat('avoidable minutes ', cast(avoidable_minutes as varchar))
        ) as evidence

    from described

)

select * from final
