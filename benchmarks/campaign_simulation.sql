-- Customers of the demo company's campaign with what they bought and what the campaign truly made each of them buy;
-- for campaign_simulation.py. `truth_effect` and the warehouse's schemas are there before.
create temp table simulated_customer as
with

-- A customer may hold several of the companies that the truth knows: its effect is the sum of theirs.
true_effect as (
    select
        crosswalk.customer_id,
        sum(truth_effect.effect_amount) as effect_amount,
        max(truth_effect.score) as score
    from truth_effect
    inner join intermediate.int_customer__crosswalk as crosswalk
        on crosswalk.source_type = 'erp' and truth_effect.erp_customer_id = crosswalk.source_id
    group by crosswalk.customer_id
)

select
    outcome.campaign_id,
    outcome.customer_id,
    outcome.is_treated,
    outcome.stratum,
    outcome.after_amount,
    outcome.before_amount,
    outcome.covariate_amount,
    true_effect.effect_amount,
    true_effect.score
from intermediate.int_campaign__outcome as outcome
inner join true_effect on outcome.customer_id = true_effect.customer_id
where outcome.kpi = 'net_revenue' and outcome.is_measured
    and outcome.campaign_id in (select truth_effect.campaign_id from truth_effect);
