-- grain: one quarter, and one customer that bought in the year in which the quarter's cohort begins
{{ config(materialized='view') }}

with

periods as (

    select * from {{ ref('int_focus__growth_period') }}

),

posting_quarter as (

    select * from {{ ref('int_revenue__by_customer_posting_quarter') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

    where rep_id is not null and not is_intercompany and not is_blocked

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

layers as (

    select
        quarters.quarter_index,
        layers.customer_id,
        layers.focus_layer

    from {{ ref('int_focus__layer') }} as layers

    inner join quarters
        on layers.quarter_start_date = quarters.quarter_start_date

),

enabled_sources as (

    select {{ dbt.listagg('data_source', "'+'", 'order by data_source') }} as source_set

    from {{ source('run', 'data_source') }}

),

published_ids as (

    select * from {{ ref('int_customer__published_id') }}

),

-- Customers that were merged since are one, in the higher of their layers.
published_slots as (

    select
        {{ quarter_index_of('slots.quarter_start_date') }} as quarter_index,
        coalesce(published_ids.customer_id, slots.customer_id) as customer_id,
        case when max(case when slots.focus_layer = 'TOP5' then 1 else 0 end) = 1 then 'TOP5' else 'ACTIVE15' end as focus_layer

    from {{ source('ledger', 'focus_slot') }} as slots

    inner join enabled_sources
        on slots.source_set = enabled_sources.source_set

    left join published_ids
        on slots.customer_id = published_ids.published_customer_id

    group by 1, 2

),

published_quarters as (

    select distinct quarter_index from published_slots

),

needed_quarters as (

    select start_quarter_index as quarter_index from periods

    union distinct

    select end_quarter_index as quarter_index from periods

),

-- Net revenue of the twelve months that end with a quarter; NULL where a part of it is unknown.
yearly_revenue as (

    select
        needed_quarters.quarter_index,
        posting_quarter.customer_id,
        case when sum(posting_quarter.missing_net_count) = 0 then sum(posting_quarter.net_revenue_amount) end as net_revenue_amount

    from posting_quarter

    inner join needed_quarters
        on posting_quarter.posting_quarter_index between needed_quarters.quarter_index - 3 and needed_quarters.quarter_index

    group by
        needed_quarters.quarter_index,
        posting_quarter.customer_id

),

-- Who bought then and nothing since has lost its revenue and not left the cohort.
cohorts as (

    select
        periods.*,
        customers.rep_id,
        customers.customer_id,
        beginnings.net_revenue_amount as start_revenue_amount,
        case when endings.customer_id is null then 0 else endings.net_revenue_amount end as end_revenue_amount,
        row_number() over (
            partition by periods.quarter_start_date, customers.rep_id
            order by beginnings.net_revenue_amount desc, customers.customer_id
        ) as revenue_rank

    from periods

    inner join yearly_revenue as beginnings
        on periods.start_quarter_index = beginnings.quarter_index
        and beginnings.net_revenue_amount > 0

    inner join customers
        on beginnings.customer_id = customers.customer_id

    left join yearly_revenue as endings
        on periods.end_quarter_index = endings.quarter_index
        and beginnings.customer_id = endings.customer_id

    where endings.customer_id is null or endings.net_revenue_amount is not null

),

-- The layer is that of the quarter in which the cohort begins: by this run, else as it was published, else by revenue alone.
final as (

    select
        cohorts.quarter_start_date,
        cohorts.rep_id,
        cohorts.customer_id,
        case
            when quarters.quarter_index is not null then 'run'
            when published_quarters.quarter_index is not null then 'ledger'
            else 'revenue'
        end as layer_source,
        case
            when quarters.quarter_index is not null then coalesce(layers.focus_layer, 'REST')
            when published_quarters.quarter_index is not null then coalesce(published_slots.focus_layer, 'REST')
            when cohorts.revenue_rank <= cohorts.focus_top_count then 'TOP5'
            when cohorts.revenue_rank <= cohorts.focus_top_count + cohorts.focus_active_count then 'ACTIVE15'
            else 'REST'
        end as focus_layer,
        cohorts.revenue_rank <= cohorts.focus_growth_largest_count as is_largest,
        cast(floor(ln(cohorts.start_revenue_amount) / ln(cohorts.focus_match_band_factor)) as integer) as revenue_band,
        cohorts.start_revenue_amount,
        cohorts.end_revenue_amount

    from cohorts

    left join quarters
        on cohorts.start_quarter_index = quarters.quarter_index

    left join layers
        on cohorts.start_quarter_index = layers.quarter_index
        and cohorts.customer_id = layers.customer_id

    left join published_quarters
        on cohorts.start_quarter_index = published_quarters.quarter_index

    left join published_slots
        on cohorts.start_quarter_index = published_slots.quarter_index
        and cohorts.customer_id = published_slots.customer_id

)

select * from final
