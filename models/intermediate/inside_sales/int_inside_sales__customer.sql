-- grain: one customer and quarter that inside sales should look after
{{ config(materialized='view') }}

with

plans as (

    select * from {{ ref('int_coverage__plan') }}

    where recommended_channel = 'INSIDE' and coalesce(contact_bar, 'NONE') <> 'BLOCKED'

),

customers as (

    select * from {{ ref('dim_customer') }}

),

inside_reps as (

    select * from {{ ref('dim_rep') }}

    where rep_role = 'inside'

),

-- The team that answers for a territory, also while nobody holds it; the first by name where several do.
team_of_territory as (

    select
        territory_id,
        min(team) as team

    from inside_reps

    where territory_id is not null

    group by territory_id

),

final as (

    select
        plans.quarter_start_date,
        plans.customer_id,
        inside_reps.rep_id as owner_rep_id,
        coalesce(inside_reps.team, team_of_territory.team) as team,
        plans.touches_per_year as contacts_per_year,
        plans.steering,
        plans.contact_bar

    from plans

    inner join customers
        on plans.customer_id = customers.customer_id

    left join inside_reps
        on customers.rep_id = inside_reps.rep_id

    left join team_of_territory
        on customers.territory_id = team_of_territory.territory_id

)

select * from final
