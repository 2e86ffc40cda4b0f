"""The whale curve and what is published about its shape, on arbitrary contributions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ..segmentation.compiled_models import CompiledModels

pytestmark = pytest.mark.slow

examples = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
QUARTER = {"quarter_start_date": date(2026, 7, 1), "as_of_date": date(2026, 9, 30)}

cents = st.one_of(st.sampled_from([0, 1, -1, 100, 100]), st.integers(min_value=-(10**9), max_value=10**10))


@examples
@given(contributions=st.lists(cents, min_size=1, max_size=40))
@example(contributions=[6_000, 4_000, 2_000, 0, -1_000, -3_000])
@example(contributions=[1])
@example(contributions=[5, -5])
def test_curve_and_concentration_say_the_same(models: CompiledModels, contributions: list[int]) -> None:
    """I6: the curve ends at the total, its peak is at least that and at least zero, and it is concave.

    Each measure of profit_concentration is recomputed from the contributions themselves, not from the curve.
    """
    models.fill("marts.dim_quarter", [{**QUARTER, "is_provisional": False}])
    names = [f"D{number:02}" for number in range(len(contributions))]
    models.fill("marts.dim_customer", [{"customer_id": name, "customer_name": name} for name in names])
    models.fill(
        "intermediate.int_customer__profit_by_quarter",
        [
            {**QUARTER, "customer_id": name, "contribution_amount": Decimal(value).scaleb(-2), "is_ranked": True}
            for name, value in zip(names, contributions, strict=True)
        ],
    )
    models.build("whale_curve", "profit_concentration")

    ordered = sorted(contributions, reverse=True)
    heights = list(accumulate(ordered))
    total, peak, count = heights[-1], sum(value for value in ordered if value > 0), len(ordered)
    rows = models.rows(
        "select contribution_amount, cumulative_contribution_amount, cumulative_contribution_ratio"
        " from published.whale_curve order by position"
    )
    curve = [int(height.scaleb(2)) for _, height, _ in rows]
    assert [int(step.scaleb(2)) for step, _, _ in rows] == ordered
    assert curve == heights
    assert max(curve) >= total
    assert max(0, *curve) == peak >= max(total, 0)
    steps = [after - before for before, after in pairwise([0, *curve])]
    assert all(after <= before for before, after in pairwise(steps))
    assert all((ratio is None) == (total <= 0) for _, _, ratio in rows)

    columns = (
        "customer_count, total_contribution_amount, peak_contribution_amount, peak_customer_count, loss_customer_count,"
        " loss_amount, top_decile_customer_count, top_decile_contribution_amount, peak_contribution_ratio,"
        " erosion_ratio, top_decile_ratio, curve_area_ratio, profit_concentration_index, flags"
    )
    ((*amounts, peak_ratio, erosion, top_ratio, area, index, flags),) = models.rows(
        f"select {columns} from published.profit_concentration"
    )
    best = -(-count // 10)
    expected = [
        count,
        Decimal(total).scaleb(-2),
        Decimal(peak).scaleb(-2),
        sum(value > 0 for value in ordered),
        sum(value < 0 for value in ordered),
        -Decimal(sum(value for value in ordered if value < 0)).scaleb(-2),
        best,
        Decimal(heights[best - 1]).scaleb(-2),
    ]
    assert amounts == expected
    ratios = (peak_ratio, erosion, top_ratio, area, index)
    if total <= 0:
        assert ratios == (None,) * 5
        assert flags == "TOTAL_NOT_POSITIVE"
        return
    # Trapezoids one by one, less the triangle under the diagonal.
    under = sum(Fraction(left + right, 2 * total * count) for left, right in pairwise([0, *heights]))
    exact_area = under - Fraction(1, 2)
    exact = (
        Fraction(peak, total),
        Fraction(peak - total, total),
        Fraction(heights[best - 1], total),
        exact_area,
        exact_area / (exact_area + Fraction(1, 2)),
    )
    for found, wanted in zip(ratios, exact, strict=True):
        assert abs(Fraction(found) - wanted) <= max(Fraction(1, 10**6), abs(wanted) / 10**12)
    assert 0 <= index <= 1
    assert flags is None
