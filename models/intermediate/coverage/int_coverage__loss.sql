-- grain: one customer and quarter with low potential and a negative contribution
with

quarters as (

    select * from {{ ref('dim_quarter') }}

),

classes as (

    select * from {{ ref('int_segmentation__tier') }}

),

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

published_losses as (

    select * from {{ source('ledger', 'coverage_loss') }}

),

published_tiers as (

    select * from {{ source('ledger', 'effective_tier') }}

),

enabled_sources as (

    select {{ dbt.listagg('data_source', "'+'", 'order by data_source') }} as source_set

    from {{ source('run', 'data_source') }}

),

run_start as (

    select min(quarter_index) as first_quarter_index from quarters

),

published_ids as (

    select * from {{ ref('int_customer__published_id') }}

),

-- A run goes on from what the same data sources have published for the quarter just before it. Of customers that are one by now
-- the count of its own id goes on, else that of the smallest id.
losses_by_customer as (

    select
        published_losses.customer_id as published_customer_id,
        published_losses.quarter_start_date,
        published_losses.source_set,
        coalesce(published_ids.customer_id, published_losses.customer_id) as customer_id,
        published_losses.loss_quarter_count

    from published_losses

    inner join enabled_sources
        on published_losses.source_set = enabled_sources.source_set

    inner join run_start
        on {{ quarter_index_of('published_losses.quarter_start_date') }} = run_start.first_quarter_index - 1

    left join published_ids
        on published_losses.customer_id = published_ids.published_customer_id

    qualify row_number() over (
        partition by coalesce(published_ids.customer_id, published_losses.customer_id)
        order by
            case when published_losses.customer_id = published_ids.customer_id then 0 else 1 end,
            published_losses.customer_id
    ) = 1

),

-- Only losses are written down. Who was published under its own id and has none there had none, whatever was merged into it.
losses_before_run as (

    select
        losses_by_customer.customer_id,
        losses_by_customer.loss_quarter_count

    from losses_by_customer

    left join published_tiers
        on losses_by_customer.customer_id = published_tiers.customer_id
        and losses_by_customer.quarter_start_date = published_tiers.quarter_start_date
        and losses_by_customer.source_set = published_tiers.source_set

    where
        published_tiers.customer_id is null
        or losses_by_customer.published_customer_id = losses_by_customer.customer_id

),

-- Neighbouring quarters have the same difference of index and position.
losses as (

    select
        classes.customer_id,
        classes.quarter_start_date,
        quarters.quarter_index,
        quarters.quarter_index - row_number() over (
            partition by classes.customer_id
            order by quarters.quarter_index
        ) as streak

    from classes

    inner join quarters
        on classes.quarter_start_date = quarters.quarter_start_date

    inner join profit
        on classes.quarter_start_date = profit.quarter_start_date
        and classes.customer_id = profit.customer_id

    where classes.potential_class = 'LOW' and profit.contribution_amount < 0

),

counted as (

    select
        *,
        row_number() over (partition by customer_id, streak order by quarter_index) as position,
        min(quarter_index) over (partition by customer_id, streak) as streak_start_index

    from losses

),

final as (

    select
        counted.customer_id,
        counted.quarter_start_date,
        cast(
            counted.position
            + case
                when counted.streak_start_index = run_start.first_quarter_index
                    then coalesce(losses_before_run.loss_quarter_count, 0)
                else 0
            end as integer
        ) as loss_quarter_count

    from counted

    cross join run_start

    left join losses_before_run
        on counted.customer_id = losses_before_run.customer_id

)

select * from final
