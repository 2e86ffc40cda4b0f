-- grain: one customer, product group or total, and quarter
with

peer_wallets as (

    select * from {{ ref('int_potential__peer_wallet') }}

),

boosted_wallets as (

    select * from {{ ref('int_potential__boosted_wallet') }}

),

methods as (

    select * from {{ ref('int_potential__method') }}

),

declared as (

    select * from {{ ref('int_potential__declared_wallet') }}

),

norms as (

    select * from {{ ref('int_potential__market_norm') }}

),

-- Where gradient boosting has proved better it estimates the total; the groups keep the proportions of the peers' estimates.
boosted as (

    select
        boosted_wallets.profile_number,
        boosted_wallets.boosted_q50_amount,
        boosted_wallets.boosted_q90_amount,
        -- A scale of about a thousand and more is no proportion to go by, and just below a thousand it would round up to it.
        case
            when peer_wallets.peer_wallet_amount > 0 and boosted_wallets.boosted_q90_amount <= 999 * peer_wallets.peer_wallet_amount
                then cast(boosted_wallets.boosted_q90_amount / peer_wallets.peer_wallet_amount as decimal(9, 6))
        end as scale_ratio

    from boosted_wallets

    inner join peer_wallets
        on boosted_wallets.profile_number = peer_wallets.profile_number

    inner join methods
        on peer_wallets.quarter_start_date = methods.quarter_start_date

    where peer_wallets.product_group = {{ total_product_group() }} and methods.method = 'quantile_boosting'

),

estimated as (

    select
        peer_wallets.*,
        boosted.profile_number is not null as is_boosted,
        case
            when boosted.profile_number is null then peer_wallets.peer_wallet_amount
            when peer_wallets.product_group = {{ total_product_group() }} then boosted.boosted_q90_amount
            when boosted.scale_ratio is null then peer_wallets.peer_wallet_amount
            else {{ amount_times_ratio('peer_wallets.peer_wallet_amount', 'boosted.scale_ratio') }}
        end as model_wallet_amount,
        case
            when boosted.profile_number is null then peer_wallets.peer_median_amount
            when peer_wallets.product_group = {{ total_product_group() }} then boosted.boosted_q50_amount
        end as model_median_amount,
        declared.declared_wallet_amount,
        declared.declared_date,
        coalesce(declared.is_sum_of_declared_groups, false) as is_sum_of_declared_groups,
        cast(round(norms.spend_per_employee_amount * peer_wallets.employee_count, 2) as decimal(18, 2)) as norm_wallet_amount

    from peer_wallets

    left join boosted
        on peer_wallets.profile_number = boosted.profile_number

    left join declared
        on
        peer_wallets.profile_number = declared.profile_number
        and peer_wallets.product_group = declared.product_group

    left join norms
        on
        peer_wallets.is_in_population
        and peer_wallets.quarter_start_date = norms.quarter_start_date
        and peer_wallets.peer_industry = norms.industry_code
        and peer_wallets.product_group = norms.product_group

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
        is_boosted,
        wallet_source,
        raw_wallet_amount,
        -- A share is 0 only where nothing was bought; after credit notes above purchases there is no share.
        case
            when net_revenue_amount is null or net_revenue_amount < 0 or raw_wallet_amount is null then null
            when raw_wallet_amount < net_revenue_amount then cast(1 as decimal(9, 6))
            when net_revenue_amount = 0 then cast(0 as decimal(9, 6))
            -- In whole millionths, rounded half up: a quotient of floats may be one too low at the half.
            else greatest(
                cast(
                    cast({{ rounded_quotient(
                        smallest_units('net_revenue_amount', 2) ~ ' * 1000000',
                        smallest_units('raw_wallet_amount', 2),
                    ) }} as decimal(18, 0)) * cast(0.000001 as decimal(7, 6)) as decimal(9, 6)
                ),
                cast(0.000001 as decimal(9, 6))
            )
        end as sow_ratio

    from with_raw_wallet

)

select * from shared
