-- grain: one customer, product group or total, and quarter
with

revenue as (

    select * from {{ ref('int_potential__revenue_by_group') }}

),

declared as (

    select * from {{ ref('int_potential__declared_wallet') }}

),

norms as (

    select * from {{ ref('int_potential__market_norm') }}

),

assignment as (

    select * from {{ ref('int_potential__peer_assignment') }}

),

peer_groups as (

    select * from {{ ref('int_potential__peer_group') }}

),

peer_set_quantiles as (

    select * from {{ ref('int_potential__peer_set_quantile') }}

),

-- A row for the total and for each group that is bought or declared.
not_bought as (

    select
        declared.profile_number,
        declared.product_group,
        cast(0 as decimal(18, 2)) as net_revenue_amount

    from declared

    left join revenue
        on
        declared.profile_number = revenue.profile_number
        and declared.product_group = revenue.product_group

    where revenue.profile_number is null

),

needs as (

    select * from revenue

    union all

    select * from not_bought

),

-- What a peer set lacks if it lacks somebody else than the customer: the revenue of the window's farther end.
left_out_elsewhere as (

    select *

    from revenue

    where profile_number in (select peer_groups.farther_end_profile_number from peer_groups)

),

compared as (

    select
        needs.*,
        assignment.is_in_population,
        assignment.peer_set_number,
        case
            when assignment.left_out_profile_number = needs.profile_number then greatest(needs.net_revenue_amount, 0)
            when assignment.left_out_profile_number is not null
                then greatest(coalesce(left_out_elsewhere.net_revenue_amount, 0), 0)
        end as left_out_amount,
        declared.declared_wallet_amount,
        declared.declared_date,
        coalesce(declared.is_sum_of_declared_groups, false) as is_sum_of_declared_groups,
        cast(round(norms.spend_per_employee_amount * assignment.employee_count, 2) as decimal(18, 2)) as norm_wallet_amount

    from needs

    inner join assignment
        on needs.profile_number = assignment.profile_number

    left join left_out_elsewhere
        on
        needs.profile_number <> assignment.left_out_profile_number
        and assignment.left_out_profile_number = left_out_elsewhere.profile_number
        and needs.product_group = left_out_elsewhere.product_group

    left join declared
        on
        needs.profile_number = declared.profile_number
        and needs.product_group = declared.product_group

    left join norms
        on
        assignment.is_in_population
        and assignment.quarter_start_date = norms.quarter_start_date
        and assignment.peer_industry = norms.industry_code
        and needs.product_group = norms.product_group

),

estimated as (

    select
        compared.*,
        -- Peers without any revenue in the group have no quantile row: their quantile is zero.
        case
            when compared.peer_set_number is null then null
            when peer_set_quantiles.peer_set_number is null then cast(0 as decimal(18, 2))
            else {{ leave_one_out_quantile('peer_set_quantiles.wallet', 'compared.left_out_amount') }}
        end as model_wallet_amount,
        case
            when compared.peer_set_number is null or compared.product_group <> {{ total_product_group() }} then null
            when peer_set_quantiles.peer_set_number is null then cast(0 as decimal(18, 2))
            else {{ leave_one_out_quantile('peer_set_quantiles.median', 'compared.left_out_amount') }}
        end as model_median_amount

    from compared

    left join peer_set_quantiles
        on
        compared.peer_set_number = peer_set_quantiles.peer_set_number
        and compared.product_group = peer_set_quantiles.product_group

),

-- The first valid source wins, the others stay beside it. Groups declared one by one are a lower limit of the total: they
-- decide it only where no estimate of the whole is higher.
chosen as (

    select
        *,
        case
            when not is_in_population then 'none'
            when
                declared_wallet_amount is not null
                and (
                    not is_sum_of_declared_groups
                    or declared_wallet_amount >= coalesce(norm_wallet_amount, model_wallet_amount, 0)
                ) then 'declared'
            when norm_wallet_amount is not null then 'norm'
            when model_wallet_amount > 0 then 'model'
            else 'none'
        end as wallet_source

    from estimated

),

with_raw_wallet as (

    select
        *,
        case wallet_source
            when 'declared' then declared_wallet_amount
            when 'norm' then norm_wallet_amount
            when 'model' then model_wallet_amount
        end as raw_wallet_amount

    from chosen

),

shared as (

    select
        profile_number,
        product_group,
        net_revenue_amount,
        declared_wallet_amount,
        declared_date,
        is_sum_of_declared_groups,
        norm_wallet_amount,
        model_wallet_amount,
        model_median_amount,
        wallet_source,
        raw_wallet_amount,
        -- A share is 0 only where nothing was bought; after credit notes above purchases there is no share.
        case
            when net_revenue_amount is null or net_revenue_amount < 0 or raw_wallet_amount is null then null
            when raw_wallet_amount < net_revenue_amount then cast(1 as decimal(9, 6))
            when net_revenue_amount = 0 then cast(0 as decimal(9, 6))
            else greatest(cast(net_revenue_amount / raw_wallet_amount as decimal(9, 6)), cast(0.000001 as decimal(9, 6)))
        end as sow_ratio

    from with_raw_wallet

)

select * from shared
