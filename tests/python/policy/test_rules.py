"""Each rule of the policy at its limit, just below and just above, through the check that every run begins with."""

from __future__ import annotations

import re
from datetime import date

import pytest

from orchestration import company
from orchestration.home import PROJECT_DIR
from orchestration.transform.project import DbtProject

from .conftest import CheckPolicy, Policy, added, changed, rows_of, seed_text, text_of, without

pytestmark = pytest.mark.slow


def parameter(name: str, value: str) -> Policy:
    return changed("policy_parameter", {"parameter": name}, value=value)


def channel(**values: str) -> Policy:
    return changed("policy_channel", {"channel": "FIELD"}, **values)


def campaign(**values: str) -> Policy:
    return changed("policy_campaign_calendar", {"campaign_id": "SOW-2026Q4"}, **values)


def pool(**values: str) -> Policy:
    return changed("policy_resource_pool", {"resource_pool": "order_desk"}, **values)


def limit(name: str, value: str) -> Policy:
    return changed("policy_quality_limit", {"limit_name": name}, limit_value=value)


def size(name: str, **values: str) -> Policy:
    return changed("policy_size_class", {"size_class": name}, **values)


def band(name: str, **values: str) -> Policy:
    return changed("policy_share_of_wallet_band", {"share_of_wallet_band": name}, **values)


def step(**values: str) -> Policy:
    return changed("policy_whitespace_step", {"opportunity_type": "CROSS_SELL", "channel": "FIELD"}, **values)


def touch(**values: str) -> Policy:
    return changed("policy_touch_plan", {"touch_cell": "HIGH_BELOW_FIELD"}, **values)


def approval(*lines: str) -> Policy:
    return added("policy_divestment_approval", *lines)


def criterion(name: str, /, **values: str) -> Policy:
    return changed("policy_criterion", {"criterion_id": name}, **values)


def minutes(activity: str, driver: str, /, **values: str) -> Policy:
    return changed("policy_time_equation", {"activity": activity, "driver": driver}, **values)


