-- The estimates of the potential of the demo company against the wallets that its generator knows; views for
-- potential_truth.py. `truth_wallet`, `truth_link`, the warehouse's schemas and the variable `quarter` are there before.

-- A customer may hold several records, and they may belong to several companies: its wallet is the sum of theirs. Two
-- customers that nothing in the data brings together may be one company: each is held against the whole wallet.
create temp table true_customer as
with

customer_company as (
    select distinct
        records.customer_id,
        truth_link.company_id
    from (
        select
            customer_id,
            unnest(
                list_concat([account_id, erp_customer_id], coalesce(string_split(merged_erp_customer_ids, ','), []))
            ) as source_id
        from marts.dim_customer
    ) as records
    inner join truth_link on trim(records.source_id) = truth_link.source_id
)

select
    customer_company.customer_id,
    sum(truth_wallet.wallet_amount) as true_wallet_amount,
    sum(truth_wallet.yearly_revenue_amount) as true_revenue_amount
from customer_company
inner join truth_wallet on customer_company.company_id = truth_wallet.company_id
where truth_wallet.product_group is null
group by customer_company.customer_id;

-- Who is compared: customers with a true wallet and an estimate by both methods in the quarter.
create temp table compared_customer as
select
    potential.customer_id,
    features.estimate_number,
    coalesce(profile.peer_industry, 'unknown') as industry,
    profile.is_peer,
    greatest(coalesce(profile.net_revenue_amount, 0), 0) as revenue_amount,
    potential.peer_q90_amount,
    potential.boosted_q90_amount,
    declared.declared_wallet_amount,
    true_customer.true_wallet_amount,
    greatest(true_customer.true_wallet_amount - true_customer.true_revenue_amount, 0) as true_growth_amount
from published.customer_potential as potential
inner join true_customer on potential.customer_id = true_customer.customer_id
inner join intermediate.int_potential__customer_profile as profile
    on
        potential.customer_id = profile.customer_id
        and potential.quarter_start_date = profile.quarter_start_date
inner join intermediate.int_potential__feature as features on profile.profile_number = features.profile_number
left join intermediate.int_potential__declared_wallet as declared
    on
        profile.profile_number = declared.profile_number
        and declared.product_group = '__TOTAL__'
        and not declared.is_sum_of_declared_groups
where
    potential.quarter_start_date = getvariable('quarter')
    and potential.peer_q90_amount is not null
    and potential.boosted_q90_amount is not null
    and true_customer.true_wallet_amount > 0;

-- potential_truth.py adds the estimates of models that were fitted again without some features.
create temp table estimate as
select 'peer quantile' as estimator, customer_id, peer_q90_amount as estimate_amount from compared_customer
union all
select 'gradient boosting', customer_id, boosted_q90_amount from compared_customer
union all
select 'own revenue', customer_id, revenue_amount from compared_customer where is_peer;

-- The one factor that would make the median ratio to the declared wallets 1. Truth has no part in it.
create temp view declared_scale as
select
    estimate.estimator,
    count(*) as declared_count,
    median(cast(compared_customer.declared_wallet_amount as double) / cast(estimate.estimate_amount as double)) as scale_factor
from estimate
inner join compared_customer on estimate.customer_id = compared_customer.customer_id
where estimate.estimate_amount > 0 and compared_customer.declared_wallet_amount is not null
group by estimate.estimator;

create temp view compared as
select
    estimate.estimator,
    compared_customer.industry,
    compared_customer.is_peer,
    compared_customer.declared_wallet_amount is not null as is_declared,
    cast(estimate.estimate_amount as double) as estimate_amount,
    cast(compared_customer.revenue_amount as double) as revenue_amount,
    cast(compared_customer.true_wallet_amount as double) as true_wallet_amount,
    cast(compared_customer.true_growth_amount as double) as true_growth_amount,
    greatest(cast(estimate.estimate_amount - compared_customer.revenue_amount as double), 0) as growth_amount,
    declared_scale.scale_factor
from estimate
inner join compared_customer on estimate.customer_id = compared_customer.customer_id
inner join declared_scale on estimate.estimator = declared_scale.estimator;

create temp view sliced as
select *, 'all' as slice_type, 'all' as slice from compared
union all
select *, 'group', case when is_peer then 'bought all year' else 'others' end from compared
union all
select *, 'industry', industry from compared;

-- Spearman's rho is the correlation of ranks; equal values share the mean of their ranks.
create temp macro mean_rank(position, ties) as position + (ties - 1) / 2;

create temp view ranked as
select
    *,
    mean_rank(
        rank() over (partition by estimator, slice_type, slice order by estimate_amount),
        count(*) over (partition by estimator, slice_type, slice, estimate_amount)
    ) as estimate_rank,
    mean_rank(
        rank() over (partition by estimator, slice_type, slice order by true_wallet_amount),
        count(*) over (partition by estimator, slice_type, slice, true_wallet_amount)
    ) as true_rank,
    mean_rank(
        rank() over (partition by estimator, slice_type, slice order by growth_amount),
        count(*) over (partition by estimator, slice_type, slice, growth_amount)
    ) as growth_rank,
    mean_rank(
        rank() over (partition by estimator, slice_type, slice order by true_growth_amount),
        count(*) over (partition by estimator, slice_type, slice, true_growth_amount)
    ) as true_growth_rank,
    rank() over (partition by estimator, slice_type, slice order by estimate_amount desc)
    <= count(*) over (partition by estimator, slice_type, slice) / 10.0 as is_top_tenth
