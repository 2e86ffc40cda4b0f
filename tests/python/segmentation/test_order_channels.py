"""Channels of orders: the set-based SQL, which adds customers of the same classes up first, against sums customer by customer."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

CUSTOMERS = ["K1", "K2", "K3", "K4"]
MONTHS = [date(2026, month, 1) for month in range(1, 6)]
# Each quarter with the months whose cost it counts; they overlap like trailing years.
WINDOWS = {date(2026, 1, 1): MONTHS[0:3], date(2026, 4, 1): MONTHS[1:4], date(2026, 7, 1): MONTHS[2:5]}

classes_of_companies = st.fixed_dictionaries(
    {customer: st.tuples(*[st.sampled_from(["C", "NOT_C", None])] * len(WINDOWS)) for customer in CUSTOMERS}
)
order_lists = st.lists(
    st.tuples(
        st.sampled_from(CUSTOMERS),
        st.sampled_from(MONTHS),
        st.sampled_from(["edi", "phone", None]),
        st.booleans(),
        st.integers(1, 5),
    ),
    max_size=30,
)
# What an order costs; months without a posting have no cost at all.
cents = st.integers(0, 100_000)
costed_months = st.sets(st.sampled_from(MONTHS))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    company=classes_of_companies, orders=order_lists, seed=st.lists(cents, min_size=20, max_size=20), paid=costed_months
)
def test_channels_add_up_to_the_cost_and_the_orders_of_each_class(
    models: CompiledModels,
    company: dict[str, tuple[str | None, ...]],
    orders: list[tuple[str, date, str | None, bool, int]],
    seed: list[int],
    paid: set[date],
) -> None:
    entered = sorted({(customer, month) for customer, month, *_ in orders})
    costs = {key: Decimal(seed[place]) / 100 for place, key in enumerate(entered) if key[1] in paid}
    classes = {
        (customer, quarter): name
        for customer, names in company.items()
        for quarter, name in zip(WINDOWS, names, strict=True)
    }
    models.fill(
        "marts.dim_quarter",
        [{"quarter_start_date": quarter, "quarter_index": 8105 + place} for place, quarter in enumerate(WINDOWS)],
    )
    models.fill(
        "intermediate.int_cost__window",
        [
            {"quarter_start_date": quarter, "month_start_date": month}
            for quarter, months in WINDOWS.items()
            for month in months
        ],
    )
    models.fill(
        "intermediate.int_threshold__by_customer_quarter",
        [
            {"customer_id": customer, "quarter_start_date": quarter, "threshold_class": name}
            for (customer, quarter), name in classes.items()
        ],
    )
    models.fill(
        "intermediate.int_policy__by_quarter", [{"quarter_start_date": min(WINDOWS), "reporting_currency": "EUR"}]
    )
    models.fill(
        "intermediate.int_cost__time_equation",
        [
            {
                "month_start_date": month,
                "activity": "order_entry",
                "event_minutes": 4,
                "line_minutes": Decimal("1.5"),
                "manual_minutes": 6,
                "special_quote_minutes": 0,
                "change_minutes": 0,
            }
            for month in MONTHS
        ],
    )
    models.fill(
        "intermediate.int_small_customer__cost_per_order",
        [
            {"quarter_start_date": quarter, "cost_per_order_amount": 35, "cost_source": "measured"}
            for quarter in WINDOWS
        ],
    )
    models.fill("intermediate.int_currency__rate_by_day", [])
    models.fill(
        "marts.fct_cost_to_serve",
        [
            {
                "customer_id": customer,
                "month_start_date": month,
                "activity": "order_entry",
                "cost_amount": costs.get((customer, month)),
            }
            for customer, month in entered
        ],
    )
    models.fill(
        "intermediate.int_cost__order",
        [
            {
                "customer_id": customer,
                "ordered_at": month,
                "month_start_date": month,
                "order_channel": channel,
                "is_manual": is_manual,
                "is_shiftable": is_manual and channel != "edi",
                "line_count": lines,
                "is_special_quote": False,
                "change_count": 0,
                "net_amount": Decimal(10 * lines),
            }
            for customer, month, channel, is_manual, lines in orders
        ],
    )
    models.build("int_small_customer__order_channel")
    found = models.rows(
        "select quarter_start_date, threshold_class, order_channel, order_count, net_amount, costed_order_count,"
        " shiftable_order_count, order_cost_amount, shift_saving_amount"
        " from intermediate.int_small_customer__order_channel"
    )

    counts: Counter[tuple[date, str, str, str]] = Counter()
    for customer, month, channel, is_manual, lines in orders:
        for quarter, months in WINDOWS.items():
            name = classes[customer, quarter]
            if name and month in months:
                key = (quarter, name, channel or "unknown")
                counts[*key, "orders"] += 1
                counts[*key, "value"] += 10 * lines
                counts[*key, "costed"] += month in paid
                counts[*key, "shiftable"] += is_manual and channel != "edi"
    assert {row[:3] for row in found} == {key[:3] for key in counts}
    for quarter, name, channel, *figures in found:
        assert figures[:4] == [
            counts[quarter, name, channel, what] for what in ("orders", "value", "costed", "shiftable")
        ]
        cost, saving = figures[4:]
        assert (cost is None) == (saving is None) == (figures[2] == 0)
        assert cost is None or 0 <= saving <= cost

    for quarter, months in WINDOWS.items():
        for name in ("C", "NOT_C"):
            spent = sum(
                cost
                for (customer, month), cost in costs.items()
                if month in months and classes[customer, quarter] == name
            )
            assert sum(row[7] or 0 for row in found if row[:2] == (quarter, name)) == spent
