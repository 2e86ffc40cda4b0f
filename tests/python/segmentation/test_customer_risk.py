"""Signs of leaving: nothing that becomes known after the last day counted changes a row, and the overrun against plain counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

QUARTER, AS_OF, TRAILING = date(2026, 1, 1), date(2026, 3, 31), date(2025, 4, 1)
NEXT_QUARTER, NEXT_AS_OF, NEXT_TRAILING = date(2026, 4, 1), date(2026, 6, 30), date(2025, 7, 1)
INTERVAL_START = date(2024, 4, 1)
CUSTOMERS = ("K1", "K2", "K3")
POLICY = {
    "inactive_after_months": 12,
    "risk_interval_months": 24,
    "risk_minimum_purchase_day_count": 3,
    "risk_overrun_factor": Decimal("2.00"),
    "risk_overrun_alarm_factor": Decimal("4.00"),
    "risk_response_hours": 48,
    "risk_return_minimum_count": 2,
    "risk_return_minimum_ratio": Decimal("0.20"),
    "risk_minimum_sign_count": 2,
}
examples = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Days from the last day counted: just around it, at the edges of both windows, and far away; negative ones lie before it.
days = st.one_of(st.integers(-60, 60), st.integers(-368, -360), st.integers(-733, -725), st.integers(-900, 90))
moments = st.builds(
    lambda day, minute: datetime.combine(AS_OF, time()) + timedelta(days=day, minutes=minute),
    days,
    st.sampled_from([0, 1, 700, 1439]),
)
recent_moments = st.builds(
    lambda day, minute: datetime.combine(AS_OF, time()) + timedelta(days=day, minutes=minute),
    st.integers(-4, 1),
    st.sampled_from([0, 1, 700, 1439]),
)
owners = st.sampled_from(CUSTOMERS)
orders = st.lists(st.fixed_dictionaries({"erp_customer_id": owners, "ordered_at": moments}), max_size=25)
invoices = st.lists(
    st.fixed_dictionaries(
        {
            "erp_customer_id": owners,
            "posting_date": moments.map(datetime.date),
            "document_type": st.sampled_from(["invoice", "invoice", "invoice", "credit_note"]),
        }
    ),
    max_size=25,
)
returns = st.lists(
    st.fixed_dictionaries({"erp_customer_id": owners, "returned_date": moments.map(datetime.date)}), max_size=8
)
minutes = st.none() | st.sampled_from([0, 60, 2879, 2880, 2881, 10_000, 100_000])
inquiries = st.lists(
    st.fixed_dictionaries(
        {
            "account_id": owners,
            "inquiry_type": st.sampled_from(["complaint", "complaint", "service", "order", None]),
            "received_at": st.one_of(recent_moments, moments),
            "minutes_to_answer": minutes,
            "minutes_to_close": minutes,
        }
    ),
    max_size=12,
)


def inquiry_known_on(inquiry: Mapping[str, Any], end: datetime) -> dict[str, Any]:
    """The inquiry as the CRM shows it before ``end``: what happens later is not recorded yet."""

    def happened(after_minutes: int | None) -> datetime | None:
        moment = None if after_minutes is None else inquiry["received_at"] + timedelta(minutes=after_minutes)
        return moment if moment is not None and moment < end else None

    answered, closed = happened(inquiry["minutes_to_answer"]), happened(inquiry["minutes_to_close"])
    return {
        "account_id": inquiry["account_id"],
        "inquiry_type": inquiry["inquiry_type"],
        "received_at": inquiry["received_at"],
        "first_response_at": answered,
        "closed_at": closed,
        "status": "closed" if closed else "answered" if answered else "open",
    }


def last_invoice(invoices: Sequence[Mapping[str, Any]], customer: str, as_of: date) -> date | None:
    dates = [
        invoice["posting_date"]
        for invoice in invoices
        if invoice["erp_customer_id"] == customer
        and invoice["document_type"] == "invoice"
        and invoice["posting_date"] <= as_of
    ]
    return max(dates, default=None)


def build(models: CompiledModels, known_until: date, company: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Build customer_risk from what was delivered up to the end of a day."""
    end = datetime.combine(known_until, time()) + timedelta(days=1)
    quarters = [(QUARTER, AS_OF, TRAILING), (NEXT_QUARTER, NEXT_AS_OF, NEXT_TRAILING)]
    quarters = [quarter for quarter in quarters if quarter[1] <= known_until]
    models.fill(
        "marts.dim_quarter",
        [
            {"quarter_start_date": start, "as_of_date": last, "trailing_start_date": first, "is_provisional": False}
            for start, last, first in quarters
        ],
    )
    models.fill(
        "intermediate.int_policy__by_quarter", [{"quarter_start_date": start, **POLICY} for start, _, _ in quarters]
    )
    models.fill(
        "intermediate.int_customer__crosswalk",
        [
            {"source_type": source, "source_id": customer, "customer_id": customer}
            for customer in CUSTOMERS
            for source in ("erp", "crm")
        ],
    )
    models.fill(
        "marts.dim_customer",
        [{"customer_id": customer, "customer_name": customer, "account_id": customer} for customer in CUSTOMERS],
    )
    known_invoices = [row for row in company["invoices"] if row["posting_date"] <= known_until]
    models.fill(
        "intermediate.int_customer__by_quarter",
        [
            {
                "customer_id": customer,
                "quarter_start_date": start,
                "is_in_population": True,
                "has_incomplete_history": False,
                "last_invoice_date": last_invoice(known_invoices, customer, last),
            }
            for customer in CUSTOMERS
            for start, last, _ in quarters
        ],
    )
    models.fill("intermediate.int_customer__profit_by_quarter", [])
    models.fill("input_layer.input_layer__invoice_line", known_invoices)
    models.fill("input_layer.input_layer__sales_order", [row for row in company["orders"] if row["ordered_at"] < end])
    models.fill(
        "input_layer.input_layer__return", [row for row in company["returns"] if row["returned_date"] <= known_until]
    )
    models.fill(
        "input_layer.input_layer__inquiry",
        [inquiry_known_on(row, end) for row in company["inquiries"] if row["received_at"] < end],
    )
    models.build("int_risk__delivered", "int_risk__purchase", "int_risk__return", "int_risk__inquiry", "customer_risk")


