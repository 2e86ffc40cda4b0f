-- grain: one quarter
with

quarters as (

    select * from {{ ref('int_quarter__observed') }}

),

parameters as (

    select * from {{ ref('policy_parameter') }}

),

in_force as (

    select
        quarters.quarter_start_date,
        parameters.parameter,
        parameters.value

    from quarters

    inner join parameters
        on quarters.as_of_date >= parameters.valid_from

    qualify row_number() over (
        partition by quarters.quarter_start_date, parameters.parameter
        order by parameters.valid_from desc
    ) = 1

),

typed as (

    select
        quarter_start_date,
        max(case when parameter = 'reporting_currency' then value end) as reporting_currency,
        cast(max(case when parameter = 'abc_a_cut_ratio' then value end) as decimal(9, 6)) as abc_a_cut_ratio,
        cast(max(case when parameter = 'abc_b_cut_ratio' then value end) as decimal(9, 6)) as abc_b_cut_ratio,
        max(case when parameter = 'tier_measure' then value end) as tier_measure,
        cast(max(case when parameter = 'tier_hysteresis_quarters' then value end) as integer) as tier_hysteresis_quarters,
        cast(max(case when parameter = 'inactive_after_months' then value end) as integer) as inactive_after_months,
        cast(max(case when parameter = 'new_customer_months' then value end) as integer) as new_customer_months,
        cast(max(case when parameter = 'annualisation_minimum_days' then value end) as integer) as annualisation_minimum_days,
        cast(max(case when parameter = 'threshold_margin_share_ratio' then value end) as decimal(9, 6)) as threshold_margin_share_ratio,
        cast(max(case when parameter = 'wallet_declaration_maximum_age_days' then value end) as integer) as wallet_declaration_maximum_age_days,
        cast(max(case when parameter = 'wallet_declaration_minimum_confidence_ratio' then value end) as decimal(9, 6)) as wallet_declaration_minimum_confidence_ratio,
        cast(max(case when parameter = 'wallet_quantile_ratio' then value end) as decimal(9, 6)) as wallet_quantile_ratio,
        cast(max(case when parameter = 'wallet_median_quantile_ratio' then value end) as decimal(9, 6)) as wallet_median_quantile_ratio,
        cast(max(case when parameter = 'wallet_middle_quantile_ratio' then value end) as decimal(9, 6)) as wallet_middle_quantile_ratio,
        cast(max(case when parameter = 'potential_training_minimum_count' then value end) as integer) as potential_training_minimum_count,
        cast(max(case when parameter = 'potential_training_maximum_count' then value end) as integer) as potential_training_maximum_count,
        cast(max(case when parameter = 'potential_backtest_minimum_count' then value end) as integer) as potential_backtest_minimum_count,
        cast(max(case when parameter = 'peer_target_count' then value end) as integer) as peer_target_count,
        cast(max(case when parameter = 'peer_minimum_count' then value end) as integer) as peer_minimum_count,
        cast(max(case when parameter = 'attainable_quantile_ratio' then value end) as decimal(9, 6)) as attainable_quantile_ratio,
        cast(max(case when parameter = 'attainable_maximum_ratio' then value end) as decimal(9, 6)) as attainable_maximum_ratio,
        cast(max(case when parameter = 'potential_cost_band_count' then value end) as integer) as potential_cost_band_count,
        cast(max(case when parameter = 'potential_cost_sensitivity_ratio' then value end) as decimal(9, 6)) as potential_cost_sensitivity_ratio,
        cast(max(case when parameter = 'segment_c_revenue_benchmark_ratio' then value end) as decimal(9, 6)) as segment_c_revenue_benchmark_ratio,
        cast(max(case when parameter = 'share_of_wallet_check_significance_ratio' then value end) as decimal(9, 6)) as share_of_wallet_check_significance_ratio,
        cast(max(case when parameter = 'share_of_wallet_check_minimum_count' then value end) as integer) as share_of_wallet_check_minimum_count,
        cast(max(case when parameter = 'share_of_wallet_check_minimum_correlation' then value end) as decimal(9, 6)) as share_of_wallet_check_minimum_correlation,
        cast(max(case when parameter = 'theoretical_minutes_per_fte_month' then value end) as decimal(18, 4)) as theoretical_minutes_per_fte_month,
        cast(max(case when parameter = 'practical_capacity_ratio' then value end) as decimal(9, 6)) as practical_capacity_ratio,
        cast(max(case when parameter = 'visit_minimum_minutes' then value end) as decimal(18, 4)) as visit_minimum_minutes,
        cast(max(case when parameter = 'visit_maximum_minutes' then value end) as decimal(18, 4)) as visit_maximum_minutes,
        cast(max(case when parameter = 'dunning_grace_days' then value end) as integer) as dunning_grace_days,
        cast(max(case when parameter = 'imputed_interest_ratio' then value end) as decimal(9, 6)) as imputed_interest_ratio,
        cast(max(case when parameter = 'interest_days_per_year' then value end) as integer) as interest_days_per_year,
        cast(max(case when parameter = 'assumed_payment_term_days' then value end) as integer) as assumed_payment_term_days,
        cast(max(case when parameter = 'include_imputed_costs' then value end) as boolean) as include_imputed_costs,
        cast(max(case when parameter = 'campaign_control_ratio' then value end) as decimal(9, 6)) as campaign_control_ratio,
        cast(max(case when parameter = 'campaign_minimum_share_gap_ratio' then value end) as decimal(9, 6)) as campaign_minimum_share_gap_ratio,
        cast(max(case when parameter = 'campaign_cooldown_quarters' then value end) as integer) as campaign_cooldown_quarters,
        cast(max(case when parameter = 'campaign_rep_capacity_ratio' then value end) as decimal(9, 6)) as campaign_rep_capacity_ratio,
        cast(max(case when parameter = 'campaign_touches_per_customer' then value end) as integer) as campaign_touches_per_customer,
        cast(max(case when parameter = 'process_order_change_minutes' then value end) as decimal(18, 4)) as process_order_change_minutes,
        cast(max(case when parameter = 'process_incomplete_inquiry_minutes' then value end) as decimal(18, 4)) as process_incomplete_inquiry_minutes,
        max(case when parameter = 'process_order_error_reason' then value end) as process_order_error_reason,
        cast(max(case when parameter = 'process_minimum_order_count' then value end) as integer) as process_minimum_order_count,
        cast(max(case when parameter = 'process_smoothing_count' then value end) as decimal(9, 6)) as process_smoothing_count,
        cast(max(case when parameter = 'process_index_minimum_ratio' then value end) as decimal(9, 6)) as process_index_minimum_ratio,
        cast(max(case when parameter = 'access_minimum_level' then value end) as integer) as access_minimum_level,
        cast(max(case when parameter = 'access_maximum_age_days' then value end) as integer) as access_maximum_age_days,
        cast(max(case when parameter = 'bundle_days' then value end) as integer) as bundle_days,
        cast(max(case when parameter = 'cost_per_order_amount' then value end) as decimal(18, 2)) as cost_per_order_amount,
        cast(max(case when parameter = 'inside_contacts_per_day' then value end) as integer) as inside_contacts_per_day,
        cast(max(case when parameter = 'inside_contacts_per_day_low' then value end) as integer) as inside_contacts_per_day_low,
        cast(max(case when parameter = 'inside_contacts_per_day_high' then value end) as integer) as inside_contacts_per_day_high,
        cast(max(case when parameter = 'working_days_per_year' then value end) as integer) as working_days_per_year,
        cast(max(case when parameter = 'identity_maximum_sharing_count' then value end) as integer) as identity_maximum_sharing_count,
        cast(max(case when parameter = 'whitespace_peer_minimum_count' then value end) as integer) as whitespace_peer_minimum_count,
        cast(max(case when parameter = 'whitespace_minimum_penetration_ratio' then value end) as decimal(9, 6)) as whitespace_minimum_penetration_ratio,
        cast(max(case when parameter = 'whitespace_typical_quantile_ratio' then value end) as decimal(9, 6)) as whitespace_typical_quantile_ratio,
        cast(max(case when parameter = 'whitespace_lower_quantile_ratio' then value end) as decimal(9, 6)) as whitespace_lower_quantile_ratio,
        cast(max(case when parameter = 'whitespace_minimum_amount' then value end) as decimal(18, 2)) as whitespace_minimum_amount,
        cast(max(case when parameter = 'whitespace_maximum_per_customer' then value end) as integer) as whitespace_maximum_per_customer,
        cast(max(case when parameter = 'whitespace_group_active_months' then value end) as integer) as whitespace_group_active_months,
        max(case when parameter = 'supplier_rank_criterion_id' then value end) as supplier_rank_criterion_id,
        max(case when parameter = 'supplier_count_criterion_id' then value end) as supplier_count_criterion_id,
        cast(max(case when parameter = 'risk_interval_months' then value end) as integer) as risk_interval_months,
        cast(max(case when parameter = 'risk_minimum_purchase_day_count' then value end) as integer) as risk_minimum_purchase_day_count,
        cast(max(case when parameter = 'risk_overrun_factor' then value end) as decimal(9, 6)) as risk_overrun_factor,
        cast(max(case when parameter = 'risk_overrun_alarm_factor' then value end) as decimal(9, 6)) as risk_overrun_alarm_factor,
        cast(max(case when parameter = 'risk_response_hours' then value end) as integer) as risk_response_hours,
        cast(max(case when parameter = 'risk_return_minimum_count' then value end) as integer) as risk_return_minimum_count,
        cast(max(case when parameter = 'risk_return_minimum_ratio' then value end) as decimal(9, 6)) as risk_return_minimum_ratio,
        cast(max(case when parameter = 'risk_minimum_sign_count' then value end) as integer) as risk_minimum_sign_count,
        cast(max(case when parameter = 'crm_owner_weight' then value end) as decimal(9, 6)) as crm_owner_weight,
        cast(max(case when parameter = 'crm_channel_weight' then value end) as decimal(9, 6)) as crm_channel_weight,
        cast(max(case when parameter = 'crm_industry_weight' then value end) as decimal(9, 6)) as crm_industry_weight,
        cast(max(case when parameter = 'crm_employee_weight' then value end) as decimal(9, 6)) as crm_employee_weight,
        cast(max(case when parameter = 'crm_wallet_weight' then value end) as decimal(9, 6)) as crm_wallet_weight,
        cast(max(case when parameter = 'crm_rating_weight' then value end) as decimal(9, 6)) as crm_rating_weight,
        cast(max(case when parameter = 'crm_rating_maximum_age_days' then value end) as integer) as crm_rating_maximum_age_days,
        cast(max(case when parameter = 'reclass_minimum_feature_coverage_ratio' then value end) as decimal(9, 6)) as reclass_minimum_feature_coverage_ratio,
        cast(max(case when parameter = 'growth_concentration_low_ratio' then value end) as decimal(9, 6)) as growth_concentration_low_ratio,
        cast(max(case when parameter = 'growth_concentration_ratio' then value end) as decimal(9, 6)) as growth_concentration_ratio,
        cast(max(case when parameter = 'growth_concentration_high_ratio' then value end) as decimal(9, 6)) as growth_concentration_high_ratio,
        cast(max(case when parameter = 'effort_minimum_minutes' then value end) as decimal(18, 4)) as effort_minimum_minutes,
        cast(max(case when parameter = 'effort_balance_factor' then value end) as decimal(9, 6)) as effort_balance_factor,
        cast(max(case when parameter = 'divestment_loss_quarters' then value end) as integer) as divestment_loss_quarters,
        cast(max(case when parameter = 'divestment_step_quarters' then value end) as integer) as divestment_step_quarters,
        cast(max(case when parameter = 'loyalty_minimum_tenure_months' then value end) as integer) as loyalty_minimum_tenure_months,
        max(case when parameter = 'inside_default_channel' then value end) as inside_default_channel,
        cast(max(case when parameter = 'inside_call_list_days' then value end) as integer) as inside_call_list_days,
        cast(max(case when parameter = 'territory_handover_minutes' then value end) as decimal(18, 4)) as territory_handover_minutes,
        cast(max(case when parameter = 'territory_balance_weight' then value end) as decimal(9, 6)) as territory_balance_weight,
        cast(max(case when parameter = 'territory_maximum_moved_ratio' then value end) as decimal(9, 6)) as territory_maximum_moved_ratio,
        cast(max(case when parameter = 'territory_maximum_load_ratio' then value end) as decimal(9, 6)) as territory_maximum_load_ratio,
        cast(max(case when parameter = 'territory_lock_contact_count' then value end) as integer) as territory_lock_contact_count,
        cast(max(case when parameter = 'territory_maximum_distance_km' then value end) as decimal(18, 4)) as territory_maximum_distance_km,
        cast(max(case when parameter = 'territory_travel_minutes_per_km' then value end) as decimal(18, 4)) as territory_travel_minutes_per_km,
        cast(max(case when parameter = 'territory_low_minimum_ratio' then value end) as decimal(9, 6)) as territory_low_minimum_ratio,
        cast(max(case when parameter = 'territory_compensation_tolerance_ratio' then value end) as decimal(9, 6)) as territory_compensation_tolerance_ratio,
        cast(max(case when parameter = 'next_best_maximum_count' then value end) as integer) as next_best_maximum_count,
        cast(max(case when parameter = 'share_of_wallet_significant_ratio' then value end) as decimal(9, 6)) as share_of_wallet_significant_ratio,
        cast(max(case when parameter = 'loss_recoverable_ratio' then value end) as decimal(9, 6)) as loss_recoverable_ratio,
        cast(max(case when parameter = 'inquiry_maximum_age_days' then value end) as integer) as inquiry_maximum_age_days,
        max(case when parameter = 'inquiry_unknown_customer_priority' then value end) as inquiry_unknown_customer_priority,
        max(case when parameter = 'inquiry_focus_prospect_priority' then value end) as inquiry_focus_prospect_priority,
        cast(max(case when parameter = 'service_day_start_hour' then value end) as integer) as service_day_start_hour,
        cast(max(case when parameter = 'service_day_end_hour' then value end) as integer) as service_day_end_hour,
        cast(max(case when parameter = 'service_days_per_week' then value end) as integer) as service_days_per_week,
        cast(max(case when parameter = 'override_audit_horizon_days' then value end) as integer) as override_audit_horizon_days,
        cast(max(case when parameter = 'override_delivered_minimum_ratio' then value end) as decimal(9, 6)) as override_delivered_minimum_ratio,
        cast(max(case when parameter = 'portfolio_potential_cut_score' then value end) as decimal(9, 4)) as portfolio_potential_cut_score,
        cast(max(case when parameter = 'portfolio_attractiveness_cut_score' then value end) as decimal(9, 4)) as portfolio_attractiveness_cut_score,
        cast(max(case when parameter = 'portfolio_minimum_coverage_ratio' then value end) as decimal(9, 6)) as portfolio_minimum_coverage_ratio,
        cast(max(case when parameter = 'portfolio_weight_change_ratio' then value end) as decimal(9, 6)) as portfolio_weight_change_ratio,
        cast(max(case when parameter = 'rating_to_do_maximum_count' then value end) as integer) as rating_to_do_maximum_count,
        cast(max(case when parameter = 'focus_top_count' then value end) as integer) as focus_top_count,
        cast(max(case when parameter = 'focus_active_count' then value end) as integer) as focus_active_count,
        cast(max(case when parameter = 'focus_revenue_weight' then value end) as decimal(9, 6)) as focus_revenue_weight,
        cast(max(case when parameter = 'focus_prospect_minimum_hold_months' then value end) as integer) as focus_prospect_minimum_hold_months,
        cast(max(case when parameter = 'focus_top_horizon_months' then value end) as integer) as focus_top_horizon_months,
        cast(max(case when parameter = 'focus_active_horizon_months' then value end) as integer) as focus_active_horizon_months,
        cast(max(case when parameter = 'focus_portfolio_count' then value end) as integer) as focus_portfolio_count,
        cast(max(case when parameter = 'focus_time_top_ratio' then value end) as decimal(9, 6)) as focus_time_top_ratio,
        cast(max(case when parameter = 'focus_time_active_ratio' then value end) as decimal(9, 6)) as focus_time_active_ratio,
        cast(max(case when parameter = 'focus_growth_years' then value end) as integer) as focus_growth_years,
        cast(max(case when parameter = 'focus_growth_largest_count' then value end) as integer) as focus_growth_largest_count,
        cast(max(case when parameter = 'focus_match_band_factor' then value end) as decimal(9, 6)) as focus_match_band_factor,
        cast(max(case when parameter = 'plan_goal_count' then value end) as integer) as plan_goal_count,
        cast(max(case when parameter = 'plan_role_count' then value end) as integer) as plan_role_count,
        cast(max(case when parameter = 'plan_action_quarter_count' then value end) as integer) as plan_action_quarter_count

    from in_force

    group by quarter_start_date

)

select * from typed
