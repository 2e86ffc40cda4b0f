"""Imputed interest: the compiled SQL against a count of every single day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

pytestmark = pytest.mark.slow

examples = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

#: First day of a month by its last day and its rate in millionths; the last day counted lies within July.
MONTHS = {
    date(2026, 5, 1): (date(2026, 5, 31), 80_000),
    date(2026, 6, 1): (date(2026, 6, 30), 80_000),
    date(2026, 7, 1): (date(2026, 7, 31), 123_457),
}
LAST_DAY = date(2026, 7, 20)
ONE_DAY = timedelta(days=1)

Days = dict[str, int]
Cents = dict[tuple[str, date, str], int]


@dataclass(frozen=True)
class Item:
    """One receivable: amount in cents, days relative to the posting of its document."""

    customer: str
    cents: int
    posted: date
    due_after: int
    paid_after: int | None

    @property
    def due(self) -> date:
        return self.posted + timedelta(days=self.due_after)

    @property
    def paid(self) -> date | None:
        return None if self.paid_after is None else self.posted + timedelta(days=self.paid_after)


item = st.builds(
    Item,
    customer=st.sampled_from(["D1", "D2", "D3"]),
    cents=st.one_of(st.sampled_from([1, 100, 3_650_000, -100]), st.integers(min_value=-(10**9), max_value=10**13)),
    posted=st.dates(min_value=date(2026, 3, 1), max_value=date(2026, 8, 15)),
    due_after=st.integers(min_value=-5, max_value=70),
    paid_after=st.none() | st.integers(min_value=-2, max_value=120),
)
items = st.lists(item, min_size=1, max_size=15)


def expected_interest(receivables: list[Item]) -> Cents:
    """Cents by customer, month and activity, from the open balance of each day."""
    found: Cents = {}
    for first_day, (last_day, rate) in MONTHS.items():
        balances: dict[str, Days] = defaultdict(lambda: defaultdict(int))
        for receivable in receivables:
            day = first_day
            while day <= min(last_day, LAST_DAY):
                if receivable.posted < day and (receivable.paid is None or day <= receivable.paid):
                    is_late = receivable.cents >= 0 and day > receivable.due
                    balances[receivable.customer]["late_payment" if is_late else "receivable_financing"] += (
                        receivable.cents
                    )
                day += ONE_DAY
        for customer, by_activity in balances.items():
            exact = {
                activity: Fraction(cents * rate, 365 * 1_000_000) for activity, cents in sorted(by_activity.items())
            }
            cents = {activity: floor(share) for activity, share in exact.items()}
            total = floor(sum(exact.values()) + Fraction(1, 2))
            # Stable: late_payment comes first among equal remainders.
            favoured = sorted(exact, key=lambda activity: cents[activity] - exact[activity])
            for activity in favoured[: total - sum(cents.values())]:
                cents[activity] += 1
            found.update({(customer, first_day, activity): value for activity, value in cents.items()})
    return found


def interest(models: CompiledModels, receivables: list[Item], has_documents: bool = True) -> Cents:
    """What the model makes of the items."""
    models.fill("marts.dim_quarter", [{"quarter_start_date": date(2026, 7, 1), "as_of_date": LAST_DAY}])
    models.fill(
        "intermediate.int_policy__by_quarter",
        [{"quarter_start_date": date(2026, 7, 1), "reporting_currency": "EUR"}],
    )
    models.fill(
        "intermediate.int_cost__month",
        [
            {
                "month_start_date": first_day,
                "month_end_date": last_day,
                "imputed_interest_ratio": Decimal(rate).scaleb(-6),
                "interest_days_per_year": 365,
            }
            for first_day, (last_day, rate) in MONTHS.items()
        ],
    )
    models.fill(
        "intermediate.int_cost__time_equation",
        [
            {"month_start_date": first_day, "activity": activity, "resource_pool": "imputed"}
            for first_day in MONTHS
            for activity in ("late_payment", "receivable_financing")
        ],
    )
    models.fill(
        "intermediate.int_customer__crosswalk",
        [{"source_type": "erp", "source_id": name, "customer_id": name} for name in ("D1", "D2", "D3")],
    )
    models.fill(
        "input_layer.input_layer__invoice_line",
        [
            {"data_source": "erp", "invoice_id": str(number), "posting_date": receivable.posted}
            for number, receivable in enumerate(receivables)
            if has_documents
        ],
    )
    models.fill(
        "input_layer.input_layer__receivable",
        [
            {
                "data_source": "erp",
                "document_id": str(number),
                "erp_customer_id": receivable.customer,
                "amount": Decimal(receivable.cents).scaleb(-2),
                "currency_code": "EUR",
                "due_date": receivable.due,
                "paid_date": receivable.paid,
            }
            for number, receivable in enumerate(receivables)
        ],
    )
    models.build("int_cost__imputed_interest")
    rows = models.rows(
        "select customer_id, month_start_date, activity, imputed_amount from intermediate.int_cost__imputed_interest"
    )
    found = {(customer, month, activity): int(amount.scaleb(2)) for customer, month, activity, amount in rows}
    assert len(found) == len(rows), "two rows of one grain"
    return found


@examples
@given(receivables=items)
def test_every_open_day_is_charged_once_and_to_the_cent(models: CompiledModels, receivables: list[Item]) -> None:
    """No day twice, none left out, none after the last day counted; the split of a month keeps its sum."""
    assert interest(models, receivables) == expected_interest(receivables)


@examples
@given(receivables=items, later=st.integers(min_value=0, max_value=60))
def test_what_happens_after_the_last_day_counted_changes_nothing(
    models: CompiledModels, receivables: list[Item], later: int
) -> None:
    """An item paid later is open today, however much later; an item posted later is not there yet."""
    known = interest(models, receivables)
    still_open = [
        Item(
            receivable.customer,
            receivable.cents,
            receivable.posted,
            receivable.due_after,
            (LAST_DAY - receivable.posted).days + 1 + later
            if receivable.paid is None or receivable.paid > LAST_DAY
            else receivable.paid_after,
        )
        for receivable in receivables
    ]
    posted_later = Item("D1", 10**9, LAST_DAY + timedelta(days=later), 0, None)
    assert interest(models, [*still_open, posted_later]) == known


@examples
@given(receivables=items)
def test_interest_does_not_fall_with_the_days_of_delay(models: CompiledModels, receivables: list[Item]) -> None:
    """Paying a day later never makes a debtor cheaper, up to the cent of rounding."""
    debts = [receivable for receivable in receivables if receivable.cents > 0 and receivable.paid_after is not None]
    delayed = [
        Item(debt.customer, debt.cents, debt.posted, debt.due_after, (debt.paid_after or 0) + 1) for debt in debts
    ]
    before, after = interest(models, debts), interest(models, delayed)
    for customer in ("D1", "D2", "D3"):
        for month in MONTHS:
            early, late = (
                sum(cents for (name, when, _), cents in found.items() if (name, when) == (customer, month))
                for found in (before, after)
            )
            assert late >= early
