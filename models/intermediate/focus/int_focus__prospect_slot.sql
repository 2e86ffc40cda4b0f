-- grain: one rep per quarter
with recursive

quarters as (

    select
        quarters.quarter_start_date,
        quarters.quarter_index,
        policy.focus_prospect_minimum_hold_months

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

run_start as (

    select min(quarter_index) - 1 as quarter_index from quarters

),

prospects as (

    select
        quarter_index,
        rep_id,
        customer_id,
        -- Preferred is a competitor's customer who could buy something, then whoever could buy most; of those of whom no
        -- potential is known a competitor's customer again.
        row_number() over (
            partition by quarter_index, rep_id
            order by
                case when has_competitor and growth_potential_amount > 0 then 0 else 1 end,
                growth_potential_amount desc nulls last,
                case when has_competitor then 0 else 1 end,
                customer_id
        ) as place

    from {{ ref('int_focus__candidate') }}

    where is_prospect and is_eligible

),

first_prospects as (

    select
        quarter_index,
        rep_id,
        customer_id

    from prospects

    where place = 1

),

reps as (

    select distinct rep_id

    from {{ ref('dim_customer') }}

    where rep_id is not null

),

enabled_sources as (

    select {{ dbt.listagg('data_source', "'+'", 'order by data_source') }} as source_set

    from {{ source('run', 'data_source') }}

),

published_ids as (

    select * from {{ ref('int_customer__published_id') }}

),

-- A run continues from what the same data sources have published for the quarter just before it. A prospect that has a debtor
-- by now has another id.
published_slots as (

    select
        slots.rep_id,
        min(coalesce(published_ids.customer_id, slots.customer_id)) as customer_id,
        min({{ quarter_index_of('slots.slot_since_date') }}) as since_quarter_index

    from {{ source('ledger', 'focus_slot') }} as slots

    inner join enabled_sources
        on slots.source_set = enabled_sources.source_set

    inner join run_start
        on {{ quarter_index_of('slots.quarter_start_date') }} = run_start.quarter_index

    left join published_ids
        on slots.customer_id = published_ids.published_customer_id

    where slots.slot_since_date is not null

    group by slots.rep_id

),

-- Who keeps the place depends on who had it the quarter before: one step a quarter, for all reps at once.
walk as (

    select
        reps.rep_id,
        run_start.quarter_index,
        published_slots.customer_id,
        published_slots.since_quarter_index

    from reps

    cross join run_start

    left join published_slots
        on reps.rep_id = published_slots.rep_id

    union all

    select
        walk.rep_id,
        quarters.quarter_index,
        case
            when
                incumbents.customer_id is not null
                and (quarters.quarter_index - walk.since_quarter_index) * 3 < quarters.focus_prospect_minimum_hold_months
                then walk.customer_id
            else first_prospects.customer_id
        end as customer_id,
        case
            when
                incumbents.customer_id is not null
                and (quarters.quarter_index - walk.since_quarter_index) * 3 < quarters.focus_prospect_minimum_hold_months
                then walk.since_quarter_index
            when first_prospects.customer_id = walk.customer_id then walk.since_quarter_index
            when first_prospects.customer_id is not null then quarters.quarter_index
        end as since_quarter_index

    from walk

    inner join quarters
        on walk.quarter_index + 1 = quarters.quarter_index

    left join prospects as incumbents
        on quarters.quarter_index = incumbents.quarter_index
        and walk.rep_id = incumbents.rep_id
        and walk.customer_id = incumbents.customer_id

    left join first_prospects
        on quarters.quarter_index = first_prospects.quarter_index
        and walk.rep_id = first_prospects.rep_id

),

final as (

    select
        quarters.quarter_start_date,
        walk.rep_id,
        walk.customer_id,
        {{ quarter_start_of_index('walk.since_quarter_index') }} as slot_since_date,
        cast((walk.quarter_index - walk.since_quarter_index) * 3 as integer) as slot_months

    from walk

    inner join quarters
        on walk.quarter_index = quarters.quarter_index

)

select * from final
