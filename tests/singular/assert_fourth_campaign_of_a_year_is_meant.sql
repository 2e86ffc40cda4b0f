-- Three to four campaigns a year are recommended: the fourth is allowed and pointed out.
{{ config(severity='warn') }}

select
    extract(year from quarter_start_date) as campaign_year,
    count(*) as campaign_count

from {{ ref('policy_campaign_calendar') }}

group by extract(year from quarter_start_date)

having count(*) > 3
