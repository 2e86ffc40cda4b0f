-- grain: one customer, product group or total, and quarter with a usable declaration
with

declarations as (

    select * from {{ ref('input_layer__wallet_declaration') }}

),

crosswalk as (

    select * from {{ ref('int_customer__crosswalk') }}

),

quarters as (

    select * from {{ ref('int_quarter__observed') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

-- A declaration without a confidence counts as confident.
usable as (

    select
        profile.profile_number,
        coalesce(declarations.product_group, {{ total_product_group() }}) as product_group,
        declarations.wallet_amount,
        declarations.declared_date,
        coalesce(declarations.confidence_ratio, 1) as confidence_ratio,
        declarations.account_id

    from declarations

    inner join crosswalk
        on
        declarations.account_id = crosswalk.source_id
        and crosswalk.source_type = 'crm'

    inner join quarters
        on declarations.declared_date <= quarters.as_of_date

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    inner join profile
        on
        quarters.quarter_start_date = profile.quarter_start_date
        and crosswalk.customer_id = profile.customer_id

    where
        declarations.wallet_amount > 0
        and {{ dbt.datediff('declarations.declared_date', 'quarters.as_of_date', 'day') }}
        <= policy.wallet_declaration_maximum_age_days
        and coalesce(declarations.confidence_ratio, 1) >= policy.wallet_declaration_minimum_confidence_ratio

),

-- The latest one; of several of one day the most confident, then the smallest, so that nothing hangs on the order of rows.
latest as (

    select *

    from usable

    qualify row_number() over (
        partition by profile_number, product_group
        order by declared_date desc, confidence_ratio desc, wallet_amount, account_id
    ) = 1

),

-- Groups declared one by one say that the total is at least their sum.
sums_of_groups as (

    select
        profile_number,
        sum(wallet_amount) as wallet_amount,
        min(declared_date) as declared_date

    from latest

    group by profile_number

    having max(case when product_group = {{ total_product_group() }} then 1 else 0 end) = 0

),

combined as (

    select
        profile_number,
        product_group,
        wallet_amount as declared_wallet_amount,
        declared_date,
        false as is_sum_of_declared_groups

    from latest

    union all

    select
        profile_number,
        {{ total_product_group() }} as product_group,
        cast(wallet_amount as decimal(18, 2)) as declared_wallet_amount,
        declared_date,
        true as is_sum_of_declared_groups

    from sums_of_groups

)

select * from combined
