"""The checks of classes and of the share of wallet against plain calculations of the same figures."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

pytestmark = pytest.mark.slow

QUARTER = {"quarter_start_date": date(2026, 7, 1)}
MINIMUM_COUNT = 5
MILLIONTH = Decimal("0.000001")

examples = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

#: Share of wallet in hundredths, net revenue and cost to serve in cents: few values, so that there are ties.
customers = st.lists(
    st.tuples(
        st.none() | st.integers(min_value=0, max_value=100),
        st.integers(min_value=-5, max_value=30).map(lambda tens: tens * 10),
        st.none() | st.integers(min_value=-20, max_value=200),
    ),
    max_size=40,
)


def average_ranks(values: list[Any]) -> list[Fraction]:
    """Rank of each value, equal values at the mean of their places."""
    return [
        Fraction(sum(other < value for other in values) + sum(other <= value for other in values) + 1, 2)
        for value in values
    ]


def correlation(left: list[Any], right: list[Any]) -> float | None:
    """Spearman's rho; None without variation."""
    left_ranks, right_ranks = average_ranks(left), average_ranks(right)
    mean = Fraction(len(left) + 1, 2)
    covariation = sum((x - mean) * (y - mean) for x, y in zip(left_ranks, right_ranks, strict=True))
    variations = [sum((rank - mean) ** 2 for rank in ranks) for ranks in (left_ranks, right_ranks)]
    if not all(variations):
        return None
    return float(covariation) / math.sqrt(float(variations[0]) * float(variations[1]))


def check(models: CompiledModels, rows: list[tuple[int | None, int, int | None]]) -> list[tuple[Any, ...]]:
    """Verdict and figures of one quarter, a row a band."""
    models.fill("marts.dim_quarter", [{**QUARTER, "as_of_date": date(2026, 9, 30), "is_provisional": False}])
    models.fill(
        "intermediate.int_policy__by_quarter",
        [
            {
                **QUARTER,
                "share_of_wallet_check_significance_ratio": Decimal("0.05"),
                "share_of_wallet_check_minimum_count": MINIMUM_COUNT,
                "share_of_wallet_check_minimum_correlation": Decimal("0.10"),
            }
        ],
    )
    models.fill(
        "policy.policy_share_of_wallet_band",
        [
            {"share_of_wallet_band": name, "minimum_sow_ratio": Decimal(minimum), "valid_from": date(1900, 1, 1)}
            for name, minimum in (("LOW", "0"), ("HALF", "0.5"), ("FULL", "1"))
        ],
    )
    models.fill(
        "published.customer_segments",
        [
            {
                **QUARTER,
                "customer_id": f"K{number:03}",
                "is_in_population": True,
                "sow_ratio": None if share is None else Decimal(share).scaleb(-2),
                "net_revenue_amount": Decimal(revenue).scaleb(-2),
                "cost_to_serve_amount": None if cost is None else Decimal(cost).scaleb(-2),
            }
            for number, (share, revenue, cost) in enumerate(rows)
        ],
    )
    models.build("share_of_wallet_cost_check")
    return models.rows(
        "select share_of_wallet_band, customer_count, net_revenue_amount, cost_to_serve_amount, sample_count,"
        " spearman_rho, p_value, spearman_rho_at_equal_revenue, verdict,"
        " without_revenue_count + without_estimate_count + without_cost_count"
        " from published.share_of_wallet_cost_check order by minimum_sow_ratio"
    )


@examples
@given(rows=customers)
def test_the_correlation_is_spearmans(models: CompiledModels, rows: list[tuple[int | None, int, int | None]]) -> None:
    tested = [
        (share, revenue, cost)
        for share, revenue, cost in rows
        if revenue > 0 and share is not None and cost is not None
    ]
    bands = check(models, rows)
    shares = [share for share, _, _ in tested]
    # To six decimals, as published.
    ratios = [math.floor(Fraction(cost * 10**6, revenue)) for _, revenue, cost in tested]
    revenues = [revenue for _, revenue, _ in tested]
    rho = correlation(shares, ratios) if tested else None

    (_, _, _, _, sample_count, found, p_value, partial, verdict, without_count) = bands[0]
    assert {band[4:] for band in bands} == {bands[0][4:]}, "the figures of the quarter are the same in all bands"
    assert sample_count == len(tested) == sum(band[1] for band in bands)
    assert sample_count + without_count == len(rows)
    assert sum(band[2] or 0 for band in bands) == Decimal(sum(revenues)).scaleb(-2)
    assert sum(band[3] or 0 for band in bands) == Decimal(sum(cost for _, _, cost in tested)).scaleb(-2)

    if rho is None:
        assert found is None
        assert p_value is None
        assert verdict == ("TOO_FEW" if len(tested) < MINIMUM_COUNT else "NOT_SUPPORTED")
        return
    assert abs(float(found) - rho) <= 0.000001
    chance = math.erfc(abs(rho) * math.sqrt(len(tested) - 1) / math.sqrt(2))
    assert abs(float(p_value) - chance) <= 0.000001
    if len(tested) < MINIMUM_COUNT:
        assert verdict == "TOO_FEW"
    elif p_value > Decimal("0.05") or abs(found) < Decimal("0.10"):
        assert verdict == "NOT_SUPPORTED"
    else:
        assert verdict == ("SUPPORTED" if found < 0 else "CONTRADICTED")

    with_revenue = [correlation(values, revenues) or 0.0 for values in (shares, ratios)]
    if max(map(abs, with_revenue)) > 1 - 1e-9:
        assert partial is None
    else:
        left, right = with_revenue
        expected = (rho - left * right) / math.sqrt((1 - left**2) * (1 - right**2))
        assert abs(float(partial) - expected) <= 0.000001


