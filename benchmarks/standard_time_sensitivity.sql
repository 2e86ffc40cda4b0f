-- The work behind the last closed trailing year, and the contributions that follow when standard times change; for
-- standard_time_sensitivity.py. The schema `published` is there before.

create temp table trailing_quarter as
select distinct quarter_start_date
from published.customer_profit
where not is_provisional
order by quarter_start_date desc
limit 4;

-- Direct cost has no minutes and does not move with any time.
create temp table work as
select
    cost.customer_id,
    cost.cost_bucket as bucket,
    cost.activity,
    cost.resource_pool,
    cost.month_start_date,
    cost.source_quality = 'standard' as is_standard,
    cost.minutes,
    cost.rate_amount,
    cost.cost_amount,
    pools.capacity_mode = 'full_absorption' as is_full_absorption
from published.cost_to_serve as cost
inner join published.cost_reconciliation as pools using (resource_pool, month_start_date)
where cost.quarter_start_date in (from trailing_quarter) and cost.minutes is not null and cost.rate_amount is not null;

create temp table contribution as
select customer_id, contribution_amount
from published.customer_profit
where quarter_start_date = (select max(quarter_start_date) from trailing_quarter) and contribution_amount is not null;

create temp macro scenario(activities, factor) as table
with changed as (
    select
        *,
        minutes * case when is_standard and list_contains(activities, activity) then factor else 1 end as changed_minutes
    from work
),

rates as (
    select
        resource_pool,
        month_start_date,
        case when bool_or(is_full_absorption) then sum(minutes) / nullif(sum(changed_minutes), 0) else 1 end as rate_factor
    from changed
    group by all
),

differences as (
    select
        changed.customer_id,
        sum((changed.changed_minutes * rates.rate_factor - changed.minutes) * changed.rate_amount) as cost_difference
    from changed
    inner join rates using (resource_pool, month_start_date)
    where changed.bucket = 'customer'
    group by all
)

select
    contribution.contribution_amount as published_amount,
    contribution.contribution_amount - coalesce(differences.cost_difference, 0) as changed_amount
from contribution
left join differences using (customer_id);
