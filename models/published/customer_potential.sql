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

peer_wallets as (

    select * from {{ ref('int_potential__peer_wallet') }}

),

boosted_wallets as (

    select * from {{ ref('int_potential__boosted_wallet') }}

),

methods as (

    select * from {{ ref('int_potential__method') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

policy as (

    select
        *,
        concat(
            'peer_quantile 1, quantile ', cast(wallet_quantile_ratio as varchar),
            ', nearest ', cast(peer_target_count as varchar),
            ', at least ', cast(peer_minimum_count as varchar)
        ) as peer_model_version

    from {{ ref('int_policy__by_quarter') }}

),

joined as (

    select
        wallets.*,
        profile.peer_industry,
        profile.employee_count,
        profile.size_class,
        profile.annual_revenue_amount,
        profile.text_number,
        customers.country_code,
        policy.wallet_quantile_ratio,
        case when wallets.is_boosted then boosted_wallets.model_version else policy.peer_model_version end as model_version,
        methods.method_reason,
        peer_wallets.peer_median_amount,
        peer_wallets.peer_wallet_amount,
        boosted_wallets.boosted_q50_amount,
        boosted_wallets.boosted_q75_amount,
        boosted_wallets.boosted_q90_amount,
        concat_ws(
            ', ',
            boosted_wallets.reason_1 || ' x ' || cast(cast(boosted_wallets.factor_1 as decimal(18, 2)) as varchar),
            boosted_wallets.reason_2 || ' x ' || cast(cast(boosted_wallets.factor_2 as decimal(18, 2)) as varchar),
            boosted_wallets.reason_3 || ' x ' || cast(cast(boosted_wallets.factor_3 as decimal(18, 2)) as varchar)
        ) as boosted_reasons,
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

    inner join customers
        on wallets.customer_id = customers.customer_id

    inner join methods
        on wallets.quarter_start_date = methods.quarter_start_date

    left join assignment
        on wallets.profile_number = assignment.profile_number

    left join peer_wallets
        on
        wallets.profile_number = peer_wallets.profile_number
        and peer_wallets.product_group = {{ total_product_group() }}

    left join boosted_wallets
        on wallets.profile_number = boosted_wallets.profile_number

),

final as (

    select
        quarter_start_date,
        as_of_date,
        customer_id,
        model_median_amount as potential_q50_amount,
        case when is_boosted then boosted_q75_amount end as potential_q75_amount,
        model_wallet_amount as potential_q90_amount,
        wallet_quantile_ratio as potential_quantile_ratio,
        case
            when is_boosted then 'quantile_boosting'
            when peer_scope = 'none' then 'none'
            else 'peer_quantile'
        end as method,
        method_reason,
        peer_scope,
        peer_group_id,
        peer_count,
        model_version,
        peer_median_amount as peer_q50_amount,
        peer_wallet_amount as peer_q90_amount,
        boosted_q50_amount,
        boosted_q75_amount,
        boosted_q90_amount,
        cast(
            (
                case when peer_industry is null then 0.0 else 0.2 end
                + case when employee_count is null then 0.0 else 0.2 end
                + case when annual_revenue_amount is null then 0.0 else 0.2 end
                + case when country_code is null then 0.0 else 0.2 end
                + case when text_number is null then 0.0 else 0.2 end
            ) as decimal(9, 6)
        ) as feature_coverage_ratio,
        case
            when not is_in_population then 'no estimate for companies of our own group'
            when is_boosted and boosted_reasons = '' then 'nothing known beside other customers'
            when is_boosted then boosted_reasons
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
            'UNKNOWN_WEBSITE': 'text_number is null',
        }) }} as flags

    from joined

)

select * from final
