-- grain: one customer per quarter
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

customers as (

    select * from {{ ref('int_customer__by_quarter') }}

),

classes as (

    select * from {{ ref('int_segmentation__class') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

overrides as (

    select * from {{ ref('int_segmentation__tier_override') }}

),

published_tiers as (

    select * from {{ source('ledger', 'effective_tier') }}

),

enabled_sources as (

    select {{ dbt.listagg('data_source', "'+'", 'order by data_source') }} as source_set

    from {{ source('run', 'data_source') }}

),

run_start as (

    select
        min(quarters.quarter_index) as first_quarter_index,
        max(policy.tier_hysteresis_quarters) as longest_hysteresis_quarters

    from quarters

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

published_ids as (

    select * from {{ ref('int_customer__published_id') }}

),

-- A run continues from what the same data sources have published for the quarters just before it. Of customers that are one by
-- now the row of its own id counts in each quarter, else that of the smallest id.
quarters_before_run as (

    select
        coalesce(published_ids.customer_id, published_tiers.customer_id) as customer_id,
        published_tiers.quarter_start_date,
        {{ quarter_index_of('published_tiers.quarter_start_date') }} as quarter_index,
        published_tiers.tier_raw,
        published_tiers.tier_effective

    from published_tiers

    inner join enabled_sources
        on published_tiers.source_set = enabled_sources.source_set

    inner join run_start
        on {{ quarter_index_of('published_tiers.quarter_start_date') }} < run_start.first_quarter_index
        and {{ quarter_index_of('published_tiers.quarter_start_date') }}
        >= run_start.first_quarter_index - run_start.longest_hysteresis_quarters

    left join published_ids
        on published_tiers.customer_id = published_ids.published_customer_id

    qualify row_number() over (
        partition by
            coalesce(published_ids.customer_id, published_tiers.customer_id),
            published_tiers.quarter_start_date
        order by
            case when published_tiers.customer_id = published_ids.customer_id then 0 else 1 end,
            published_tiers.customer_id
    ) = 1

),

raw_tiers as (

    select
        classes.*,
        quarters.quarter_index,
        cast(null as varchar) as published_tier_effective,
        customers.lifecycle_status = 'blocked' as is_blocked,
        overrides.tier as approved_tier,
        policy.tier_hysteresis_quarters,
        true as is_in_run

    from classes

    inner join quarters
        on classes.quarter_start_date = quarters.quarter_start_date

    inner join customers
        on classes.customer_id = customers.customer_id
        and classes.quarter_start_date = customers.quarter_start_date

    inner join policy
        on classes.quarter_start_date = policy.quarter_start_date

    left join overrides
        on classes.quarter_start_date = overrides.quarter_start_date
        and classes.customer_id = overrides.customer_id

    union all

    select
        quarter_start_date,
        customer_id,
        cast(null as varchar) as abc_revenue_class,
        cast(null as varchar) as abc_contribution_class,
        cast(null as varchar) as potential_class,
        cast(null as varchar) as potential_measure,
        tier_raw,
        cast(null as varchar) as tier_measure,
        cast(null as boolean) as is_without_potential,
        cast(null as boolean) as is_tier_by_revenue,
        cast(null as boolean) as is_without_tier_measure,
        quarter_index,
        tier_effective as published_tier_effective,
        false as is_blocked,
        cast(null as varchar) as approved_tier,
        cast(null as integer) as tier_hysteresis_quarters,
        false as is_in_run

    from quarters_before_run

),

compared as (

    select
        *,
        lag(quarter_index) over (partition by customer_id order by quarter_index) as previous_quarter_index,
        lag(tier_raw) over (partition by customer_id order by quarter_index) as previous_tier_raw

    from raw_tiers

),

runs_of_equal_raw as (

    select
        *,
        coalesce(previous_quarter_index = quarter_index - 1, false) as has_previous_quarter,
        quarter_index - max(
            case
                when
                    previous_quarter_index = quarter_index - 1
                    and previous_tier_raw = tier_raw
                    then null
                else quarter_index
            end
        ) over (
            partition by customer_id
            order by quarter_index
            rows between unbounded preceding and current row
        ) + 1 as equal_raw_quarters

    from compared

),

-- A quarter settles the effective tier by itself when the customer is blocked, when an approved tier holds, when its history
-- begins, or when the raw tier has been the same for long enough. Any other quarter keeps what was settled before.
settled as (

    select
        *,
        case
            when not is_in_run then published_tier_effective
            when is_blocked then 'N'
            when approved_tier is not null then approved_tier
            when not has_previous_quarter then tier_raw
            when equal_raw_quarters >= tier_hysteresis_quarters then tier_raw
        end as settled_tier

    from runs_of_equal_raw

),

effective as (

    select
        *,
        {{ last_known('settled_tier') }} over (
            partition by customer_id
            order by quarter_index
            rows between unbounded preceding and current row
        ) as tier_effective,
        {{ last_known('settled_tier') }} over (
            partition by customer_id
            order by quarter_index
            rows between unbounded preceding and 1 preceding
        ) as tier_effective_so_far

    from settled

),

compared_effective as (

    select
        *,
        case when has_previous_quarter then tier_effective_so_far end as tier_effective_before

    from effective

),

final as (

    select
        quarter_start_date,
        customer_id,
        abc_revenue_class,
        abc_contribution_class,
        potential_class,
        potential_measure,
        tier_raw,
        tier_measure,
        is_without_potential,
        is_tier_by_revenue,
        is_without_tier_measure,
        tier_effective,
        tier_effective_before,
        cast(equal_raw_quarters as integer) as equal_raw_quarters,
        case
            when tier_effective = tier_effective_before then null
            when tier_effective_before is null then 'FIRST_QUARTER'
            when is_blocked then 'BLOCKED'
            when approved_tier is not null then 'APPROVED'
            else 'CONFIRMED'
        end as change_reason

    from compared_effective

    where is_in_run

)

select * from final