@examples
@given(rows=customers, seed=st.integers(min_value=0, max_value=10**6))
def test_the_correlation_depends_neither_on_order_nor_on_scale(
    models: CompiledModels, rows: list[tuple[int | None, int, int | None]], seed: int
) -> None:
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    assert check(models, shuffled) == check(models, rows)
    tenfold = [(share, revenue * 10, None if cost is None else cost * 10) for share, revenue, cost in rows]
    assert [band[5:9] for band in check(models, tenfold)] == [band[5:9] for band in check(models, rows)]


@examples
@given(
    pairs=st.lists(
        st.tuples(st.sampled_from(["A", "b", " C", "N", "GOLD", None, ""]), st.sampled_from(["A", "B", "C", "N"])),
        min_size=1,
        max_size=40,
    )
)
def test_kappa_is_cohens_and_cells_add_up(models: CompiledModels, pairs: list[tuple[str | None, str]]) -> None:
    models.fill("marts.dim_quarter", [{**QUARTER, "as_of_date": date(2026, 9, 30), "is_provisional": False}])
    models.fill(
        "published.customer_segments",
        [
            {
                **QUARTER,
                "customer_id": f"K{number:03}",
                "is_in_population": True,
                "assigned_class": typed,
                "abc_revenue_class": computed,
                "tier_effective": computed,
                "net_revenue_amount": Decimal(number),
            }
            for number, (typed, computed) in enumerate(pairs)
        ],
    )
    models.build("class_audit", "class_comparison")
    rows = models.rows(
        "select typed_class, computed_class, customer_count, compared_count, agreement_ratio, kappa"
        " from published.class_audit where scheme_pair = 'assigned_abc_revenue'"
    )
    named = [((typed or "").strip().upper() or "UNTYPED", computed) for typed, computed in pairs]
    assert {(typed, computed): count for typed, computed, count, *_ in rows} == Counter(named)

    both = [(typed, computed) for typed, computed in named if typed != "UNTYPED"]
    ((compared_count, agreement, kappa),) = {row[3:] for row in rows}
    assert compared_count == len(both)
    confirmed = models.rows(
        "select count(*) filter (where is_assigned_class_confirmed), count(is_assigned_class_confirmed)"
        " from published.class_comparison"
    )
    assert confirmed == [(sum(typed == computed for typed, computed in both), len(both))]
    if not both:
        assert agreement is None
        assert kappa is None
        return
    observed = Fraction(sum(typed == computed for typed, computed in both), len(both))
    typed_counts = Counter(typed for typed, _ in both)
    computed_counts = Counter(computed for _, computed in both)
    chance = Fraction(sum(typed_counts[name] * computed_counts[name] for name in typed_counts), len(both) ** 2)
    assert abs(agreement - Decimal(observed.numerator) / observed.denominator) <= MILLIONTH
    if chance == 1:
        assert kappa is None
    else:
        assert abs(float(kappa) - float((observed - chance) / (1 - chance))) <= 0.000001


@examples
@given(
    cases=st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "C", "N"]),
            st.sampled_from(["HIGH", "MID", "LOW", None]),
            st.integers(min_value=-(10**6), max_value=10**6),
            st.integers(min_value=0, max_value=10**6),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_uplift_is_what_the_potential_lacks_and_only_upwards(
    models: CompiledModels, cases: list[tuple[str, str | None, int, int]]
) -> None:
    models.fill("marts.dim_quarter", [{**QUARTER, "as_of_date": date(2026, 9, 30), "is_provisional": False}])
    models.fill(
        "published.customer_segments",
        [
            {
                **QUARTER,
                "customer_id": f"K{number:03}",
                "is_in_population": True,
                "abc_revenue_class": revenue_class,
                "potential_class": potential_class,
                "net_revenue_amount": Decimal(revenue).scaleb(-2),
                "potential_amount": None if potential_class is None else Decimal(revenue + gap).scaleb(-2),
            }
            for number, (revenue_class, potential_class, revenue, gap) in enumerate(cases)
        ],
    )
    models.build("class_comparison")
    found = models.rows("select reclass_move, uplift_amount from published.class_comparison order by customer_id")
    target = {"HIGH": "A", "MID": "B", "LOW": "C"}
    for (move, uplift), (revenue_class, potential_class, _, gap) in zip(found, cases, strict=True):
        if potential_class is None:
            assert (move, uplift) == (None, None)
            continue
        aim = target[potential_class]
        assert move == f"{revenue_class}->{aim}"
        # The alphabet is the order of the classes.
        assert uplift == (Decimal(gap).scaleb(-2) if aim < revenue_class else None)