RIGHT: dict[str, Policy] = {
    "the project's own": {},
    "a ratio of one": parameter("practical_capacity_ratio", "1"),
    "a ratio just above zero": parameter("practical_capacity_ratio", "0.000001"),
    "a share of controls of zero": parameter("campaign_control_ratio", "0"),
    "a share of controls just below one": parameter("campaign_control_ratio", "0.999999"),
    "a smallest confidence of zero": parameter("wallet_declaration_minimum_confidence_ratio", "0"),
    "a quantile just below one": parameter("wallet_quantile_ratio", "0.999999"),
    "a quantile just above zero": parameter("wallet_median_quantile_ratio", "0.000001"),
    "a count of one": parameter("tier_hysteresis_quarters", "1"),
    "a whole number with decimals": parameter("tier_hysteresis_quarters", "2.0"),
    "no cooldown": parameter("campaign_cooldown_quarters", "0"),
    "an A cut just below the B cut": parameter("abc_a_cut_ratio", "0.949999"),
    "a B cut of one": parameter("abc_b_cut_ratio", "1"),
    "as many peers needed as wanted": parameter("peer_minimum_count", "50"),
    "one contact a day": parameter("inside_contacts_per_day", "1"),
    "an alarm at the first sign": parameter("risk_overrun_alarm_factor", "2.00"),
    "the shortest interval window": parameter("risk_interval_months", "12"),
    "all signs needed": parameter("risk_minimum_sign_count", "4"),
    "a field without weight": parameter("crm_wallet_weight", "0"),
    "no feature needed": parameter("reclass_minimum_feature_coverage_ratio", "0"),
    "every feature needed": parameter("reclass_minimum_feature_coverage_ratio", "1"),
    "a factor of one between effort and potential": parameter("effort_balance_factor", "1"),
    "shares of the growth potential just apart": parameter("growth_concentration_ratio", "0.899999"),
    "another name of a criterion": parameter("supplier_rank_criterion_id", "our place"),
    "a group that all peers must buy": parameter("whitespace_minimum_penetration_ratio", "1"),
    "a recommendation of any amount": parameter("whitespace_minimum_amount", "0"),
    "a lower quantile just below the typical one": parameter("whitespace_lower_quantile_ratio", "0.499999"),
    "a group discontinued after a year": parameter("whitespace_group_active_months", "12"),
    "a step due after a day": step(due_days="1"),
    "a step due after a quarter": step(due_days="90"),
    "a substitute that ends": added(
        "policy_substitute_group",
        "glue,tape,true,2026-01-01,",
        "glue,tape,false,2026-04-01,",
        "tape,glue,true,2026-01-01,",
    ),
    "another tier measure": parameter("tier_measure", "contribution"),
    "another currency": parameter("reporting_currency", "CHF"),
    "a ratio of a channel of one": channel(max_cost_ratio="1"),
    "a ratio of a channel just above zero": channel(max_cost_ratio="0.000001"),
    "a touch that costs a cent": channel(cost_per_touch_amount="0.01"),
    "a channel without touches and cost": channel(touches_per_year="0", cost_per_touch_amount="0"),
    "one customer in a campaign": campaign(capacity_count="1"),
    "control ratio of a campaign of zero": campaign(control_ratio="0"),
    "control ratio of a campaign just below one": campaign(control_ratio="0.999999"),
    "an unknown planned effect": campaign(planned_effect_amount=""),
    "all minutes of the reps for a campaign": campaign(rep_capacity_ratio="1"),
    "a second campaign that is planned": added(
        "policy_campaign_calendar", "P,2026-10-01,ACCESS,Head of sales,,10,,,p,PLANNED,,0.000001"
    ),
    "minutes of a practical pool": pool(capacity_mode="practical", theoretical_minutes_per_month="0.0001"),
    "a practical pool of reps": pool(capacity_mode="practical", capacity_source="rep"),
    "free minutes": minutes("dunning", "event", minutes_per_unit="0"),
    "a drift limit above one": limit("revenue_drift_ratio", "2"),
    "a quarantine limit of zero": limit("quarantine_maximum_ratio", "0"),
    "an own pool with its cost centre": {
        **added("policy_resource_pool", "catering,full_absorption,,,,2026-01-01,Own pool"),
        **added("policy_cost_center_pool", "4711,,catering,2026-01-01,Own cost centre"),
    },
    "a cost centre out of scope": added("policy_cost_center_pool", "4711,,__OUT_OF_SCOPE__,1900-01-01,Production"),
    "a debtor decided twice on different days": added(
        "policy_customer_override", "D1,A1,2026-01-01,x", "D1,A2,2026-01-02,y"
    ),
    "a class that begins one employee above the next lower": size("SMALL", minimum_employee_count="2"),
    "a band that begins just above the lowest": band("FROM_10", minimum_sow_ratio="0.000001"),
    "a band that begins at the whole wallet": band("FULL", minimum_sow_ratio="1"),
    "a later set of bands with fewer": added(
        "policy_share_of_wallet_band", "LOW,0,2026-01-01,Later", "HIGH,0.5,2026-01-01,Later"
    ),
    "a weight just above zero": criterion("growth", weight="0.0001"),
    "a scale of almost nothing": criterion("growth", scale_min="4.999999"),
    "a rating that counts for a day": criterion("growth", max_age_days="1"),
    "three criteria on an axis": without("policy_criterion", criterion_id="revenue_growth"),
    "a fifth criterion on an axis": added(
        "policy_criterion", "size,POTENTIAL,Size,1,HIGHER_IS_BETTER,1,5,manual,,365,,,1900-01-01,x"
    ),
    "scores that are always high": parameter("portfolio_potential_cut_score", "0.0001"),
    "scores that are high at the end only": parameter("portfolio_attractiveness_cut_score", "100"),
    "zones of what is rated completely": parameter("portfolio_minimum_coverage_ratio", "1"),
    "a cell without touches": touch(touches_per_year="0"),
    "a touch a day": touch(touches_per_year="366"),
    "lists of one length": parameter("inside_contacts_per_day_low", "15"),
    "call lists of half a year": parameter("inside_call_list_days", "130"),
    "an approval that holds from its day on": approval("K1,EXIT,Anna,2026-04-01,2026-04-01,x"),
    "two steps of a customer": approval(
        "K1,REPRICE,Anna,2026-04-01,2026-04-01,x", "K1,EXIT,Anna,2026-04-01,2026-04-01,x"
    ),
    "a country with its state": parameter("holiday_country", "DE-BY"),
    "a time zone of the other hemisphere": parameter("company_time_zone", "Pacific/Auckland"),
    "the last hour of a day": parameter("refresh_hour", "23"),
    "no share of wallet counts as significant but all of it": parameter("share_of_wallet_significant_ratio", "1"),
    "nothing of a lost customer comes back": parameter("loss_recoverable_ratio", "0"),
    "all of a lost customer comes back": parameter("loss_recoverable_ratio", "1"),
    "inquiries that wait for a quarter": parameter("inquiry_maximum_age_days", "92"),
    "a working day of an hour": parameter("service_day_start_hour", "16"),
    "a service level by the clock": {
        "policy_parameter": text_of(
            [
                {
                    **row,
                    "value": {
                        "service_day_start_hour": "0",
                        "service_day_end_hour": "24",
                        "service_days_per_week": "7",
                    }.get(row["parameter"], row["value"]),
                }
                for row in rows_of(seed_text("policy_parameter"))
            ]
        )
    },
    "a service level of a minute": changed("policy_service_level", {"priority": "P1"}, response_hours="0.02"),
    "a reason that is no longer accepted": added("policy_override_reason", "tender,false,2026-01-01,Not any more"),
    "tiers that somebody else approved": added(
        "policy_tier_override",
        "K1,A,R1,R2,2026-01-01,,2026-01-01,Why",
        "K1,C,R1,R2,2026-03-01,2026-03-01,2026-02-01,Why",
    ),
    "complaints whoever asks": changed("policy_inquiry_type", {"inquiry_type": "complaint"}, fixed_priority="P1"),
    "a later row of a parameter": added("policy_parameter", "abc_a_cut_ratio,0.70,2026-04-01,ratio,Later"),
}

