-- grain: one customer of a measured campaign, as it is known today
with

measurements as (

    select * from {{ ref('int_campaign__measurement') }}

),

listed as (

    select * from {{ ref('int_campaign__issued_target') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

),

-- The list names a customer as it was called on the day of issue: by a debtor, or, before there was one, by its account.
called as (

    select
        source_id as listed_customer_id,
        customer_id,
        case when source_type = 'erp' then 1 else 3 end as precedence

    from crosswalk

    union all

    select
        concat('crm:', source_id) as listed_customer_id,
        customer_id,
        2 as precedence

    from crosswalk

    where source_type = 'crm'

),

found as (

    select
        measurements.campaign_id,
        coalesce(called.customer_id, listed.customer_id) as customer_id,
        called.customer_id is not null as is_known,
        listed.arm,
        listed.stratum,
        listed.rank

    from measurements

    inner join listed
        on measurements.campaign_id = listed.campaign_id

    left join called
        on listed.customer_id = called.listed_customer_id

    qualify row_number() over (
        partition by measurements.campaign_id, listed.customer_id
        order by called.precedence
    ) = 1

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
