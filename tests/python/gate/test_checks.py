"""Each kind of check at its limit, just below and just above, through the suites that use it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from great_expectations.expectations import Expectation

from expectations import checks
from orchestration.gate.evaluate import evaluate
from orchestration.gate.result import GateResult

from .warehouse import Rows, write_warehouse


@dataclass(frozen=True)
class Case:
    """A check of a suite: rows that it accepts, rows that it does not, and how it tells of them."""

    kind: str
    table: str
    check: str
    good: Rows
    bad: Rows
    observed: str
    detail: str
    severity: str = "critical"
    others: dict[str, Rows] = field(default_factory=dict)
    setup: Sequence[str] = ()

    def __str__(self) -> str:
        return f"{self.table}: {self.check}"


def keyed(column: str, key: str, values: dict[str, Any]) -> Rows:
    return [{key: name, column: value} for name, value in values.items()]


def line(invoice_id: str, **columns: Any) -> dict[str, Any]:
    return {
        "invoice_id": invoice_id,
        "line_number": 1,
        "document_type": "invoice",
        "erp_customer_id": "K1",
        "posting_date": "2026-01-15",
        "net_amount": "1.00",
        "currency_code": "EUR",
        **columns,
    }


def segment(customer_id: str, amount: str, **columns: Any) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "quarter_start_date": "2025-10-01",
        "is_provisional": False,
        "net_revenue_amount": Decimal(amount),
        "tier_effective": "A",
        **columns,
    }


CASES = [
    Case(
        "unique",
        "input_layer.account",
        "unique account_id",
        good=[{"account_id": "A1"}, {"account_id": "A2"}],
        bad=[{"account_id": "A2"}],
        observed="1 rows",
        detail="account_id A2, row_count 2",
    ),
    Case(
        "unique",
        "published.customer_segments",
        "unique quarter_start_date, customer_id",
        good=[segment("K1", "1.00"), segment("K1", "1.00", quarter_start_date="2025-07-01")],
        bad=[segment("K1", "2.00")],
        observed="1 rows",
        detail="quarter_start_date 2025-10-01, customer_id K1, row_count 2",
    ),
    Case(
        "present",
        "published.campaign_targets",
        "arm present",
        good=keyed("arm", "customer_id", {"K1": "CONTROL"}),
        bad=keyed("arm", "customer_id", {"K2": None}),
        observed="1 of 2 rows",
        detail="campaign_id None, customer_id K2, arm None",
    ),
    Case(
        "one_of",
        "published.campaign_targets",
        "arm in list",
        good=keyed("arm", "customer_id", {"K1": "CONTROL", "K2": "TREATMENT", "K3": None}),
        bad=keyed("arm", "customer_id", {"K4": "control"}),
        observed="1 of 4 rows",
        detail="campaign_id None, customer_id K4, arm control",
    ),
    Case(
        "between",
        "input_layer.rep",
        "full_time_equivalent in range",
        good=keyed("full_time_equivalent", "rep_id", {"zero": "0", "two": "2", "unknown": None}),
        bad=keyed("full_time_equivalent", "rep_id", {"below": "-0.01", "above": "2.01"}),
        observed="2 of 5 rows",
        detail="rep_id above, full_time_equivalent 2.0100 | rep_id below, full_time_equivalent -0.0100",
        severity="warning",
    ),
    Case(
        "between",
        "input_layer.criterion_rating",
        "score in range",
        good=keyed("score", "account_id", {"lowest": "1", "highest": "5"}),
        bad=keyed("score", "account_id", {"below": "0.99", "above": "5.01"}),
        observed="2 of 4 rows",
        detail="account_id above, criterion_id None, rated_date None, rater_id None, score 5.0100 |"
        " account_id below, criterion_id None, rated_date None, rater_id None, score 0.9900",
        severity="warning",
    ),
    Case(
        "no_rows",
        "input_layer.criterion_rating",
        "criterion is known to the policy",
        good=keyed(
            "criterion_id", "account_id", {"K1": "future_demand", "K2": "supplier_rank", "K3": "supplier_count"}
        ),
        bad=keyed("criterion_id", "account_id", {"K4": "Future demand", "K5": "Future demand"}),
        observed="1 rows",
        detail="criterion_id Future demand, row_count 2",
        severity="warning",
    ),
    Case(
        "between",
        "published.cost_reconciliation",
        "difference_amount in range",
        good=keyed("difference_amount", "resource_pool", {"none": "0.00"}),
        bad=keyed("difference_amount", "resource_pool", {"less": "-0.01", "more": "0.01"}),
        observed="2 of 3 rows",
        detail="month_start_date None, resource_pool less, difference_amount -0.01 |"
        " month_start_date None, resource_pool more, difference_amount 0.01",
    ),
    Case(
        "between",
        "input_layer.exchange_rate",
        "rate_to_reporting in range",
        good=keyed("rate_to_reporting", "currency_code", {"IDR": "0.000001"}),
        bad=keyed("rate_to_reporting", "currency_code", {"USD": "0"}),
        observed="1 of 2 rows",
        detail="currency_code USD, rate_date None, rate_to_reporting 0.00000000",
    ),
    Case(
        "no_rows",
        "input_layer.invoice_line",
        "discount in range",
        good=[
            line("none", list_amount="100.00", net_amount="100.00"),
            line("all", list_amount="100.00", net_amount="0.00"),
            line("credit", list_amount="100.00", net_amount="-100.00", document_type="credit_note"),
        ],
        bad=[
            line("above list", list_amount="100.00", net_amount="100.01"),
            line("below nothing", list_amount="100.00", net_amount="-0.01"),
        ],
        observed="2 rows",
        detail="data_source canonical, invoice_id above list, line_number 1, list_amount 100.00, net_amount 100.01 |"
        " data_source canonical, invoice_id below nothing, line_number 1, list_amount 100.00, net_amount -0.01",
        severity="warning",
    ),
    Case(
        "no_rows",
        "input_layer.activity",
        "duration of visits in range",
        good=[
            {"activity_id": name, "account_id": "A1", "activity_type": kind, "duration_minutes": minutes}
            for name, kind, minutes in (
                ("5", "visit", 5),
                ("480", "visit", 480),
                ("?", "visit", None),
                ("1", "call", 1),
            )
        ],
        bad=[
            {"activity_id": name, "account_id": "A1", "activity_type": "visit", "duration_minutes": minutes}
            for name, minutes in (("4", 4), ("481", 481))
        ],
        observed="2 rows",
        detail="data_source canonical, activity_id 4, account_id A1, duration_minutes 4.0000 |"
        " data_source canonical, activity_id 481, account_id A1, duration_minutes 481.0000",
        severity="warning",
    ),
    Case(
        "no_rows",
        "published.customer_segments",
        "revenue of closed quarters as last published",
        good=[segment("K1", "130.00"), segment("K1", "900.00", quarter_start_date="2026-01-01", is_provisional=True)],
        bad=[segment("K2", "0.01")],
        observed="1 rows",
        detail="quarter_start_date 2025-10-01, net_revenue_amount 130.01, published_before 100.00",
        severity="warning",
        setup=(
            "insert into ledger.publication values"
            " (1, 'first', 'canonical', '2025-10-01', false, 5), (2, 'last', 'canonical', '2025-10-01', false, 100),"
            " (2, 'last', 'canonical', '2026-01-01', true, 1), (3, 'this run', 'canonical', '2025-10-01', false, 5)",
        ),
    ),
    Case(
        "at_least",
        "published.customer_segments",
        "revenue with a CRM account",
        good=[segment("K1", "95.00", account_id="A1"), segment("K2", "5.00")],
        bad=[segment("K3", "0.01")],
        observed="0.949905",
        detail="",
        severity="warning",
        others={"input_layer.account": [{"account_id": "A1"}]},
    ),
    Case(
        "not_after_load",
        "input_layer.invoice_line",
        "posting_date not after the load date",
        good=[line("the day of the load", posting_date="2026-01-31")],
        bad=[line("the day after", posting_date="2026-02-01")],
        observed="1 rows",
        detail="data_source canonical, invoice_id the day after, line_number 1, posting_date 2026-02-01",
    ),
    Case(
        "not_after_load",
        "input_layer.inquiry",
        "received_at not after the load date",
        good=[{"inquiry_id": "at the load", "received_at": "2026-01-31 12:00:00"}],
        bad=[{"inquiry_id": "a second later", "received_at": "2026-01-31 12:00:01"}],
        observed="1 rows",
        detail="data_source canonical, inquiry_id a second later, received_at 2026-01-31 12:00:01",
    ),
    Case(
        "convertible",
        "input_layer.invoice_line",
        "exchange rate on or before the day",
        good=[line("in euro", posting_date="2020-01-01"), line("on the day", currency_code="USD")],
        bad=[
            line("the day before", currency_code="USD", posting_date="2026-01-14"),
            line("no rate at all", currency_code="GBP"),
        ],
        observed="2 rows",
        detail="currency_code GBP, posting_date 2026-01-15, row_count 1 |"
        " currency_code USD, posting_date 2026-01-14, row_count 1",
        others={
            "input_layer.exchange_rate": [
                {"currency_code": "USD", "rate_date": "2026-01-15", "rate_to_reporting": "0.9"},
            ]
        },
    ),
]


def result_of(case: Case, rows: Rows, folder: Path) -> GateResult:
    layer, entity = case.table.split(".")
    path = write_warehouse(folder / "warehouse.duckdb", {**case.others, case.table: rows}, case.setup)
    results, _ = evaluate(path, layer, [entity])
    [result] = [one for one in results if one.check_name == case.check]
    return result


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_check_accepts_what_lies_at_its_limit(case: Case, tmp_path: Path) -> None:
    result = result_of(case, case.good, tmp_path)
    assert result.is_passed, result.sentence()
    assert (result.severity, result.detail, result.remedy) == (case.severity, "", "")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_check_refuses_what_lies_beyond_and_names_the_rows_and_the_remedy(case: Case, tmp_path: Path) -> None:
    result = result_of(case, [*case.good, *case.bad], tmp_path)
    assert not result.is_passed
    assert result.blocks == (case.severity == "critical")
    assert result.observed == case.observed
    assert result.detail == case.detail
    assert result.remedy or case.kind in ("present", "one_of")
    told = result.sentence()
    assert told.startswith(f"{case.table.split('.')[1]}: {case.check}: {case.observed}, expected ")
    assert case.detail in told and result.remedy in told


def test_every_kind_of_check_is_among_the_cases() -> None:
    kinds = {
        name
        for name, function in inspect.getmembers(checks, inspect.isfunction)
        if function.__module__ == checks.__name__ and function.__annotations__.get("return") == Expectation.__name__
    }
    assert kinds and kinds == {case.kind for case in CASES}


def test_a_measure_without_anything_to_measure_passes_and_says_so(tmp_path: Path) -> None:
    path = write_warehouse(tmp_path / "warehouse.duckdb", {"published.customer_segments": [segment("K1", "1.00")]})
    results, broken = evaluate(path, "published")
    [link] = [one for one in results if one.check_name == "revenue with a CRM account"]
    assert (link.is_passed, link.observed, broken) == (True, "not measurable", [])
