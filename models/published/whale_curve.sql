-- grain: one customer per quarter, from the largest contribution to the smallest
with

profit as (

    select * from {{ ref('int_customer__profit_by_quarter') }}

),

customer as (

    select * from {{ ref('dim_customer') }}

),

-- Customers with revenue or cost in the window; those without a known contribution cannot be placed.
placed as (

    select
        profit.quarter_start_date,
        profit.as_of_date,
        profit.customer_id,
        customer.customer_name,
        profit.contribution_amount

    from profit

    inner join customer
        on profit.customer_id = customer.customer_id

    where profit.is_ranked and profit.contribution_amount is not null

),

cumulated as (

    select
        *,
        row_number() over (
            partition by quarter_start_date
            order by contribution_amount desc, customer_id asc
        ) as curve_position,
        sum(contribution_amount) over (
            partition by quarter_start_date
            order by contribution_amount desc, customer_id asc
            rows between unbounded preceding and current row
        ) as cumulative_contribution_amount,
        sum(contribution_amount) over (partition by quarter_start_date) as total_contribution_amount

    from placed

),

final as (

    select
        quarter_start_date,
        as_of_date,
        customer_id,
        customer_name,
        cast(curve_position as bigint) as position,
        contribution_amount,
        cast(cumulative_contribution_amount as decimal(18, 2)) as cumulative_contribution_amount,
        -- A share of a total that is not positive says nothing.
        cast(
            case
                when total_contribution_amount > 0
                    then cumulative_contribution_amount / total_contribution_amount
            end as decimal(28, 6)
        ) as cumulative_contribution_ratio

    from cumulated

)

select * from final