# policy -> words that a problem holds: where it is, what is wrong, what to do
WRONG: dict[str, tuple[Policy, tuple[str, ...]]] = {
    "a ratio of zero": (
        parameter("practical_capacity_ratio", "0"),
        ("policy_parameter.csv line ", "practical_capacity_ratio", "value is 0", "above 0", "at most 1"),
    ),
    "a time zone that nobody knows": (
        parameter("company_time_zone", "Europe/Berln"),
        (
            "policy_parameter.csv line ",
            "(parameter company_time_zone)",
            "closest known is 'Europe/Berlin'",
            "What to do",
        ),
    ),
    "a country that nobody knows": (parameter("holiday_country", "XX"), ("'XX' is no country", "DE-BY")),
    "a state that the country does not have": (parameter("holiday_country", "DE-NSW"), ("the states of DE are BB",)),
    "an hour after the last": (parameter("refresh_hour", "24"), ("refresh_hour", "at most 23")),
    "a ratio just above one": (parameter("practical_capacity_ratio", "1.000001"), ("1.000001", "at most 1")),
    "a ratio below the sixth decimal": (parameter("practical_capacity_ratio", "-0.0000001"), ("above 0",)),
    "a ratio written with a comma": (parameter("attainable_maximum_ratio", "0,80"), ("0,80", "written with a point")),
    "a ratio that is a word": (parameter("attainable_maximum_ratio", "high"), ("attainable_maximum_ratio", "high")),
    "an empty value": (parameter("attainable_maximum_ratio", ""), ("attainable_maximum_ratio", "is empty")),
    "a share of controls of one": (parameter("campaign_control_ratio", "1"), ("campaign_control_ratio", "below 1")),
    "a share of controls just below zero": (parameter("campaign_control_ratio", "-0.000001"), ("at least 0",)),
    "a smallest confidence below zero": (
        parameter("wallet_declaration_minimum_confidence_ratio", "-0.000001"),
        ("at least 0",),
    ),
    "a quantile of one": (parameter("wallet_quantile_ratio", "1"), ("wallet_quantile_ratio", "below 1")),
    "a quantile of zero": (parameter("wallet_median_quantile_ratio", "0"), ("above 0",)),
    "a median above the middle quantile": (
        parameter("wallet_median_quantile_ratio", "0.75"),
        ("wallet_median_quantile_ratio", "below wallet_middle_quantile_ratio", "0.75"),
    ),
    "a middle quantile that is the potential's": (
        parameter("wallet_middle_quantile_ratio", "0.90"),
        ("wallet_middle_quantile_ratio", "below wallet_quantile_ratio", "0.90"),
    ),
    "too few customers to learn from": (parameter("potential_training_minimum_count", "59"), ("at least 60",)),
    "a model that learns from too few": (parameter("potential_training_maximum_count", "59"), ("at least 60",)),
    "a backtest of nobody": (parameter("potential_backtest_minimum_count", "0"), ("at least 1",)),
    "a count of zero": (parameter("tier_hysteresis_quarters", "0"), ("tier_hysteresis_quarters", "at least 1")),
    "a count with a fraction": (parameter("tier_hysteresis_quarters", "2.5"), ("2.5", "a whole number")),
    "a count too large for a number": (parameter("inactive_after_months", "2147483648"), ("a whole number",)),
    "a cooldown below zero": (parameter("campaign_cooldown_quarters", "-1"), ("at least 0",)),
    "an A cut equal to the B cut": (
        parameter("abc_a_cut_ratio", "0.95"),
        ("abc_a_cut_ratio", "must be below abc_b_cut_ratio", "0.95"),
    ),
    "an A cut just above the B cut": (parameter("abc_a_cut_ratio", "0.950001"), ("must be below abc_b_cut_ratio",)),
    "a later B cut below the A cut that still holds": (
        added("policy_parameter", "abc_b_cut_ratio,0.80,2026-04-01,ratio,Later"),
        ("abc_a_cut_ratio", "0.80", "from 2026-04-01 on"),
    ),
    "more peers needed than wanted": (
        parameter("peer_minimum_count", "51"),
        ("peer_minimum_count", "at most peer_target_count"),
    ),
    "a shortest visit as long as the longest": (
        parameter("visit_minimum_minutes", "480"),
        ("visit_minimum_minutes", "below visit_maximum_minutes"),
    ),
    "half a contact a day": (parameter("inside_contacts_per_day", "12.5"), ("12.5", "a whole number")),
    "no contact a day": (parameter("inside_contacts_per_day", "0"), ("inside_contacts_per_day", "at least 1")),
    "less than a contact a day, at the lower end": (
        parameter("inside_contacts_per_day_low", "0.999999"),
        ("inside_contacts_per_day_low", "a whole number"),
    ),
    "part of a contact a day, at the upper end": (
        parameter("inside_contacts_per_day_high", "15.1"),
        ("inside_contacts_per_day_high", "a whole number"),
    ),
    "a range of contacts that begins above its end": (
        parameter("inside_contacts_per_day_low", "16"),
        ("inside_contacts_per_day_low", "at most inside_contacts_per_day_high"),
    ),
    "call lists of more than half a year": (parameter("inside_call_list_days", "131"), ("at most 130",)),
    "visits as the usual channel of inside sales": (
        parameter("inside_default_channel", "visit"),
        ("inside_default_channel", "phone, email, video, social"),
    ),
    "a loss of no quarter": (parameter("divestment_loss_quarters", "0"), ("at least 1",)),
    "a step that has no time": (parameter("divestment_step_quarters", "0"), ("at least 1",)),
    "loyalty of the first day": (parameter("loyalty_minimum_tenure_months", "0"), ("at least 1",)),
    "more than a touch a day": (touch(touches_per_year="367"), ("touches_per_year is 367", "between 0 and 366")),
    "fewer touches than none": (touch(touches_per_year="-1"), ("touches_per_year is -1",)),
    "an unknown way of steering": (touch(steering="ATACK"), ("ATACK is not known", "'ATTACK'")),
    "an unknown cell of touches": (
        touch(touch_cell="HIGH_BELOW_FEILD"),
        ("HIGH_BELOW_FEILD is not known", "'HIGH_BELOW_FIELD'"),
    ),
    "a missing cell of touches": (
        without("policy_touch_plan", touch_cell="LOW_SIGNIFICANT_INSIDE"),
        ("policy_touch_plan.csv", "LOW_SIGNIFICANT_INSIDE", "is missing"),
    ),
    "an approval before it was given": (
        approval("K1,EXIT,Anna,2026-04-02,2026-04-01,x"),
        ("policy_divestment_approval.csv line 2", "2026-04-02"),
    ),
    "an approval of nobody": (
        approval("K1,EXIT, ,2026-04-01,2026-04-01,x"),
        ("policy_divestment_approval.csv line 2",),
    ),
    "an approval of an unknown step": (
        approval("K1,LEAVE,Anna,2026-04-01,2026-04-01,x"),
        ("LEAVE is not known",),
    ),
    "an approval without a day": (approval("K1,EXIT,Anna,,2026-04-01,x"), ("approved_date is empty",)),
    "an alarm below the sign": (
        parameter("risk_overrun_alarm_factor", "1.999999"),
        ("risk_overrun_factor", "at most risk_overrun_alarm_factor"),
    ),
    "an interval window too short for a year": (parameter("risk_interval_months", "11"), ("at least 12",)),
    "more signs than there are": (parameter("risk_minimum_sign_count", "5"), ("at most 4",)),
    "an interval of one purchase": (parameter("risk_minimum_purchase_day_count", "1"), ("at least 2",)),
    "a criterion without a name": (
        parameter("supplier_rank_criterion_id", ""),
        ("supplier_rank_criterion_id", "is empty"),
    ),
    "a criterion with a blank before it": (
        parameter("supplier_count_criterion_id", " suppliers"),
        ("supplier_count_criterion_id", "a name without blanks around it"),
    ),
    "a group that nobody must buy": (parameter("whitespace_minimum_penetration_ratio", "0"), ("above 0",)),
    "a negative smallest amount": (parameter("whitespace_minimum_amount", "-0.01"), ("at least 0",)),
    "a lower quantile equal to the typical one": (
        parameter("whitespace_lower_quantile_ratio", "0.50"),
        ("whitespace_lower_quantile_ratio", "below whitespace_typical_quantile_ratio"),
    ),
    "a group discontinued after more than a year": (parameter("whitespace_group_active_months", "13"), ("at most 12",)),
    "no recommendation at all": (parameter("whitespace_maximum_per_customer", "0"), ("at least 1",)),
    "a step due at once": (step(due_days="0"), ("policy_whitespace_step.csv line ", "due_days is 0", "at least 1")),
    "a step due after the next quarter": (step(due_days="91"), ("due_days is 91", "at most 90")),
    "a step that says nothing": (step(next_step="  "), ("next_step", "not blanks")),
    "a step of an unknown channel": (
        added("policy_whitespace_step", "UP_SELL,PHONE,call,30,1900-01-01,x"),
        ("policy_whitespace_step.csv line 12", "channel PHONE is not known"),
    ),
    "a step of an unknown type": (
        added("policy_whitespace_step", "DOWN_SELL,KAM,call,30,1900-01-01,x"),
        ("opportunity_type", "DOWN_SELL"),
    ),
    "a group that replaces itself": (
        added("policy_substitute_group", "glue,glue,true,2026-01-01,"),
        ("policy_substitute_group.csv line 2", "another group"),
    ),
    "a substitute twice on a day": (
        added("policy_substitute_group", "glue,tape,true,2026-01-01,", "glue,tape,false,2026-01-01,"),
        ("policy_substitute_group.csv lines 2 and 3", "A key has one row a day"),
    ),
    "a negative weight": (parameter("crm_wallet_weight", "-0.000001"), ("crm_wallet_weight", "at least 0")),
    "more features than there are": (
        parameter("reclass_minimum_feature_coverage_ratio", "1.000001"),
        ("reclass_minimum_feature_coverage_ratio", "at most 1"),
    ),
    "a share of the growth potential named twice": (
        parameter("growth_concentration_low_ratio", "0.80"),
        ("growth_concentration_low_ratio", "below growth_concentration_ratio"),
    ),
    "a high share of the growth potential below the middle one": (
        parameter("growth_concentration_high_ratio", "0.80"),
        ("growth_concentration_ratio", "below growth_concentration_high_ratio"),
    ),
    "a factor that would make everybody over-served": (
        parameter("effort_balance_factor", "0.999999"),
        ("effort_balance_factor", "at least 1"),
    ),
    "lists without customers": (parameter("next_best_maximum_count", "0"), ("next_best_maximum_count", "at least 1")),
    "half a customer on a list": (parameter("next_best_maximum_count", "2.5"), ("a whole number",)),
    "no minutes between served and over-served": (parameter("effort_minimum_minutes", "0"), ("above 0",)),
    "all of the growth potential as a share": (parameter("growth_concentration_high_ratio", "1"), ("below 1",)),
    "an unknown tier measure": (parameter("tier_measure", "turnover"), ("tier_measure", "potential, net_revenue")),
    "a currency in words": (parameter("reporting_currency", "Euro"), ("reporting_currency", "three capital letters")),
    "a currency in small letters": (parameter("reporting_currency", "eur"), ("three capital letters",)),
    "a misspelt parameter": (
        changed("policy_parameter", {"parameter": "abc_a_cut_ratio"}, parameter="abc_a_cut_ration"),
        ("policy_parameter.csv line 3 ", "abc_a_cut_ration is not known", "the closest known is 'abc_a_cut_ratio'"),
    ),
    "a missing parameter": (
        without("policy_parameter", parameter="dunning_grace_days"),
        ("policy_parameter.csv", "dunning_grace_days", "is missing"),
    ),
    "a parameter twice on a day": (
        added("policy_parameter", "abc_a_cut_ratio,0.70,1900-01-01,ratio,Twice"),
        ("policy_parameter.csv lines 3 and ", "abc_a_cut_ratio", "one row a day"),
    ),
    "a ratio of a channel of zero": (
        channel(max_cost_ratio="0"),
        (
            "policy_channel.csv line 3 (channel FIELD, valid_from 1900-01-01)",
            "max_cost_ratio is 0",
            "above 0 and at most 1",
        ),
    ),
    "a ratio of a channel just above one": (channel(max_cost_ratio="1.000001"), ("max_cost_ratio is 1.000001",)),
    "a ratio of a channel that rounds to zero": (channel(max_cost_ratio="0.0000001"), ("max_cost_ratio",)),
    "no ratio of a channel": (channel(max_cost_ratio=""), ("line 3", "max_cost_ratio is empty")),
    "touches that cost nothing": (channel(cost_per_touch_amount="0"), ("cost_per_touch_amount is 0",)),
    "touches below zero": (channel(touches_per_year="-1"), ("touches_per_year is -1",)),
    "half a touch": (channel(touches_per_year="4.5"), ("line 3", "touches_per_year '4.5' is not a whole number")),
    "an unknown channel": (channel(channel="FEILD"), ("FEILD is not known", "the closest known is 'FIELD'")),
    "no field sales": (
        without("policy_channel", channel="FIELD"),
        ("policy_channel.csv", "channel FIELD", "is missing"),
    ),
    "two channels of a rank": (channel(intensity_rank="1"), ("intensity_rank 1 is also that of KAM",)),
    "a rank of zero": (channel(intensity_rank="0"), ("intensity_rank is 0",)),
    "a channel with an unknown pool": (
        channel(resource_pool="field_sale"),
        ("field_sale has no row in policy_resource_pool", "the closest known is 'field_sales'"),
    ),
    "a touch of an unknown channel": (
        added("policy_channel_touch", "SHOP,call,1900-01-01,x"),
        ("policy_channel_touch.csv line 8", "channel SHOP has no row in policy_channel"),
    ),
    "a touch by an unknown activity": (
        added("policy_channel_touch", "FIELD,vist,1900-01-01,x"),
        ("activity vist has no row in policy_activity", "'visit'"),
    ),
    "nobody in a campaign": (campaign(capacity_count="0"), ("capacity_count is 0", "above 0")),
    "part of a customer in a campaign": (
        campaign(capacity_count="0.5"),
        ("capacity_count '0.5' is not a whole number",),
    ),
    "all controls in a campaign": (campaign(control_ratio="1"), ("control_ratio is 1", "below 1")),
    "control ratio of a campaign below zero": (campaign(control_ratio="-0.000001"), ("control_ratio is -0.000001",)),
    "no minutes of the reps for a campaign": (campaign(rep_capacity_ratio="0"), ("rep_capacity_ratio is 0", "above 0")),
    "more than all minutes of the reps": (campaign(rep_capacity_ratio="1.000001"), ("rep_capacity_ratio is 1.000001",)),
    "no planned effect": (campaign(planned_effect_amount="0"), ("planned_effect_amount is 0",)),
    "an empty salt": (
        campaign(salt=""),
        ("policy_campaign_calendar.csv line 3 (campaign_id SOW-2026Q4)", "salt is empty"),
    ),
    "a salt of blanks": (campaign(salt="   "), ("salt is a text, not blanks",)),
    "an unknown campaign type": (campaign(campaign_type="SOV"), ("campaign_type SOV is not known", "'SOW'")),
    "an unknown status": (campaign(status="CLOSED"), ("status CLOSED is not known", "PLANNED, ACTIVE, DONE")),
    "a campaign inside a quarter": (campaign(quarter_start_date="2026-10-02"), ("quarter_start_date is 2026-10-02",)),
    "a German date": (campaign(quarter_start_date="01.10.2026"), ("line 3", "'01.10.2026' is not a date")),
    "two focuses in a quarter": (
        campaign(quarter_start_date="2026-04-01"),
        ("lines 2 and 3", "one campaign that is ACTIVE"),
    ),
    "a campaign twice": (campaign(campaign_id="SOW-2026Q2"), ("lines 2 and 3", "A campaign has one row")),
    "five campaigns in a year": (
        added(
            "policy_campaign_calendar",
            *(f"P{month},2026-{month:02}-01,ACCESS,Head of sales,,10,,,p{month},PLANNED,," for month in (1, 4, 7)),
        ),
        ("one of 5 in 2026", "four campaigns at most"),
    ),
    "a practical pool without minutes": (
        pool(capacity_mode="practical"),
        ("policy_resource_pool.csv line 6", "theoretical_minutes_per_month is empty", "set full_absorption"),
    ),
    "a practical pool without a source": (
        pool(capacity_mode="practical", capacity_source="", theoretical_minutes_per_month="100"),
        ("capacity_source is empty",),
    ),
    "a pool of zero minutes": (
        pool(capacity_mode="practical", theoretical_minutes_per_month="0"),
        ("theoretical_minutes_per_month is 0",),
    ),
    "an unknown capacity mode": (pool(capacity_mode="practicle"), ("practicle is not known", "'practical'")),
    "an unknown capacity source": (pool(capacity_source="reps"), ("capacity_source reps is not known", "'rep'")),
    "an unknown treatment": (pool(direct_cost_treatment="ledger"), ("direct_cost_treatment ledger is not known",)),
    "an activity with an unknown pool": (
        changed("policy_activity", {"activity": "dunning"}, resource_pool="acounting"),
        ("policy_activity.csv", "acounting has no row in policy_resource_pool", "'accounting'"),
    ),
    "an unknown activity": (
        changed("policy_activity", {"activity": "dunning"}, activity="duning"),
        ("duning is not known", "'dunning'"),
    ),
    "an activity without a time equation": (
        without("policy_time_equation", activity="dunning"),
        (
            "policy_activity.csv line ",
            "activity dunning has no row in policy_time_equation",
            "add the activity's minutes",
        ),
    ),
    "a time equation of an unknown activity": (
        added("policy_time_equation", "packing,event,5,1900-01-01,x"),
        ("policy_time_equation.csv line ", "activity packing has no row in policy_activity"),
    ),
    "an unknown driver": (minutes("dunning", "event", driver="events"), ("driver events is not known", "'event'")),
    "minutes below zero": (minutes("dunning", "event", minutes_per_unit="-0.0001"), ("minutes_per_unit is -0.0001",)),
    "a role with an unknown pool": (
        changed("policy_rep_role_pool", {"rep_role": "inside"}, resource_pool="inside"),
        ("policy_rep_role_pool.csv line 4", "inside has no row in policy_resource_pool", "'inside_sales'"),
    ),
    "an unknown role": (
        changed("policy_rep_role_pool", {"rep_role": "inside"}, rep_role="insider"),
        ("insider is not known", "'inside'"),
    ),
    "a cost centre with an unknown pool": (
        added("policy_cost_center_pool", "4711,,warehose,1900-01-01,x"),
        ("policy_cost_center_pool.csv line 2 (cost_center 4711", "warehose", "'warehouse'"),
    ),
    "a cost centre twice on a day": (
        added("policy_cost_center_pool", "4711,,warehouse,1900-01-01,x", "4711,,returns,1900-01-01,y"),
        ("policy_cost_center_pool.csv lines 2 and 3", "one row a day"),
    ),
    "a debtor decided twice on a day": (
        added("policy_customer_override", 'D1,A1,2026-01-01,"two\nlines"', "D2,A1,2026-01-01,x", "D1,A2,2026-01-01,y"),
        ("policy_customer_override.csv lines 2 and 5 (erp_customer_id D1", "A debtor has one row a day"),
    ),
    "a gap below the lowest class by employees": (
        size("MICRO", minimum_employee_count="2"),
        ("policy_size_class.csv line 2", "the lowest minimum_employee_count is 2, must be 1"),
    ),
    "a gap below the lowest class by revenue": (
        size("MICRO", minimum_annual_revenue_amount="0.01"),
        ("the lowest minimum_annual_revenue_amount is 0.01",),
    ),
    "two classes from the same number of employees on": (
        size("SMALL", minimum_employee_count="50"),
        ("minimum_employee_count 50 is also that of MEDIUM",),
    ),
    "two classes from the same revenue on": (
        size("SMALL", minimum_annual_revenue_amount="10000000.00"),
        ("minimum_annual_revenue_amount 10000000.00 is also that of MEDIUM",),
    ),
    "classes that overlap": (size("SMALL", minimum_employee_count="51"), ("SMALL", "MEDIUM", "same order")),
    "classes that overlap from a later day on": (
        added("policy_size_class", "SMALL,60,2000000.00,2026-01-01,Later"),
        ("policy_size_class.csv line", "MEDIUM", "same order"),
    ),
    "a limit below zero": (size("MICRO", minimum_annual_revenue_amount="-0.01"), ("Limits are at least 0",)),
    "a share of wallet below zero": (band("BELOW_10", minimum_sow_ratio="-0.000001"), ("at least 0", "at most 1")),
    "a share of wallet above one": (band("FULL", minimum_sow_ratio="1.000001"), ("at least 0", "at most 1")),
    "a gap below the lowest band": (
        band("BELOW_10", minimum_sow_ratio="0.000001"),
        (
            "policy_share_of_wallet_band.csv line 2",
            "the lowest minimum_sow_ratio",
            "must be 0",
            "begin the lowest band",
        ),
    ),
    "a later set of bands that begins above zero": (
        added("policy_share_of_wallet_band", "LOW,0.1,2026-01-01,Later", "HIGH,0.5,2026-01-01,Later"),
        ("policy_share_of_wallet_band.csv line 8", "the lowest minimum_sow_ratio", "must be 0"),
    ),
    "two bands from the same share on": (
        band("FROM_25", minimum_sow_ratio="0.1"),
        ("policy_share_of_wallet_band.csv lines 3 and 4", "No two bands"),
    ),
    "two bands of a name": (
        band("FROM_25", share_of_wallet_band="FROM_10"),
        ("policy_share_of_wallet_band.csv lines 3 and 4", "FROM_10", "one row a day"),
    ),
    "two criteria on an axis": (
        without("policy_criterion", axis="POTENTIAL", weight="1", source="manual"),
        ("policy_criterion.csv lines 2 and 3", "POTENTIAL has 2", "must be 3 to 5"),
    ),
    "six criteria on an axis": (
        added("policy_criterion", "price,ATTRACTIVENESS,Price,1,HIGHER_IS_BETTER,1,5,manual,,365,talk,,1900-01-01,x"),
        ("policy_criterion.csv lines 6 and 7", "ATTRACTIVENESS has 6", "must be 3 to 5"),
    ),
    "a later set without one of the axes": (
        added(
            "policy_criterion",
            *(f"p{n},POTENTIAL,P,1,HIGHER_IS_BETTER,1,5,manual,,365,,,2026-01-01,x" for n in range(3)),
        ),
        ("policy_criterion.csv", "2026-01-01", "ATTRACTIVENESS has 0"),
    ),
    "a weight of zero": (criterion("growth", weight="0"), ("policy_criterion.csv line 4", "weight is 0", "above 0")),
    "a negative weight of a criterion": (criterion("growth", weight="-0.0001"), ("weight is above 0",)),
    "a scale without length": (criterion("growth", scale_min="5"), ("scale_min is 5", "scale_min is below scale_max")),
    "a scale upside down": (criterion("growth", scale_max="0.999999"), ("scale_min is below scale_max",)),
    "an unknown direction": (criterion("growth", direction="LOWER"), ("LOWER", "LOWER_IS_BETTER")),
    "an unknown axis": (criterion("growth", axis="POTENTIALS"), ("POTENTIALS", "'POTENTIAL'")),
    "an unknown measure": (criterion("order_errors", metric="order_error"), ("order_error", "'order_errors'")),
    "a computed criterion without a measure": (
        criterion("order_errors", metric=""),
        ("source is computed", "A computed criterion has a metric"),
    ),
    "a manual criterion with a measure": (criterion("growth", metric="revenue_growth"), ("a manual one has none",)),
    "a rating that never counts": (criterion("growth", max_age_days="0"), ("max_age_days is 0", "at least 1")),
    "a rating that never ages": (criterion("growth", max_age_days=""), ("max_age_days is empty", "at least 1")),
    "a measure that ages": (criterion("order_errors", max_age_days="9"), ("a computed one has none",)),
    "a criterion that nobody can improve": (
        criterion("relationship", weakest_action=" "),
        ("weakest_action", "what is to be done"),
    ),
    "a criterion with a blank in front": (criterion("growth", criterion_id=" growth"), ("a name without blanks",)),
    "a campaign nobody runs": (criterion("growth", campaign_type="PRICE"), ("PRICE", "campaign_type")),
    "a criterion twice on a day": (
        criterion("growth", criterion_id="supply_share"),
        ("policy_criterion.csv lines 3 and 4", "one row a day"),
    ),
    "a zone without an action": (without("policy_zone_action", zone="HOLD"), ("HOLD", "is missing")),
    "a cut of zero": (parameter("portfolio_potential_cut_score", "0"), ("above 0",)),
    "a cut beyond the scores": (parameter("portfolio_attractiveness_cut_score", "100.0001"), ("at most 100",)),
    "zones of what nobody rated": (parameter("portfolio_minimum_coverage_ratio", "0"), ("above 0",)),
    "a weight that is taken away": (parameter("portfolio_weight_change_ratio", "1"), ("below 1",)),
    "no share of wallet at all is significant": (
        parameter("share_of_wallet_significant_ratio", "0"),
        ("share_of_wallet_significant_ratio", "above 0"),
    ),
    "more than a customer comes back": (parameter("loss_recoverable_ratio", "1.000001"), ("at most 1",)),
    "inquiries forgotten within the quarter": (parameter("inquiry_maximum_age_days", "91"), ("at least 92",)),
    "a priority that there is not": (
        parameter("inquiry_unknown_customer_priority", "P5"),
        ("inquiry_unknown_customer_priority", "P5", "one of P1, P2, P3, P4"),
    ),
    "a working day without an hour": (
        parameter("service_day_start_hour", "17"),
        ("service_day_start_hour", "is below service_day_end_hour"),
    ),
    "a week of eight days": (parameter("service_days_per_week", "8"), ("at most 7",)),
    "an exception delivers without anything": (parameter("override_delivered_minimum_ratio", "0"), ("above 0",)),
    "a matrix with a hole": (
        without("policy_priority_matrix", matrix_cell="MID_BELOW"),
        ("MID_BELOW", "is missing", "Each cell has a row"),
    ),
    "a cell that nobody asks for": (
        changed("policy_priority_matrix", {"matrix_cell": "MID_BELOW"}, matrix_cell="MID_LOW"),
        ("MID_LOW", "'MID_BELOW'"),
    ),
    "a cell with a priority that there is not": (
        changed("policy_priority_matrix", {"matrix_cell": "MID_BELOW"}, priority="P0"),
        ("P0", "priority is one of four"),
    ),
    "a priority without a service level": (without("policy_service_level", priority="P4"), ("P4", "is missing")),
    "a service level of no time": (
        changed("policy_service_level", {"priority": "P1"}, response_hours="0"),
        ("policy_service_level.csv line 2", "response_hours is 0", "above 0"),
    ),
    "a tier approved by the one who asked": (
        added("policy_tier_override", "K1,A,R1,R2,2026-01-01,,2026-01-01,x", "K1,A,R1, r1,2026-01-01,,2026-02-01,x"),
        ("policy_tier_override.csv line 3", "approver_id is", "somebody else"),
    ),
    "a tier that nobody approved": (
        added("policy_tier_override", "K1,A,R1,,2026-01-01,,2026-01-01,x"),
        ("policy_tier_override.csv line 2", "approver_id", "Never empty"),
    ),
    "a tier that is none": (
        added("policy_tier_override", "K1,D,R1,R2,2026-01-01,,2026-01-01,x"),
        ("policy_tier_override.csv line 2", "tier is one of four"),
    ),
    "a tier that ends before its approval": (
        added("policy_tier_override", "K1,A,R1,R2,2026-01-02,2026-01-01,2026-01-01,x"),
        ("policy_tier_override.csv line 2", "valid_until is"),
    ),
    "a reason with a blank behind it": (
        changed("policy_override_reason", {"reason_code": "tender"}, reason_code="tender "),
        ("policy_override_reason.csv line 6", "without blanks"),
    ),
    "a type without a row": (without("policy_inquiry_type", inquiry_type="unknown"), ("unknown", "is missing")),
    "a type that there is not": (
        changed("policy_inquiry_type", {"inquiry_type": "service"}, inquiry_type="support"),
        ("support", "one of six"),
    ),
    "an inquiry that takes no time": (
        changed("policy_inquiry_type", {"inquiry_type": "service"}, handling_minutes="0"),
        ("policy_inquiry_type.csv line 4", "handling_minutes is 0", "above 0"),
    ),
    "a fixed priority that there is not": (
        changed("policy_inquiry_type", {"inquiry_type": "legal_safety"}, fixed_priority="P9"),
        ("P9", "fixed_priority is one of four"),
    ),
    "an unknown limit": (
        changed("policy_quality_limit", {"limit_name": "score_minimum"}, limit_name="scores_minimum"),
        ("scores_minimum is not known", "'score_minimum'"),
    ),
    "a missing limit": (without("policy_quality_limit", limit_name="score_minimum"), ("score_minimum", "is missing")),
    "a quarantine limit above one": (limit("quarantine_maximum_ratio", "1.000001"), ("at most 1",)),
    "a drift limit of zero": (limit("revenue_drift_ratio", "0"), ("revenue_drift_ratio", "above 0")),
    "a scale of one point": (limit("score_minimum", "5"), ("must be below score_maximum",)),
}


