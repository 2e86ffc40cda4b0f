-- The last position of each curve carries the total contribution of the ranked customers, the ratio there is 1, and the peak is not below it. Guards
-- against a customer who is on the curve twice or not at all.
{{ config(meta={'dagster': {'ref': {'name': 'whale_curve'}}}) }}

with

curve as (

    select * from {{ ref('whale_curve') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

totals as (

    select
        quarter_start_date,
        count(*) as customer_count,
        sum(contribution_amount) as contribution_amount

    from profit

    where is_ranked and contribution_amount is not null

    group by quarter_start_date

),

ends as (

    select
        quarter_start_date,
        max(position) as customer_count,
        max_by(cumulative_contribution_amount, position) as contribution_amount,
        max_by(cumulative_contribution_ratio, position) as contribution_ratio,
        max(cumulative_contribution_amount) as peak_amount

    from curve

    group by quarter_start_date

)

select
    totals.*,
    ends.customer_count as customer_count_on_curve,
    ends.contribution_amount as contribution_amount_of_curve

from totals

left join ends
    on totals.quarter_start_date = ends.quarter_start_date

where
    ends.customer_count is null
    or totals.customer_count <> ends.customer_count
    or totals.contribution_amount <> ends.contribution_amount
    or totals.contribution_amount > 0 and ends.contribution_ratio <> 1
    or ends.peak_amount < totals.contribution_amount
