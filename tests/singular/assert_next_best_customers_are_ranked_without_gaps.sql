-- On the list of each rep the places are 1 to n, over all motions and within each, a better place never has a smaller gain, and no list is longer than
-- the policy allows. Guards against places counted before customers were taken off the list.
{{ config(meta={'dagster': {'ref': {'name': 'next_best_customers'}}}) }}

with

listed as (

    select
        quarter_start_date,
        rep_id,
        motion,
        rank,
        motion_rank,
        row_number() over (partition by quarter_start_date, rep_id order by rank) as expected_rank,
        row_number() over (partition by quarter_start_date, rep_id, motion order by rank) as expected_motion_rank,
        expected_gain_amount,
        lag(expected_gain_amount) over (partition by quarter_start_date, rep_id order by rank) as better_gain_amount

    from {{ ref('next_best_customers') }}

)

select
    listed.quarter_start_date,
    listed.rep_id,
    listed.motion,
    listed.rank,
    listed.motion_rank

from listed

inner join {{ ref('int_policy__by_quarter') }} as policy
    on listed.quarter_start_date = policy.quarter_start_date

where
    listed.rank <> listed.expected_rank
    or listed.motion_rank <> listed.expected_motion_rank
    or listed.motion_rank > policy.next_best_maximum_count
    or listed.expected_gain_amount > listed.better_gain_amount
    or (listed.rank > 1 and listed.better_gain_amount is null and listed.expected_gain_amount is not null)
