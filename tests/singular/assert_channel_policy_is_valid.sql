-- A ratio of 0 or above 1 gives no threshold, and every customer would silently lose its threshold class.
select
    channel,
    valid_from,
    touches_per_year,
    cost_per_touch_amount,
    max_cost_ratio

from {{ ref('policy_channel') }}

where
    max_cost_ratio is null
    or max_cost_ratio <= 0
    or max_cost_ratio > 1
    or touches_per_year is null
    or touches_per_year < 0
    or cost_per_touch_amount is null
    or cost_per_touch_amount < 0
