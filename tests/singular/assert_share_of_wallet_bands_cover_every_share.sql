-- A set of bands that does not begin at 0 would lose the customers below its lowest band from share_of_wallet_cost_check.
select
    valid_from,
    min(minimum_sow_ratio) as lowest_ratio

from {{ ref('policy_share_of_wallet_band') }}

group by valid_from

having min(minimum_sow_ratio) <> 0
