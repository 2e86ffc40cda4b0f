-- grain: one industry, product group or total, and quarter
with

norms as (

    select * from {{ ref('input_layer__market_norm') }}

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

norms_in_force as (

    select
        quarters.quarter_start_date,
        norms.industry_code,
        coalesce(norms.product_group, {{ total_product_group() }}) as product_group,
        norms.spend_per_employee_amount

    from norms

    inner join quarters
        on norms.valid_from <= quarters.as_of_date

    qualify row_number() over (
        partition by quarters.quarter_start_date, norms.industry_code, norms.product_group
        order by norms.valid_from desc, norms.spend_per_employee_amount
    ) = 1

),

-- A norm for all groups together is the total; otherwise the norms of the groups add up to it.
sums_of_groups as (

    select
        quarter_start_date,
        industry_code,
        {{ total_product_group() }} as product_group,
        cast(sum(spend_per_employee_amount) as decimal(18, 4)) as spend_per_employee_amount

    from norms_in_force

    group by quarter_start_date, industry_code

    having max(case when product_group = {{ total_product_group() }} then 1 else 0 end) = 0

),

all_norms as (

    select * from norms_in_force

    union all

    select * from sums_of_groups

),

-- A spend of zero is no wallet: the next source decides.
valid_norms as (

    select
        quarter_start_date,
        industry_code,
        product_group,
        spend_per_employee_amount

    from all_norms

    where spend_per_employee_amount > 0

)

select * from valid_norms
