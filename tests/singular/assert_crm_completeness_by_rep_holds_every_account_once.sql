-- The rows of the reps hold each account that counts once, and its revenue: what one rep has not, another one has, or nobody. Guards against
-- accounts that vanish with an owner whom the list of reps does not have.
{{ config(meta={'dagster': {'ref': {'name': 'crm_completeness_by_rep'}}}) }}

with

accounts as (

    select
        completeness.quarter_start_date,
        count(*) as account_count,
        sum(completeness.net_revenue_amount) as net_revenue_amount

    from {{ ref('crm_completeness') }} as completeness

    inner join {{ ref('dim_quarter') }} as quarters
        on completeness.quarter_start_date = quarters.quarter_start_date

    where completeness.is_counted

    group by completeness.quarter_start_date

),

reps as (

    select
        quarter_start_date,
        sum(account_count) as account_count,
        sum(net_revenue_amount) as net_revenue_amount

    from {{ ref('crm_completeness_by_rep') }}

    group by quarter_start_date

)

select
    accounts.quarter_start_date,
    accounts.account_count as expected_count,
    reps.account_count as counted

from accounts

left join reps
    on accounts.quarter_start_date = reps.quarter_start_date

where
    reps.account_count is distinct from accounts.account_count
    or reps.net_revenue_amount is distinct from accounts.net_revenue_amount
