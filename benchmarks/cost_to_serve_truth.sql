-- The published cost to serve of the demo company against the cost that its generator knows; views for
-- cost_to_serve_truth.py. `truth_*`, `delivered_activity` and the schema `published` are there before.

-- A published customer is one debtor or one account; the company behind it is known to the generator. Two accounts that
-- nothing in the data brings together are two published customers of one company.
create temp table published_cell as
select
    coalesce(links.company_id, cost.customer_id) as company_id,
    cost.customer_id,
    cost.activity,
    cost.quarter_start_date,
    sum(cost.cost_amount) as published_amount,
    max(case cost.source_quality when 'fallback' then 3 when 'standard' then 2 else 1 end) as quality_rank,
    bool_or(coalesce(cost.flags like '%TRAVEL_NOT_RECORDED%', false)) as is_travel_assumed
from published.cost_to_serve as cost
left join truth_link as links on cost.customer_id = links.source_id
where cost.cost_bucket in ('customer', 'acquisition') and not cost.is_imputed
group by all;

create temp table true_cell as
select
    company_id,
    coalesce(erp_customer_id, account_id) as customer_id,
    activity,
    quarter_start_date,
    sum(cost_amount) as true_amount
from truth_cost_to_serve
where quarter_start_date in (select quarter_start_date from published_cell)
group by all
having sum(cost_amount) <> 0;

-- What one side does not know has cost nothing there.
create temp view compared_activity as
select
    coalesce(truth.activity, found.activity) as activity,
    coalesce(truth.quarter_start_date, found.quarter_start_date) as quarter_start_date,
    coalesce(truth.true_amount, 0) as true_amount,
    coalesce(found.published_amount, 0) as published_amount,
    found.quality_rank,
    found.is_travel_assumed
from (
    select company_id, activity, quarter_start_date, sum(true_amount) as true_amount
    from true_cell
    group by all
) as truth
full join (
    select
        company_id,
        activity,
        quarter_start_date,
        sum(published_amount) as published_amount,
        max(quality_rank) as quality_rank,
        bool_or(is_travel_assumed) as is_travel_assumed
    from published_cell
    group by all
) as found using (company_id, activity, quarter_start_date);

create temp table compared_company as
select
    quarter_start_date,
    company_id,
    coalesce(truth.true_amount, 0) as true_amount,
    coalesce(found.published_amount, 0) as published_amount
from (
    select company_id, quarter_start_date, sum(true_amount) as true_amount from true_cell group by all
) as truth
full join (
    select company_id, quarter_start_date, sum(published_amount) as published_amount from published_cell group by all
) as found using (company_id, quarter_start_date);

create temp view compared_customer as
select
    quarter_start_date,
    coalesce(truth.true_amount, 0) as true_amount,
    coalesce(found.published_amount, 0) as published_amount
from (
    select customer_id, quarter_start_date, sum(true_amount) as true_amount from true_cell group by all
) as truth
full join (
    select customer_id, quarter_start_date, sum(published_amount) as published_amount from published_cell group by all
) as found using (customer_id, quarter_start_date);

-- The four quarters that a contribution rests on: the last four closed ones.
create temp view compared_year as
select
    sum(true_amount) as true_amount,
    sum(published_amount) as published_amount
from compared_company
where quarter_start_date in (
    select distinct quarter_start_date
    from published.customer_profit
    where not is_provisional
    order by quarter_start_date desc
    limit 4
)
group by company_id;

create temp view compared as
select '1' as part, 'company and quarter' as label, true_amount, published_amount from compared_company
union all
select '1', 'published customer and quarter', true_amount, published_amount from compared_customer
union all
select '1', 'company, last four closed quarters', true_amount, published_amount from compared_year
union all
select '2', cast(quarter_start_date as varchar), true_amount, published_amount from compared_company
union all
select '3', activity, true_amount, published_amount from compared_activity
union all
select
    '4',
    case
        when quality_rank is null then 'not in the data at all'
        when is_travel_assumed then 'visits, some travel not recorded: standard time'
        when quality_rank = 1 then 'measured'
        when quality_rank = 2 then 'standard times'
        else 'fallback: a driver was missing'
    end,
    true_amount,
    published_amount
from compared_activity;

-- Spearman's rho is the correlation of ranks; equal values share the mean of their ranks.
create temp view ranked as
select
    part,
    label,
    true_amount,
    published_amount,
    rank() over (partition by part, label order by true_amount)
    + (count(*) over (partition by part, label, true_amount) - 1) / 2 as true_rank,
    rank() over (partition by part, label order by published_amount)
    + (count(*) over (partition by part, label, published_amount) - 1) / 2 as published_rank
from compared;

create temp view truth_report as
select
    part,
    label,
    count(*) as compared_count,
    sum(true_amount) as true_total_amount,
    sum(published_amount) as published_total_amount,
    sum(published_amount) - sum(true_amount) as difference_amount,
    corr(true_rank, published_rank) as rank_correlation,
    median(abs(published_amount - true_amount)) as median_error_amount,
    sum(abs(published_amount - true_amount)) / count(*) as mean_error_amount
from ranked
group by part, label
order by part, label;

create temp view reconciliation_report as
select
    count(*) as pool_month_count,
    count(distinct resource_pool) as pool_count,
    sum(pool_amount) as pool_amount,
    sum(allocated_amount) as allocated_amount,
    sum(acquisition_amount) as acquisition_amount,
    sum(unused_amount) as unused_amount,
    sum(unassigned_amount) as unassigned_amount,
    max(abs(difference_amount)) as greatest_difference_amount
from published.cost_reconciliation;

create temp view record_report as
select
    activity_type,
    count(*) as record_count,
    count(*) - count(duration_minutes) as without_duration_count,
    avg(duration_minutes) as recorded_duration_minutes,
    case when activity_type = 'visit' then count(*) - count(travel_minutes) end as without_travel_count,
    avg(travel_minutes) as recorded_travel_minutes
from delivered_activity
group by activity_type
order by activity_type;
