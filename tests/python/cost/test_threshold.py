"""Revenue thresholds: from cost per touch to the class of a customer."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

pytestmark = pytest.mark.slow

QUARTER = {"quarter_start_date": date(2026, 4, 1)}

examples = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

touches = st.integers(min_value=0, max_value=365)
cents = st.integers(min_value=0, max_value=10**8)
millionths = st.integers(min_value=1, max_value=1_000_000)
rule = st.tuples(touches, cents, millionths)


def thresholds(models: CompiledModels, rules: list[tuple[int, int, int]]) -> list[tuple[Decimal, Decimal]]:
    """Threshold and margin variant of each rule (touches, cost per touch in cents, ratio in millionths)."""
    models.fill(
        "intermediate.int_cost__touch_by_channel_quarter",
        [
            {
                **QUARTER,
                "channel": "FIELD" if number == 0 else f"CHANNEL_{number:02}",
                "intensity_rank": number,
                "touches_per_year": yearly,
                "cost_per_touch_amount": Decimal(cost).scaleb(-2),
                "max_cost_ratio": Decimal(ratio).scaleb(-6),
            }
            for number, (yearly, cost, ratio) in enumerate(rules)
        ],
    )
    customer = {**QUARTER, "customer_id": "D1"}
    models.fill("intermediate.int_customer__by_quarter", [{**customer, "is_in_population": True}])
    models.fill(
        "intermediate.int_revenue__by_customer_quarter",
        [{**customer, "net_revenue_amount": Decimal("300.00"), "gross_margin_amount": Decimal("100.00")}],
    )
    models.fill("intermediate.int_policy__by_quarter", [{**QUARTER, "threshold_margin_share_ratio": Decimal("0.25")}])
    models.build("int_threshold__by_channel_quarter")
    return models.rows(
        "select threshold_amount, margin_threshold_amount from intermediate.int_threshold__by_channel_quarter"
        " order by intensity_rank"
    )


@examples
@given(rules=st.lists(rule, min_size=1, max_size=20))
def test_a_threshold_is_exact_to_the_cent(models: CompiledModels, rules: list[tuple[int, int, int]]) -> None:
    for (yearly, cost, ratio), (threshold, margin_threshold) in zip(rules, thresholds(models, rules), strict=True):
        contact_cost = Decimal(yearly * cost).scaleb(-2)
        cent = Decimal("0.01")
        assert threshold == (contact_cost * 10**6 / ratio).quantize(cent, ROUND_HALF_UP)
        # A quarter of a margin of 0.333333.
        assert margin_threshold == (contact_cost / Decimal("0.08333325")).quantize(cent, ROUND_HALF_UP)


@examples
@given(base=rule, more_touches=touches, more_cents=cents, less=millionths)
def test_a_threshold_grows_with_visits_and_cost_and_falls_with_the_ratio(
    models: CompiledModels, base: tuple[int, int, int], more_touches: int, more_cents: int, less: int
) -> None:
    """I8, first half."""
    yearly, cost, ratio = base
    rules = [
        base,
        (yearly + more_touches, cost, ratio),
        (yearly, cost + more_cents, ratio),
        (yearly, cost, min(ratio, less)),
    ]
    (plain, _), *others = thresholds(models, rules)
    assert all(threshold >= plain for threshold, _ in others)


@examples
@given(
    base=rule,
    revenues=st.lists(st.integers(min_value=-(10**9), max_value=10**12), min_size=1, max_size=30),
)
def test_the_class_is_monotone_in_revenue_and_strict_at_the_threshold(
    models: CompiledModels, base: tuple[int, int, int], revenues: list[int]
) -> None:
    """I8, second half: whoever has more revenue is never C where somebody with less is not."""
    ((threshold, _),) = thresholds(models, [base])
    at = int(threshold.scaleb(2))
    metrics = sorted({*revenues, at, at - 1, at + 1})
    customers = [{**QUARTER, "customer_id": f"D{number:03}"} for number in range(len(metrics))]
    models.fill(
        "intermediate.int_customer__by_quarter",
        [{**customer, "is_in_population": True, "customer_since_date": date(2020, 1, 1)} for customer in customers],
    )
    revenue: list[dict[str, Any]] = [
        {**customer, "net_revenue_amount": Decimal(metric).scaleb(-2), "is_partial_year": False}
        for customer, metric in zip(customers, metrics, strict=True)
    ]
    models.fill("intermediate.int_revenue__by_customer_quarter", revenue)
    models.build("int_threshold__class_by_customer_quarter")
    classes = [
        found
        for (found,) in models.rows(
            "select threshold_class from intermediate.int_threshold__class_by_customer_quarter order by customer_id"
        )
    ]
    assert classes == ["C" if metric < at else "NOT_C" for metric in metrics]


@examples
@given(
    # Few values, so that thresholds coincide and customers meet them exactly; a channel may lack a threshold.
    steps=st.lists(st.none() | st.integers(min_value=0, max_value=8), min_size=1, max_size=5),
    customers=st.lists(
        st.tuples(st.integers(min_value=-2, max_value=9), st.none() | st.integers(min_value=0, max_value=9)),
        min_size=1,
        max_size=30,
    ),
)
def test_the_recommended_channel_is_the_most_intensive_whose_threshold_is_met(
    models: CompiledModels, steps: list[int | None], customers: list[tuple[int, int | None]]
) -> None:
    models.fill(
        "intermediate.int_threshold__by_channel_quarter",
        [
            {
                **QUARTER,
                "channel": f"CHANNEL_{rank}",
                "intensity_rank": rank,
                "threshold_amount": None if step is None else Decimal(step),
            }
            for rank, step in enumerate(steps)
        ],
    )
    keys = [{**QUARTER, "customer_id": f"D{number:03}"} for number in range(len(customers))]
    models.fill(
        "intermediate.int_threshold__class_by_customer_quarter",
        [
            {**key, "is_in_population": True, "yearly_revenue_amount": Decimal(revenue)}
            for key, (revenue, _) in zip(keys, customers, strict=True)
        ],
    )
    models.fill(
        "intermediate.int_potential__wallet_by_customer_quarter",
        [
            {**key, "potential_amount": Decimal(potential)}
            for key, (_, potential) in zip(keys, customers, strict=True)
            if potential is not None
        ],
    )
    models.build("int_threshold__by_customer_quarter")
    found = [
        channel
        for (channel,) in models.rows(
            "select recommended_channel from intermediate.int_threshold__by_customer_quarter order by customer_id"
        )
    ]
    expected = []
    for revenue, potential in customers:
        highest = max(revenue, potential or 0, 0)
        met = [rank for rank, step in enumerate(steps) if step is not None and step <= highest]
        expected.append(f"CHANNEL_{met[0]}" if met else None)
    assert found == expected
