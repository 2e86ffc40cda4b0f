-- grain: one customer, product group or total, and quarter
with

wallets as (

    select * from {{ ref('int_potential__wallet') }}

),

share_quantiles as (

    select * from {{ ref('int_potential__peer_share_quantile') }}

),

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

policy as (

    select * from {{ ref('int_policy__by_quarter') }}

),

described as (

    select
        wallets.*,
        case
            when wallets.raw_wallet_amount is not null then greatest(wallets.raw_wallet_amount, wallets.net_revenue_amount)
        end as wallet_amount,
        profile.quarter_start_date,
        profile.as_of_date,
        profile.customer_id,
        profile.is_in_population,
        profile.is_partial_year,
        profile.is_peer,
        profile.peer_industry,
        profile.size_class,
        policy.attainable_maximum_ratio

    from wallets

    inner join profile
        on wallets.profile_number = profile.profile_number

    inner join policy
        on profile.quarter_start_date = policy.quarter_start_date

    where profile.is_in_run

),

-- A peer leaves its own share out of the comparison.
with_peer_share as (

    select
        described.*,
        share_quantiles.share_scope,
        case
            when share_quantiles.share_scope is not null
                then {{ leave_one_out_quantile(
                    'share_quantiles.share', 'case when described.is_peer then described.sow_ratio end'
                ) }}
        end as peer_share_ratio

    from described

    left join share_quantiles
        on
        described.quarter_start_date = share_quantiles.quarter_start_date
        and described.product_group = share_quantiles.product_group
        and coalesce(described.peer_industry, '') = share_quantiles.peer_industry
        and coalesce(described.size_class, '') = share_quantiles.size_class
        and (described.is_peer and described.sow_ratio is not null) = share_quantiles.is_own_share_left_out

),

attainable as (

    select
        *,
        case
            when sow_ratio is not null and peer_share_ratio is not null
                then cast(greatest(sow_ratio, least(peer_share_ratio, attainable_maximum_ratio)) as decimal(9, 6))
        end as attainable_sow_ratio

    from with_peer_share

),

final as (

    select
        profile_number,
        quarter_start_date,
        as_of_date,
        customer_id,
        product_group,
        peer_industry,
        is_in_population,
        is_partial_year,
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
        wallet_amount,
        coalesce(raw_wallet_amount < net_revenue_amount, false) as is_wallet_below_revenue,
        case
            when wallet_source <> 'none' then null
            when not is_in_population then 'INTERCOMPANY'
            when model_wallet_amount is null then 'TOO_FEW_PEERS'
            else 'PEERS_DO_NOT_BUY'
        end as no_wallet_reason,
        sow_ratio,
        cast(wallet_amount - net_revenue_amount as decimal(18, 2)) as wallet_gap_amount,
        cast(peer_share_ratio as decimal(9, 6)) as peer_share_ratio,
        share_scope,
        attainable_sow_ratio,
        {{ amount_times_ratio('wallet_amount', '(attainable_sow_ratio - sow_ratio)') }} as opportunity_amount

    from attainable

)

select * from final
