-- A control ratio of 1 or more would ask for an endless list, a negative capacity for less than none, and a date inside a quarter has
-- no snapshot before it.
select
    campaign_id,
    quarter_start_date,
    capacity_count,
    control_ratio

from {{ ref('policy_campaign_calendar') }}

where
    control_ratio < 0
    or control_ratio >= 1
    or capacity_count < 0
    or quarter_start_date <> {{ quarter_start_of('quarter_start_date') }}
