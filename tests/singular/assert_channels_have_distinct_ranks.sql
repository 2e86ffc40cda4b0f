-- Two channels of the same intensity would give a customer two recommended channels, that is, two rows.
select
    quarter_start_date,
    intensity_rank,
    count(*) as channel_count

from {{ ref('int_threshold__by_channel_quarter') }}

group by quarter_start_date, intensity_rank

having count(*) > 1
