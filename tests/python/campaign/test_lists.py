"""From eligible customers and the ledger to published lists, on the compiled SQL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

SNAPSHOT = date(2026, 7, 1)
QUARTER = date(2026, 10, 1)
CUSTOMERS = [f"K{number}" for number in range(12)]
COOLDOWN_QUARTERS = 2
#: Quarter of each other campaign and whether it is still active.
OTHER_CAMPAIGNS = {
    "parallel": (QUARTER, True),
    "last quarter": (SNAPSHOT, False),
    "two quarters ago": (date(2026, 4, 1), False),
    "three quarters ago": (date(2026, 1, 1), False),
    "overdue": (date(2025, 10, 1), True),
    "next quarter": (date(2027, 1, 1), True),
}


class Listed(NamedTuple):
    """A row of the ledger."""

    campaign_id: str
    customer_id: str
    arm: str
    list_version: int


ledgers = st.lists(
    st.builds(
        Listed,
        st.sampled_from([*OTHER_CAMPAIGNS, "SOW"]),
        st.sampled_from(CUSTOMERS),
        st.sampled_from(["TREATMENT", "CONTROL"]),
        st.sampled_from([1, 2]),
    ),
    max_size=15,
    unique_by=lambda row: (row.campaign_id, row.customer_id, row.list_version),
)


def publish(models: CompiledModels, ledger: list[Listed], capacity: int = 100) -> tuple[list[Any], dict[str, str]]:
    """Targets (campaign, customer, arm, version) and reasons of the excluded customers of the campaign SOW."""
    models.fill("marts.dim_quarter", [{"quarter_start_date": SNAPSHOT, "as_of_date": date(2026, 9, 30)}])
    models.fill(
        "intermediate.int_policy__by_quarter",
        [
            {
                "quarter_start_date": SNAPSHOT,
                "campaign_control_ratio": Decimal("0.2"),
                "campaign_rep_capacity_ratio": Decimal("0.1"),
                "campaign_touches_per_customer": 2,
                "theoretical_minutes_per_fte_month": Decimal(8800),
                "practical_capacity_ratio": Decimal("0.8"),
                "campaign_minimum_share_gap_ratio": Decimal("0.1"),
                "campaign_cooldown_quarters": COOLDOWN_QUARTERS,
                "reporting_currency": "EUR",
            }
        ],
    )
    models.fill(
        "policy.policy_campaign_calendar",
        [
            {
                "campaign_id": campaign,
                "quarter_start_date": quarter,
                "campaign_type": "SOW" if campaign == "SOW" else "PROCESS",
                "status": "ACTIVE" if is_active else "DONE",
                "capacity_count": capacity,
                "salt": "salt",
            }
            for campaign, (quarter, is_active) in {**OTHER_CAMPAIGNS, "SOW": (QUARTER, True)}.items()
        ],
    )
    models.fill(
        "ledger.campaign_target",
        [
            {
                **row._asdict(),
                "quarter_start_date": OTHER_CAMPAIGNS.get(row.campaign_id, (QUARTER, True))[0],
                "rank": 1,
                "score": Decimal("1.00"),
                "frozen_at": datetime.fromisoformat("2026-10-01T08:00:00"),
            }
            for row in ledger
        ],
    )
    snapshot = [{"customer_id": customer, "quarter_start_date": SNAPSHOT} for customer in CUSTOMERS]
    models.fill("marts.dim_customer", [{"customer_id": customer} for customer in CUSTOMERS])
    models.fill(
        "intermediate.int_customer__by_quarter",
        [{**row, "lifecycle_status": "active", "is_in_population": True} for row in snapshot],
    )
    models.fill(
        "intermediate.int_segmentation__tier",
        [{**row, "potential_class": "HIGH", "abc_revenue_class": "A"} for row in snapshot],
    )
    models.fill(
        "intermediate.int_potential__wallet_by_customer_quarter",
        [
            {
                **row,
                "sow_ratio": Decimal("0.2"),
                "attainable_sow_ratio": Decimal("0.5"),
                "opportunity_amount": Decimal(100 + number),
                "wallet_source": "norm",
            }
            for number, row in enumerate(snapshot)
        ],
    )
    for empty in (
        "intermediate.int_threshold__by_customer_quarter",
        "intermediate.int_campaign__open_escalation",
        "intermediate.int_campaign__contact_consent",
        "intermediate.int_customer__crosswalk",
        "intermediate.int_campaign__process_error",
        "intermediate.int_campaign__process_rate",
        "input_layer.input_layer__contact",
        "input_layer.input_layer__activity",
        "ledger.campaign_list",
        "ledger.campaign_exclusion",
        "marts.dim_rep",
    ):
        models.fill(empty, [])
    models.build(
        "int_campaign__issued_list",
        "int_campaign__issued_target",
        "int_campaign__issued_exclusion",
        "int_campaign__selection_basis",
        "int_campaign__earlier_list",
        "int_campaign__rep_capacity",
        "int_campaign__share_of_wallet_candidate",
        "int_campaign__process_index",
        "int_campaign__process_candidate",
        "int_campaign__access_known",
        "int_campaign__buying_center",
        "int_campaign__access_candidate",
        "int_campaign__candidate_by_quarter",
        "int_campaign__candidate",
        "int_campaign__place",
        "int_campaign__selection",
        "campaign_targets",
        "campaign_exclusions",
    )
    targets = models.rows(
        "select campaign_id, customer_id, arm, list_version from published.campaign_targets order by all"
    )
    reasons = dict(models.rows("select customer_id, reason from published.campaign_exclusions"))
    return targets, reasons


def expected_reason(customer: str, ledger: list[Listed]) -> str | None:
    """The first reason in the ledger that keeps a customer out of the campaign of 2026Q4."""

    def index(quarter: date) -> int:
        return quarter.year * 4 + (quarter.month + 2) // 3

    earlier = [
        (row.arm, index(QUARTER) - index(OTHER_CAMPAIGNS[row.campaign_id][0]), OTHER_CAMPAIGNS[row.campaign_id][1])
        for row in ledger
        if row.customer_id == customer and row.campaign_id != "SOW"
    ]
    if any(is_active and age >= 0 for _, age, is_active in earlier):
        return "IN_ANOTHER_ACTIVE_CAMPAIGN"
    if any(arm == "CONTROL" and age == 1 for arm, age, _ in earlier):
        return "CONTROL_LAST_QUARTER"
    if any(arm == "TREATMENT" and 1 <= age <= COOLDOWN_QUARTERS for arm, age, _ in earlier):
        return "COOL_DOWN"
    return None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledger=ledgers)
def test_earlier_lists_decide_who_may_be_selected(models: CompiledModels, ledger: list[Listed]) -> None:
    """Nobody is in two active campaigns, control customers are left alone for a quarter, the treated for two."""
    ledger = [row for row in ledger if row.campaign_id != "SOW"]
    targets, reasons = publish(models, ledger)
    expected = {customer: expected_reason(customer, ledger) for customer in CUSTOMERS}
    assert reasons == {customer: reason for customer, reason in expected.items() if reason}
    assert {customer for campaign, customer, *_ in targets if campaign == "SOW"} == {
        customer for customer, reason in expected.items() if reason is None
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledger=ledgers, capacity=st.integers(min_value=0, max_value=15))
def test_issued_lists_are_published_in_their_latest_version(
    models: CompiledModels, ledger: list[Listed], capacity: int
) -> None:
    targets, reasons = publish(models, ledger, capacity)
    latest: dict[str, int] = {}
    for row in ledger:
        latest[row.campaign_id] = max(latest.get(row.campaign_id, 0), row.list_version)
    issued = {
        (row.campaign_id, row.customer_id, row.arm, row.list_version)
        for row in ledger
        if row.list_version == latest[row.campaign_id]
    }
    proposed = [target for target in targets if target[3] == 0]
    assert {target for target in targets if target[3] > 0} == issued
    assert not proposed or "SOW" not in latest, "a proposal only where nothing was issued"
    assert sum(arm == "TREATMENT" for _, _, arm, _ in proposed) <= capacity
    listed = [(campaign, customer) for campaign, customer, *_ in targets]
    assert len(listed) == len(set(listed))
    assert not {customer for campaign, customer in listed if campaign == "SOW"} & set(reasons)
