-- grain: one customer, measure that a criterion takes and quarter with a value
with

closed_quarters as (

    select
        quarter_start_date,
        case when is_provisional then quarter_index - 1 else quarter_index end as closed_quarter_index

    from {{ ref('dim_quarter') }}

),

quarters as (

    select
        *,
        {{ quarter_start_of_index('(closed_quarter_index - 7)') }} as compared_since_date

    from closed_quarters

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- Measures that the catalogue of a quarter takes; the others are not computed.
taken as (

    select distinct
        quarter_start_date,
        metric

    from {{ ref('int_portfolio__criterion') }}

    where source = 'computed'

),

posted as (

    select * from {{ ref('int_revenue__by_customer_posting_quarter') }}

),

customers_since as (

    select * from {{ ref('int_customer__since') }}

),

wallet as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

process_errors as (

    select * from {{ ref('int_campaign__process_error') }}

),

company_errors as (

    select * from {{ ref('int_campaign__process_rate') }}

),

-- Four closed quarters against the four before, for who was a customer all that time and where the data reach back so far: the
-- months in which business began would be growth otherwise.
two_years as (

    select
        posted.customer_id,
        quarters.quarter_start_date,
        sum(case when posted.posting_quarter_index > quarters.closed_quarter_index - 4 then posted.net_revenue_amount else 0 end)
            as present_amount,
        sum(case when posted.posting_quarter_index <= quarters.closed_quarter_index - 4 then posted.net_revenue_amount else 0 end)
            as before_amount,
        sum(posted.missing_net_count) as missing_net_count

    from posted

    inner join quarters
        on posted.posting_quarter_index between quarters.closed_quarter_index - 7 and quarters.closed_quarter_index

    inner join taken
        on quarters.quarter_start_date = taken.quarter_start_date
        and taken.metric = 'revenue_growth'

    inner join customers_since
        on posted.customer_id = customers_since.customer_id
        and quarters.compared_since_date >= customers_since.history_start_date
        and (customers_since.is_older_than_data or quarters.compared_since_date >= customers_since.customer_since_date)

    group by posted.customer_id, quarters.quarter_start_date

),

revenue_growth as (

    select
        customer_id,
        quarter_start_date,
        case
            when missing_net_count = 0 then {{ share_of_total('(present_amount - before_amount)', 'before_amount') }}
        end as value

    from two_years

),

-- Only errors of a kind that the company records at all: where nobody writes down order changes, having none says nothing.
error_counts as (

    select
        process_errors.customer_id,
        process_errors.quarter_start_date,
        process_errors.order_count,
        case when company_errors.change_count > 0 then process_errors.change_count end as change_count,
        case when company_errors.return_count > 0 then process_errors.return_count end as return_count,
        case when company_errors.complaint_count > 0 then process_errors.complaint_count end as complaint_count

    from process_errors

    inner join company_errors
        on process_errors.quarter_start_date = company_errors.quarter_start_date

    inner join taken
        on process_errors.quarter_start_date = taken.quarter_start_date
        and taken.metric = 'order_errors'

    inner join policy
        on process_errors.quarter_start_date = policy.quarter_start_date
        and process_errors.order_count >= policy.process_minimum_order_count

),

order_errors as (

    select
        customer_id,
        quarter_start_date,
        {{ share_of_total('(coalesce(change_count, 0) + coalesce(return_count, 0) + coalesce(complaint_count, 0))', 'order_count') }}
            as value

    from error_counts

    where coalesce(change_count, return_count, complaint_count) is not null

),

combined as (

    select
        customer_id,
        quarter_start_date,
        'revenue_growth' as metric,
        value

    from revenue_growth

    union all

    select
        wallet.customer_id,
        wallet.quarter_start_date,
        taken.metric,
        wallet.sow_ratio as value

    from wallet

    inner join taken
        on wallet.quarter_start_date = taken.quarter_start_date
        and taken.metric = 'share_of_wallet'

    union all

    select
        profit.customer_id,
        profit.quarter_start_date,
        taken.metric,
        {{ share_of_total('profit.contribution_amount', 'profit.net_revenue_amount') }} as value

    from profit

    inner join taken
        on profit.quarter_start_date = taken.quarter_start_date
        and taken.metric = 'contribution_ratio'

    union all

    select
        customer_id,
        quarter_start_date,
        'order_errors' as metric,
        value

    from order_errors

),

final as (

    select
        customer_id,
        quarter_start_date,
        metric,
        cast(value as decimal(18, 6)) as value

    from combined

    where value is not null

)

select * from final
