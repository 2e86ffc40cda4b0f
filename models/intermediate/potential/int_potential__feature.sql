-- grain: one customer and quarter that a model may estimate
with

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

quarters as (

    select * from {{ ref('int_quarter__observed') }}

),

trainings as (

    select * from {{ ref('int_potential__training') }}

),

comparables as (

    select distinct
        training_quarter_start_date,
        peer_industry,
        size_class,
        comparable_number

    from {{ ref('int_potential__comparable_purchase') }}

),

-- Folds and calibration customers by a hash: always the same ones, and nothing that has to do with the customer.
customers as (

    select
        customer_id,
        country_code || coalesce('-' || substring(postal_code, 1, 1), '') as region,
        {{ hash_bucket('customer_id', 15) }} % 3 as fold,
        {{ hash_bucket('customer_id', 15) }} >= 12 as is_calibration

    from {{ ref('dim_customer') }}

),

-- Only what was known by the quarter's end, and nothing of the customer's own revenue.
described as (

    select
        profile.profile_number,
        profile.customer_id,
        profile.quarter_start_date,
        quarters.training_quarter_start_date,
        profile.peer_industry,
        profile.size_class,
        profile.employee_count,
        profile.annual_revenue_amount,
        profile.text_number,
        cast(floor(profile.tenure_months / 12) as integer) as tenure_years,
        profile.quarter_start_date = quarters.training_quarter_start_date as is_at_training_quarter,
        case
            when profile.is_peer and profile.quarter_start_date = quarters.training_quarter_start_date
                then greatest(profile.net_revenue_amount, 0)
        end as training_amount

    from profile

    inner join quarters
        on profile.quarter_start_date = quarters.quarter_start_date

    inner join trainings
        on quarters.training_quarter_start_date = trainings.training_quarter_start_date

    where profile.is_in_population

),

-- Most of what is known of a customer stays the same for quarters: such quarters share the estimate of the first.
numbered as (

    select
        *,
        min(profile_number) over (
            partition by
                customer_id,
                training_quarter_start_date,
                peer_industry,
                size_class,
                employee_count,
                annual_revenue_amount,
                text_number,
                tenure_years
        ) as estimate_number

    from described

),

final as (

    select
        numbered.profile_number,
        numbered.estimate_number,
        numbered.training_quarter_start_date,
        numbered.is_at_training_quarter,
        numbered.training_amount,
        customers.fold,
        customers.is_calibration,
        numbered.peer_industry,
        customers.region,
        numbered.employee_count,
        numbered.annual_revenue_amount,
        numbered.tenure_years,
        numbered.text_number,
        comparables.comparable_number

    from numbered

    inner join customers
        on numbered.customer_id = customers.customer_id

    left join comparables
        on
        numbered.training_quarter_start_date = comparables.training_quarter_start_date
        and numbered.peer_industry = comparables.peer_industry
        and numbered.size_class = comparables.size_class

)

select * from final
