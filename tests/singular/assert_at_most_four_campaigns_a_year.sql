-- Four campaigns a year are the limit, planned ones included.
select
    extract(year from quarter_start_date) as campaign_year,
    count(*) as campaign_count

from {{ ref('policy_campaign_calendar') }}

group by extract(year from quarter_start_date)

having count(*) > 4
