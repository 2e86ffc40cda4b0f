"""Bundles of orders: the set-based SQL against a walk from order to order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

LAST_DATE = date(2026, 3, 31)
examples = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Days before the last day counted: close together, around the beginning of the window, and far apart.
order_days = st.lists(st.one_of(st.integers(0, 40), st.integers(350, 380), st.integers(0, 700)), max_size=25)
companies = st.dictionaries(
    st.tuples(st.sampled_from(["K1", "K2", "K3"]), st.sampled_from(["S", "T"])), order_days, min_size=1
)
window_pairs = st.lists(st.integers(0, 60), min_size=1, max_size=3, unique=True)


def bundles_by_walking(days: Sequence[date], bundle_days: int) -> int:
    """The number of bundles: each begins with the first order that is too late for the one before."""
    anchor: date | None = None
    bundles = 0
    for day in sorted(days):
        if anchor is None or (day - anchor).days >= bundle_days:
            anchor = day
            bundles += 1
    return bundles


@examples
@given(company=companies, ends=window_pairs, bundle_days=st.integers(1, 30))
def test_spared_orders_equal_those_of_a_walk_through_each_window(
    models: CompiledModels, company: dict[tuple[str, str], list[int]], ends: list[int], bundle_days: int
) -> None:
    windows = {}
    for position, end in enumerate(ends):
        as_of = LAST_DATE - timedelta(days=end)
        # Every second quarter has another length of a bundle.
        windows[date(2026, 1, 1 + position)] = (as_of - timedelta(days=365), as_of, bundle_days + position % 2 * 3)
    customers = sorted({customer for customer, _ in company})
    models.fill(
        "marts.dim_quarter",
        [
            {"quarter_start_date": quarter, "trailing_start_date": first, "as_of_date": last}
            for quarter, (first, last, _) in windows.items()
        ],
    )
    models.fill(
        "intermediate.int_policy__by_quarter",
        [{"quarter_start_date": quarter, "bundle_days": length} for quarter, (_, _, length) in windows.items()],
    )
    models.fill(
        "intermediate.int_threshold__by_customer_quarter",
        [
            {"customer_id": customer, "quarter_start_date": quarter, "threshold_class": "C"}
            for customer in customers
            for quarter in windows
        ],
    )
    models.fill(
        "intermediate.int_small_customer__order",
        [
            {"customer_id": customer, "address_id": address, "order_date": LAST_DATE - timedelta(days=days)}
            for (customer, address), distances in company.items()
            for days in distances
        ],
    )
    models.build("int_small_customer__bundling")
    result = {
        (customer, quarter): spared
        for customer, quarter, spared in models.rows(
            "select customer_id, quarter_start_date, saved_order_count from intermediate.int_small_customer__bundling"
        )
    }
    for customer in customers:
        for quarter, (first, last, length) in windows.items():
            spared = 0
            for (owner, _), distances in company.items():
                days = [LAST_DATE - timedelta(days=days) for days in distances]
                inside = [day for day in days if first <= day <= last]
                if owner == customer:
                    spared += len(inside) - bundles_by_walking(inside, length)
            assert result.get((customer, quarter), 0) == spared
