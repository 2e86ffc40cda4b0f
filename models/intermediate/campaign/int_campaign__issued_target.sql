-- grain: one customer of an issued campaign list, in the latest version of the list
with

issued as (

    select * from {{ source('ledger', 'campaign_target') }}

),

latest as (

    select *

    from issued

    qualify list_version = max(list_version) over (partition by campaign_id)

)

select * from latest
