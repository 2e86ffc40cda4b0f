-- A quarter has one focus. Guards against a second campaign that is started beside the first: reps then work on two lists, and neither
-- effect can be told from the other.
select
    quarter_start_date,
    count(*) as focus_count

from {{ ref('policy_campaign_calendar') }}

where status in ('ACTIVE', 'DONE')

group by quarter_start_date

having count(*) > 1