@examples
@given(
    company=st.fixed_dictionaries({"orders": orders, "invoices": invoices, "returns": returns, "inquiries": inquiries})
)
def test_what_becomes_known_after_the_last_day_changes_no_row(
    models: CompiledModels, company: dict[str, list[dict[str, Any]]]
) -> None:
    # Each of them still buys, so that its signs decide.
    bought = [
        {"erp_customer_id": customer, "posting_date": TRAILING, "document_type": "invoice"} for customer in CUSTOMERS
    ]
    company = {**company, "invoices": [*company["invoices"], *bought]}
    rows = f"select * from published.customer_risk where quarter_start_date = '{QUARTER}' order by customer_id"
    build(models, AS_OF, company)
    at_the_time = models.rows(rows)
    build(models, NEXT_AS_OF, company)
    assert models.rows(rows) == at_the_time


# Purchases at a gap, the last one a multiple of it ago or a day beside; some are moved, which changes the mean.
rhythms = st.builds(
    lambda gap, count, factor, beside, moved: sorted(
        {
            AS_OF - timedelta(days=max(0, gap * factor + beside + gap * number + moved.get(number, 0)))
            for number in range(count)
        }
    ),
    gap=st.integers(1, 90),
    count=st.integers(1, 9),
    factor=st.integers(0, 5),
    beside=st.sampled_from([-1, 0, 0, 1]),
    moved=st.dictionaries(st.integers(0, 8), st.integers(-40, 40), max_size=2),
)


@examples
@given(
    ordered=st.fixed_dictionaries({customer: st.just([]) | rhythms for customer in CUSTOMERS}),
    invoiced=st.fixed_dictionaries({customer: rhythms for customer in CUSTOMERS}),
)
def test_the_overrun_equals_that_of_plain_counting(
    models: CompiledModels, ordered: dict[str, list[date]], invoiced: dict[str, list[date]]
) -> None:
    company = {
        "orders": [
            {"erp_customer_id": customer, "ordered_at": datetime.combine(day, time(9))}
            for customer, purchases in ordered.items()
            for day in purchases
        ],
        "invoices": [
            {"erp_customer_id": customer, "posting_date": day, "document_type": "invoice"}
            for customer, purchases in invoiced.items()
            for day in purchases
        ],
    }
    build(models, AS_OF, {**company, "returns": [], "inquiries": []})
    expected = set()
    for customer in CUSTOMERS:
        last = max(invoiced[customer])
        purchases = [day for day in ordered[customer] if day >= INTERVAL_START] or [
            day for day in invoiced[customer] if day >= INTERVAL_START
        ]
        if last < TRAILING or len(purchases) < POLICY["risk_minimum_purchase_day_count"]:
            continue
        gaps = [(later - earlier).days for earlier, later in pairwise(purchases)]
        waiting = (AS_OF - max(last, purchases[-1])).days
        if waiting * len(gaps) >= 2 * sum(gaps):
            expected.add((customer, waiting, waiting * len(gaps) >= 4 * sum(gaps)))
    found = models.rows("select customer_id, days_since_purchase, is_at_risk from published.customer_risk")
    assert set(found) == expected
