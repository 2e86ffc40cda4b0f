"""Trailing revenue against a plain sum over the lines, and snapshots against data of later days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels
from .company import build_company

pytestmark = pytest.mark.slow

# No shrinking: an example is a build of all models, and hundreds of them would be needed.
examples = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

FIRST_DAY = date(2024, 1, 1)
# The last day lies within a quarter, which is then provisional.
DAYS = 810
BOUNDARY_DAYS = [DAYS, DAYS - 364, DAYS - 365]
CENT = Decimal("0.01")
DEBTORS = [f"D{number}" for number in range(1, 9)]
PRODUCTS = [
    {"product_id": "P1", "product_name": "P1", "product_group": "tools", "standard_cost_amount": Decimal("1.2345")},
    {"product_id": "P2", "product_name": "P2", "product_group": "tools", "standard_cost_amount": None},
    {"product_id": "P3", "product_name": "P3", "product_group": "parts", "standard_cost_amount": None},
]
RATES = [
    {
        "currency_code": "USD",
        "rate_date": date(2023, 12, 29),
        "rate_to_reporting": Decimal("0.90515"),
        "data_source": "s",
    },
    {"currency_code": "USD", "rate_date": date(2025, 3, 7), "rate_to_reporting": Decimal("0.5"), "data_source": "s"},
]


days = st.one_of(st.integers(min_value=0, max_value=DAYS), st.sampled_from(BOUNDARY_DAYS))


@st.composite
def invoice_lines(draw: st.DrawFn) -> list[dict[str, Any]]:
    lines = []
    for number in range(draw(st.integers(min_value=1, max_value=60))):
        document_type = draw(st.sampled_from(["invoice"] * 5 + ["credit_note", "bonus"]))
        sign = 1 if document_type == "invoice" else -1
        cents = draw(st.integers(min_value=0, max_value=100_000))
        lines.append(
            {
                "invoice_id": f"I{number}",
                "line_number": 1,
                "document_type": document_type,
                "erp_customer_id": draw(st.sampled_from(DEBTORS)),
                "product_id": draw(st.sampled_from(["P1", "P2", "P3", None])),
                "posting_date": FIRST_DAY + timedelta(days=draw(days)),
                "quantity": draw(st.sampled_from([Decimal(3), None])),
                "list_amount": draw(st.sampled_from([sign * (cents + 100) * CENT, None])),
                "net_amount": sign * cents * CENT,
                "cost_amount": draw(st.sampled_from([sign * cents // 2 * CENT, None])),
                "currency_code": draw(st.sampled_from(["EUR", "EUR", "USD"])),
                "data_source": "s",
            }
        )
    return lines


created = st.one_of(st.none(), st.integers(min_value=-400, max_value=DAYS))
debtors = st.lists(created, min_size=len(DEBTORS), max_size=len(DEBTORS)).map(
    lambda offsets: [
        {
            "erp_customer_id": debtor_id,
            "customer_name": debtor_id,
            "created_at": None if offset is None else FIRST_DAY + timedelta(days=offset),
            "data_source": "s",
        }
        for debtor_id, offset in zip(DEBTORS, offsets, strict=True)
    ]
)


def reporting_amount(line: dict[str, Any]) -> Decimal:
    """Net amount in the reporting currency, cents, half away from zero."""
    amount: Decimal = line["net_amount"]
    if line["currency_code"] == "EUR":
        return amount
    rate = max(
        (rate for rate in RATES if rate["rate_date"] <= line["posting_date"]), key=lambda rate: rate["rate_date"]
    )
    return (amount * rate["rate_to_reporting"]).quantize(CENT, ROUND_HALF_UP)


def quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarters(first: date, last: date) -> Iterable[date]:
    while first <= last:
        yield first
        first += relativedelta(months=3)


@examples
@given(lines=invoice_lines())
def test_trailing_revenue_is_the_sum_of_twelve_months(models: CompiledModels, lines: list[dict[str, Any]]) -> None:
    build_company(models, invoice_line=lines, product=PRODUCTS, exchange_rate=RATES)
    last_day = max(line["posting_date"] for line in lines)
    first_quarter = quarter_start(min(line["posting_date"] for line in lines))
    expected = {}
    for quarter in quarters(first_quarter, quarter_start(last_day)):
        as_of = min(quarter + relativedelta(months=3, days=-1), last_day)
        start = as_of + timedelta(days=1) - relativedelta(months=12)
        for debtor in {line["erp_customer_id"] for line in lines}:
            counted = [
                line for line in lines if line["erp_customer_id"] == debtor and start <= line["posting_date"] <= as_of
            ]
            expected[debtor, quarter] = (sum(map(reporting_amount, counted), Decimal(0)), len(counted))
    rows = models.rows(
        "select customer_id, quarter_start_date, net_revenue_amount, invoice_line_count"
        " from intermediate.int_revenue__by_customer_quarter"
    )
    actual = {(customer, quarter): (amount, count) for customer, quarter, amount, count in rows}
    assert len(rows) == len(actual)
    # Debtors without a creation date are in every quarter, whether or not they have bought.
    assert actual == expected


SNAPSHOT_TABLES = (
    "intermediate.int_customer__by_quarter",
    "intermediate.int_revenue__by_customer_quarter",
    "intermediate.int_revenue__by_customer_group_quarter",
    "published.customer_profit",
    "published.whale_curve",
)


def snapshot(models: CompiledModels, last_day: date) -> dict[str, list[tuple[Any, ...]]]:
    """The quarterly tables, and the lines that they rest on."""
    tables = {table: models.rows(f"select * from {table} order by all") for table in SNAPSHOT_TABLES}
    lines = f"select * from marts.fct_invoice_line where posting_date <= date '{last_day}' order by all"
    return {**tables, "marts.fct_invoice_line": models.rows(lines)}


@examples
@given(
    lines=invoice_lines(),
    debtor_rows=debtors,
    boundary=st.sampled_from(list(quarters(date(2024, 4, 1), date(2026, 1, 1)))),
)
def test_nothing_after_as_of_changes_a_snapshot(
    models: CompiledModels, lines: list[dict[str, Any]], debtor_rows: list[dict[str, Any]], boundary: date
) -> None:
    """Lines, debtors and rates of later days, and the quarters they open, leave closed quarters as they were."""
    last_day = boundary - timedelta(days=1)
    # A posting on the last day closes the quarter; a later one would otherwise only make it final.
    closing = {**lines[0], "invoice_id": "closing", "posting_date": last_day}
    requested = (date(2024, 1, 1), quarter_start(last_day))

    def known(day: date) -> dict[str, list[dict[str, Any]]]:
        return {
            "invoice_line": [line for line in [*lines, closing] if line["posting_date"] <= day],
            "customer": [row for row in debtor_rows if row["created_at"] is None or row["created_at"] <= day],
            "exchange_rate": [rate for rate in RATES if rate["rate_date"] <= day],
            "product": PRODUCTS,
        }

    billed = {line["erp_customer_id"] for line in known(last_day)["invoice_line"]}
    debtor_rows = [
        # The record of a debtor that is billed before it was created is there with its first invoice.
        {**row, "created_at": None} if row["erp_customer_id"] in billed else row
        for row in debtor_rows
    ]
    build_company(models, *requested, **known(last_day))
    before = snapshot(models, last_day)
    build_company(models, *requested, **known(date.max))
    after = snapshot(models, last_day)
    assert after == before
    assert before["intermediate.int_customer__by_quarter"]


@examples
@given(lines=invoice_lines())
def test_whale_curve_is_concave_and_ends_at_the_total(models: CompiledModels, lines: list[dict[str, Any]]) -> None:
    stated = [{**line, "cost_amount": line["net_amount"] // 3} for line in lines]
    build_company(models, invoice_line=stated, product=PRODUCTS, exchange_rate=RATES)
    spine = models.rows("select customer_id, quarter_start_date from intermediate.int_customer__by_quarter")
    models.fill(
        "intermediate.int_cost__by_customer_quarter",
        [
            {"customer_id": customer, "quarter_start_date": quarter, "cost_to_serve_amount": 100 * int(customer[1:])}
            for customer, quarter in spine
        ],
    )
    models.build("int_customer__profit_by_quarter", "customer_profit", "whale_curve")
    curves: dict[date, list[tuple[Decimal, Decimal, Decimal | None]]] = {}
    for quarter, *point in models.rows(
        "select quarter_start_date, contribution_amount, cumulative_contribution_amount, cumulative_contribution_ratio"
        " from published.whale_curve order by quarter_start_date, position"
    ):
        curves.setdefault(quarter, []).append(tuple(point))
    totals = dict(
        models.rows("select quarter_start_date, sum(contribution_amount) from published.customer_profit group by all")
    )
    assert curves.keys() == totals.keys()
    for quarter, points in curves.items():
        total = totals[quarter]
        contributions = [contribution for contribution, _, _ in points]
        assert contributions == sorted(contributions, reverse=True)
        assert points[-1][1] == total
        assert max([Decimal(0), *(cumulative for _, cumulative, _ in points)]) >= max(total, Decimal(0))
        assert points[-1][2] == (1 if total > 0 else None)
