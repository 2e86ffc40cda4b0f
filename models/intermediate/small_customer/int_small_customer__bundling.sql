-- grain: one threshold-C customer and quarter with orders that could have been fewer; orders of the trailing twelve months
{{ config(materialized='view') }}

with recursive

small_customers as (

    select
        customer_id,
        quarter_start_date

    from {{ ref('int_threshold__by_customer_quarter') }}

    where threshold_class = 'C'

),

orders as (

    select * from {{ ref('int_small_customer__order') }}

),

-- A bundle is at least the day of its first order.
windows as (

    select
        quarters.quarter_start_date,
        quarters.trailing_start_date,
        quarters.as_of_date,
        greatest(policy.bundle_days, 1) as bundle_days

    from {{ ref('dim_quarter') }} as quarters

    inner join {{ ref('int_policy__by_quarter') }} as policy
        on quarters.quarter_start_date = policy.quarter_start_date

),

lengths as (

    select distinct bundle_days from windows

),

order_days as (

    select
        customer_id,
        address_id,
        order_date,
        count(*) as order_count

    from orders

    group by customer_id, address_id, order_date

),

spaced as (

    select
        *,
        {{ dbt.datediff('lag(order_date) over by_time', 'order_date', 'day') }} as days_since_previous,
        {{ dbt.datediff('order_date', 'lead(order_date) over by_time', 'day') }} as days_until_next

    from order_days

    window by_time as (partition by customer_id, address_id order by order_date)

),

-- Most orders stand alone: nothing could have joined them, and they are a bundle of their own. The rest come in runs: an
-- order that follows the one before it by the length of a bundle or more begins a bundle whatever came before.
crowded as (

    select
        lengths.bundle_days,
        spaced.*,
        coalesce(spaced.days_since_previous >= lengths.bundle_days, true) as is_run_start

    from spaced

    inner join lengths
        on spaced.order_count > 1
        or spaced.days_since_previous < lengths.bundle_days
        or spaced.days_until_next < lengths.bundle_days

),

in_runs as (

    select
        *,
        max(case when is_run_start then order_date end) over (
            partition by bundle_days, customer_id, address_id
            order by order_date
            rows unbounded preceding
        ) as run_start_date

    from crowded

),

runs_in_window as (

    select
        windows.quarter_start_date,
        windows.as_of_date,
        in_runs.bundle_days,
        in_runs.customer_id,
        in_runs.address_id,
        min(in_runs.order_date) as anchor_date,
        sum(in_runs.order_count) as order_count

    from in_runs

    inner join windows
        on in_runs.bundle_days = windows.bundle_days
        and in_runs.order_date >= windows.trailing_start_date
        and in_runs.order_date <= windows.as_of_date

    inner join small_customers
        on in_runs.customer_id = small_customers.customer_id
        and windows.quarter_start_date = small_customers.quarter_start_date

    group by
        windows.quarter_start_date,
        windows.as_of_date,
        in_runs.bundle_days,
        in_runs.customer_id,
        in_runs.address_id,
        in_runs.run_start_date

),

-- The first order of the run that is too late for the bundle that an order would begin.
successors as (

    select
        anchors.bundle_days,
        anchors.customer_id,
        anchors.address_id,
        anchors.order_date as anchor_date,
        min(followers.order_date) as next_anchor_date

    from in_runs as anchors

    inner join in_runs as followers
        on anchors.bundle_days = followers.bundle_days
        and anchors.customer_id = followers.customer_id
        and anchors.address_id = followers.address_id
        and anchors.run_start_date = followers.run_start_date

    where {{ dbt.datediff('anchors.order_date', 'followers.order_date', 'day') }} >= anchors.bundle_days

    group by anchors.bundle_days, anchors.customer_id, anchors.address_id, anchors.order_date

),

-- From the first order of a run in the window on, from anchor to anchor until the window ends.
bundles as (

    select
        quarter_start_date,
        as_of_date,
        bundle_days,
        customer_id,
        address_id,
        anchor_date,
        order_count

    from runs_in_window

    union all

    select
        bundles.quarter_start_date,
        bundles.as_of_date,
        bundles.bundle_days,
        bundles.customer_id,
        bundles.address_id,
        successors.next_anchor_date as anchor_date,
        -- The orders of the run are counted once, with its first bundle.
        0 as order_count

    from bundles

    inner join successors
        on bundles.bundle_days = successors.bundle_days
        and bundles.customer_id = successors.customer_id
        and bundles.address_id = successors.address_id
        and bundles.anchor_date = successors.anchor_date

    where successors.next_anchor_date <= bundles.as_of_date

),

final as (

    select
        customer_id,
        quarter_start_date,
        cast(sum(order_count) - count(*) as bigint) as saved_order_count

    from bundles

    group by customer_id, quarter_start_date

)

select * from final
