-- grain: one customer that was asked how it ranks its suppliers, and quarter
with

ratings as (

    select * from {{ ref('input_layer__criterion_rating') }}

),

crosswalk as (

    select *

    from {{ ref('int_customer__crosswalk') }}

    where source_type = 'crm'

),

quarters as (

    select * from {{ ref('dim_quarter') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

-- An answer is used as long as a declared wallet.
usable as (

    select
        crosswalk.customer_id,
        quarters.quarter_start_date,
        ratings.criterion_id = policy.supplier_rank_criterion_id as is_rank,
        ratings.score,
        ratings.rated_date,
        ratings.account_id,
        ratings.rater_id

    from ratings

    inner join crosswalk
        on ratings.account_id = crosswalk.source_id

    inner join quarters
        on ratings.rated_date <= quarters.as_of_date

    inner join policy
        on quarters.quarter_start_date = policy.quarter_start_date

    where
        ratings.criterion_id in (policy.supplier_rank_criterion_id, policy.supplier_count_criterion_id)
        and {{ dbt.datediff('ratings.rated_date', 'quarters.as_of_date', 'day') }} <= policy.wallet_declaration_maximum_age_days

),

-- The latest one; of several of one day the largest number, which is the more careful: a worse rank, more suppliers.
latest as (

    select *

    from usable

    qualify row_number() over (
        partition by customer_id, quarter_start_date, is_rank
        order by rated_date desc, score desc, account_id, rater_id
    ) = 1

),

answers as (

    select
        customer_id,
        quarter_start_date,
        max(case when is_rank then score end) as supplier_rank,
        max(case when not is_rank then score end) as supplier_count,
        min(rated_date) as answered_date

    from latest

    group by customer_id, quarter_start_date

),

final as (

    select
        customer_id,
        quarter_start_date,
        answered_date,
        supplier_rank,
        supplier_count,
        {{ wallet_allocation('supplier_rank', 'supplier_count') }} as allocation_rule_ratio,
        case
            when supplier_rank is null then 'NO_RANK'
            when supplier_count is null then 'NO_SUPPLIER_COUNT'
            when supplier_rank <> floor(supplier_rank) or supplier_count <> floor(supplier_count) then 'NOT_WHOLE'
            when supplier_rank < 1 or supplier_count < 1 then 'BELOW_ONE'
            when supplier_rank > supplier_count then 'RANK_ABOVE_COUNT'
        end as no_allocation_reason

    from answers

)

select * from final
