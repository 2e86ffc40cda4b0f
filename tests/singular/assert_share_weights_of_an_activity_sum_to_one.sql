-- A visit to several accounts whose weights do not sum to 1 is counted twice, or in part not at all, in cost to serve.
-- Six decimals a weight leave a rounding difference of at most 0.0000005 an account, hence the tolerance.
{{ config(severity='warn') }}

select
    data_source,
    activity_id,
    count(*) as account_count,
    sum(share_weight) as share_weight
from {{ ref('input_layer__activity') }}
group by data_source, activity_id
having abs(sum(share_weight) - 1) > 0.001
