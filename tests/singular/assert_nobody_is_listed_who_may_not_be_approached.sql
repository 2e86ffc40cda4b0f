-- No customer on a list of next best customers is blocked, marked as do-not-contact, a company of the own group, in the control group of the campaign of
-- the quarter that follows, or without growth; none is on two lists of a quarter, and the motion is that of its lifecycle status.
{{ config(meta={'dagster': {'ref': {'name': 'next_best_customers'}}}) }}

with

listed as (

    select
        *,
        count(*) over (partition by quarter_start_date, customer_id) as list_count

    from {{ ref('next_best_customers') }}

),

controls as (

    select
        customer_id,
        {{ add_months('quarter_start_date', -3) }} as quarter_start_date

    from {{ ref('campaign_targets') }}

    where arm = 'CONTROL'

)

select
    listed.quarter_start_date,
    listed.rep_id,
    listed.customer_id

from listed

left join {{ ref('customer_segments') }} as segments
    on listed.quarter_start_date = segments.quarter_start_date
    and listed.customer_id = segments.customer_id

left join {{ ref('dim_customer') }} as customers
    on listed.customer_id = customers.customer_id

left join controls
    on listed.quarter_start_date = controls.quarter_start_date
    and listed.customer_id = controls.customer_id

inner join {{ ref('dim_quarter') }} as quarters
    on listed.quarter_start_date = quarters.quarter_start_date

where
    listed.list_count > 1
    or segments.customer_id is null
    or not segments.is_in_population
    or customers.is_blocked
    or customers.is_intercompany
    or customers.is_do_not_contact
    or controls.customer_id is not null
    or listed.growth_potential_amount <= 0
    or listed.motion <> case segments.lifecycle_status
        when 'prospect' then 'ACQUIRE'
        when 'inactive' then 'REACTIVATE'
        when 'new' then 'EXPAND'
        when 'active' then 'EXPAND'
        else 'NONE'
    end
