-- grain: one customer and quarter
with

wallets as (

    select * from {{ ref('int_potential__wallet_by_customer_quarter') }}

),

profile as (

    select * from {{ ref('int_potential__customer_profile') }}

),

assignment as (

    select * from {{ ref('int_potential__peer_assignment') }}

),

policy as (

    select
        *,
        concat(
            'peer_quantile 1, quantile ', cast(wallet_quantile_ratio as varchar),
            ', nearest ', cast(peer_target_count as varchar),
            ', at least ', cast(peer_minimum_count as varchar)
        ) as model_version

    from {{ ref('int_policy__by_quarter') }}

),

joined as (

    select
        wallets.*,
        profile.peer_industry,
        profile.employee_count,
        profile.size_class,
        policy.wallet_quantile_ratio,
        policy.model_version,
        policy.peer_minimum_count,
        assignment.peer_group_id,
        assignment.peer_count,
        assignment.industry_peer_count,
        assignment.lowest_peer_employee_count,
        assignment.highest_peer_employee_count,
        coalesce(assignment.peer_scope, 'none') as peer_scope

    from wallets

    inner join profile
        on wallets.profile_number = profile.profile_number

    inner join policy
        on wallets.quarter_start_date = policy.quarter_start_date

    left join assignment
        on wallets.profile_number = assignment.profile_number

),

final as (

    select
        quarter_start_date,
        as_of_date,
        customer_id,
        model_median_amount as potential_q50_amount,
        model_wallet_amount as potential_q90_amount,
        wallet_quantile_ratio as potential_quantile_ratio,
        case when peer_scope = 'none' then 'none' else 'peer_quantile' end as method,
        peer_scope,
        peer_group_id,
        peer_count,
        model_version,
        cast(
            (case when peer_industry is null then 0.0 else 0.5 end + case when employee_count is null then 0.0 else 0.5 end)
            as decimal(9, 6)
        ) as feature_coverage_ratio,
        case
            when not is_in_population then 'no estimate for companies of our own group'
            else concat(
                case
                    when peer_industry is null then 'industry unknown'
                    else concat('industry ', peer_industry, ' (', cast(industry_peer_count as varchar), ' peers)')
                end,
                '; ',
                case
                    when employee_count is not null then concat(cast(employee_count as varchar), ' employees')
                    when size_class is not null then concat('employees unknown, size class ', size_class, ' by revenue')
                    else 'employees unknown'
                end,
                '; ',
                case peer_scope
                    when 'nearest'
                        then concat(
                            'nearest ', cast(peer_count as varchar), ' peers have ',
                            cast(lowest_peer_employee_count as varchar), '-',
                            cast(highest_peer_employee_count as varchar), ' employees'
                        )
                    when 'industry_size'
                        then concat(cast(peer_count as varchar), ' peers of size class ', size_class)
                    when 'industry' then 'all peers of the industry'
                    when 'all' then concat('too few peers alike, all ', cast(peer_count as varchar), ' peers')
                    else concat(cast(peer_count as varchar), ' peers, ', cast(peer_minimum_count as varchar), ' needed')
                end
            )
        end as top_reasons,
        potential_amount,
        wallet_source,
        margin_ratio,
        margin_source,
        expected_cost_ratio,
        expected_cost_amount,
        cost_assumption,
        potential_profit_amount,
        potential_profit_low_amount,
        potential_profit_high_amount,
        no_potential_profit_reason,
        {{ flags({
            'ESTIMATED_MARGIN': "margin_source in ('industry', 'company')",
            'INTERCOMPANY': 'not is_in_population',
            'NO_ESTIMATE': 'model_wallet_amount is null',
            'NO_POTENTIAL_PROFIT': 'potential_profit_amount is null',
            'UNKNOWN_EMPLOYEES': 'employee_count is null',
            'UNKNOWN_INDUSTRY': 'peer_industry is null',
        }) }} as flags

    from joined

)

select * from final
