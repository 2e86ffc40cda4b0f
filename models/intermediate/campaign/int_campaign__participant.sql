-- grain: one customer of a measured campaign, as it is known today
with

measurements as (

    select * from {{ ref('int_campaign__measurement') }}

),

listed as (

    select * from {{ ref('int_campaign__issued_target') }}

),

published_ids as (

    select * from {{ ref('int_customer__published_id') }}

),

found as (

    select
        measurements.campaign_id,
        coalesce(published_ids.customer_id, listed.customer_id) as customer_id,
        published_ids.customer_id is not null as is_known,
        listed.arm,
        listed.stratum,
        listed.rank

    from measurements

    inner join listed
        on measurements.campaign_id = listed.campaign_id

    left join published_ids
        on listed.customer_id = published_ids.published_customer_id

),

-- Customers that were merged since are one. Where the draw had put them into different arms it belongs to neither.
final as (

    select
        campaign_id,
        customer_id,
        case when min(arm) = max(arm) then max(arm) end as arm,
        min_by(stratum, rank) as stratum,
        cast(count(*) as integer) as listed_count,
        max(case when is_known then 1 else 0 end) = 1 as is_known

    from found

    group by
        campaign_id,
        customer_id

)

select * from final