from sliced;

create temp view truth_report as
select
    slice_type,
    slice,
    estimator,
    count(*) as customer_count,
    corr(estimate_rank, true_rank) as rank_correlation,
    case
        when estimator <> 'own revenue' then avg(case when true_wallet_amount <= estimate_amount then 1.0 else 0.0 end)
    end as wallet_coverage_ratio,
    -- What the quantile claims is claimed of customers that bought all year, as those it was learned from did.
    case
        when estimator <> 'own revenue'
            then avg(case when revenue_amount <= estimate_amount then 1.0 else 0.0 end) filter (where is_peer)
    end as revenue_coverage_ratio,
    median(abs(estimate_amount - true_wallet_amount) / true_wallet_amount) as median_relative_error_ratio,
    avg(true_wallet_amount) filter (where is_top_tenth) / avg(true_wallet_amount) as top_tenth_lift_ratio,
    case when estimator <> 'own revenue' then corr(growth_rank, true_growth_rank) end as growth_rank_correlation,
    any_value(scale_factor) as scale_factor,
    -- Of the others: whoever declared a wallet needs no estimate.
    median(abs(scale_factor * estimate_amount - true_wallet_amount) / true_wallet_amount)
    filter (where not is_declared) as scaled_median_relative_error_ratio
from ranked
group by slice_type, slice, estimator;

-- Ranks within an industry, where its level is no help; the mean of the known industries by their customers.
create temp view industry_report as
select
    estimator,
    sum(customer_count * rank_correlation) / sum(customer_count) as rank_correlation
from truth_report
where slice_type = 'industry' and slice <> 'unknown'
group by estimator;

-- What the models of the quarter learn from, a row each estimate.
create temp view fitted_row as
select features.*
from intermediate.int_potential__feature as features
inner join intermediate.int_quarter__observed as observed
    on features.training_quarter_start_date = observed.training_quarter_start_date
where features.profile_number = features.estimate_number and observed.quarter_start_date = getvariable('quarter')
order by features.estimate_number;

create temp table fitted_estimate (
    variant varchar, estimate_number bigint, q50_amount double, q75_amount double, q90_amount double
);

-- The own year of the customers that train, each by models that did not see it.
create temp view loss_report as
with

unpivoted as (
    select variant, estimate_number, quantile, estimate_amount
    from fitted_estimate
    unpivot (estimate_amount for quantile in (q50_amount, q75_amount, q90_amount))
),

scored as (
    select
        unpivoted.variant,
        unpivoted.quantile,
        cast(fitted_row.training_amount as double) - unpivoted.estimate_amount as error_amount,
        cast(
            case unpivoted.quantile
                when 'q50_amount' then training.median_quantile_ratio
                when 'q75_amount' then training.middle_quantile_ratio
                else training.wallet_quantile_ratio
            end as double
        ) as quantile_ratio
    from unpivoted
    inner join fitted_row on unpivoted.estimate_number = fitted_row.estimate_number
    inner join intermediate.int_potential__training as training
        on fitted_row.training_quarter_start_date = training.training_quarter_start_date
    where fitted_row.training_amount is not null
)

select
    variant,
    left(quantile, 3) as quantile,
    count(*) as customer_count,
    avg(greatest(quantile_ratio * error_amount, (quantile_ratio - 1) * error_amount)) as pinball_loss
from scored
group by variant, quantile;

-- Twenty bins of equally many customers by their estimate, for the plot.
create temp view plotted_bin as
select
    estimator,
    bin,
    median(estimate_amount) as estimate_amount,
    quantile_cont(true_wallet_amount, 0.1) as low_amount,
    median(true_wallet_amount) as median_amount,
    quantile_cont(true_wallet_amount, 0.9) as high_amount
from (
    select *, ntile(20) over (partition by estimator order by estimate_amount, true_wallet_amount) as bin
    from compared
    where estimator in ('peer quantile', 'gradient boosting')
)
group by estimator, bin;

create temp view plotted_coverage as
select
    case model when 'peer_quantile' then 'peer quantile' else 'gradient boosting' end as estimator,
    cast(slice as integer) as tenth,
    coverage_ratio,
    quantile_ratio
from published.potential_evaluation
where quarter_start_date = getvariable('quarter') and slice_type = 'decile' and quantile = 'q90';

create temp view evaluation_report as
select *
from published.potential_evaluation
where quarter_start_date = getvariable('quarter') and slice_type = 'all'
order by model, quantile;

create temp view reclassification_report as
select *
from published.reclassification_growth
where quarter_start_date = getvariable('quarter')
order by model, reclass_move;