@pytest.mark.parametrize("policy", RIGHT.values(), ids=RIGHT)
def test_what_can_be_right_is_accepted(policy: Policy, problems: CheckPolicy) -> None:
    assert problems(policy, date(2026, 1, 1)) == ()


@pytest.mark.parametrize(("policy", "words"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_right_is_named(policy: Policy, words: tuple[str, ...], problems: CheckPolicy) -> None:
    found = problems(policy)
    assert any(all(word in one for word in words) for one in found), "\n".join(found) or "accepted"


@pytest.mark.parametrize(
    "seed",
    [
        "policy_activity",
        "policy_channel",
        "policy_channel_touch",
        "policy_inquiry_type",
        "policy_override_reason",
        "policy_priority_matrix",
        "policy_rep_role_pool",
        "policy_resource_pool",
        "policy_quality_limit",
        "policy_service_level",
        "policy_share_of_wallet_band",
        "policy_criterion",
        "policy_size_class",
        "policy_zone_action",
        "policy_time_equation",
    ],
)
def test_a_row_twice_and_a_row_without_its_first_day_are_named(seed: str, problems: CheckPolicy) -> None:
    rows = rows_of(seed_text(seed))
    found = problems({seed: text_of([*rows, rows[0]])})
    assert any(f"{seed}.csv lines 2 and {len(rows) + 2} " in one and "one row a day" in one for one in found), found
    found = problems({seed: text_of([{**rows[0], "valid_from": ""}, *rows[1:]])})
    assert any(f"{seed}.csv line 2 " in one and "valid_from is empty" in one for one in found), found


@pytest.mark.parametrize(("begins", "is_right"), [("2025-12-31", True), ("2026-01-01", True), ("2026-01-02", False)])
def test_what_holds_from_the_first_day_computed_on_is_accepted(
    begins: str, is_right: bool, problems: CheckPolicy
) -> None:
    """A parameter, a channel, a pool and a time equation that begin before, on and after the first day of the quarters."""
    policies = (
        changed("policy_parameter", {"parameter": "dunning_grace_days"}, valid_from=begins),
        channel(valid_from=begins),
        changed("policy_resource_pool", {"resource_pool": "accounting"}, valid_from=begins),
        minutes("dunning", "event", valid_from=begins),
    )
    for policy in policies:
        # Without a first day it is not known yet what is missing: the rows are there.
        assert problems(policy) == ()
        found = problems(policy, date(2026, 1, 1))
        assert (found == ()) == is_right, found
        assert is_right or "2026-01-02" in found[0]
    # What begins as late as the row that names it leaves nothing open.
    late = changed("policy_activity", {"activity": "dunning"}, valid_from=begins)
    assert problems({**minutes("dunning", "event", valid_from=begins), **late}, date(2020, 1, 1)) == ()


def test_all_problems_of_all_files_are_told_at_once(problems: CheckPolicy) -> None:
    found = problems(
        {
            **channel(max_cost_ratio="0"),
            **campaign(capacity_count="many", quarter_start_date="soon"),
            "policy_size_class": "size_class;minimum_employee_count\nMICRO;1\n",
            "policy_activity": 'activity,resource_pool\n"visit,field_sales\n',
            "policy_prices": "price\n1\n",
            **parameter("peer_target_count", "0"),
        }
    )
    for words in (
        ("policy_channel.csv line 3", "max_cost_ratio is 0"),
        ("policy_campaign_calendar.csv line 3", "capacity_count 'many'"),
        ("policy_campaign_calendar.csv line 3", "quarter_start_date 'soon'"),
        ("policy_size_class.csv line 1", "separated by commas"),
        ("policy_activity.csv", "cannot be read"),
        ("policy_prices.csv", "replaces no policy seed", "policy_parameter"),
        ("policy_parameter.csv line", "peer_target_count"),
    ):
        assert any(all(word in one for word in words) for one in found), (words, found)


@pytest.mark.parametrize(
    ("content", "word"),
    [("", "policy_size_class.csv"), ("size_class,minimum_employee_count\nMICRO,1,2,3\n", "policy_size_class.csv")],
)
def test_a_file_that_is_no_table_is_named(content: str, word: str, problems: CheckPolicy) -> None:
    found = problems({"policy_size_class": content})
    assert found and all(word in one for one in found), found


def test_many_broken_rows_are_told_as_twenty_and_a_number(problems: CheckPolicy) -> None:
    lines = [f"{number},,nowhere,1900-01-01,x" for number in range(25)]
    found = problems(added("policy_cost_center_pool", *lines))
    assert len(found) == 21
    assert "and 5 rows more" in found[-1]


def test_a_rule_that_only_warns_lets_the_policy_pass(problems: CheckPolicy) -> None:
    assert problems(campaign(salt="sow-2026q2")) == ()


def test_every_parameter_that_is_read_has_a_rule_and_no_other(project: DbtProject) -> None:
    """One without a rule is refused as unknown; a rule without a reader asks for a row that decides nothing."""
    [rules] = [
        node["test_metadata"]["kwargs"]["rules"]
        for node in project.document["nodes"].values()
        if node["name"] == "policy_parameter_value_is_possible"
    ]
    # What the schedules go by is read by no model.
    read = {company.TIME_ZONE, company.HOLIDAY_COUNTRY, *company.HOURS}
    for path in (PROJECT_DIR / "models").rglob("*.sql"):
        read.update(re.findall(r"\bparameter = '(\w+)'", path.read_text(encoding="utf-8")))
    assert read == set(rules)
