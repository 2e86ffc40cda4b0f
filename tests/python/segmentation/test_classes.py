"""Classes by cumulative share: the compiled SQL against the rule written down in whole cents.

An example holds several portfolios, one a quarter: quarters are independent, and one query classifies them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

MEASURES = {
    "abc_revenue_class": "net_revenue_amount",
    "abc_contribution_class": "contribution_amount",
    "potential_class": "potential_measure_amount",
    "tier_raw": "tier_measure_amount",
}
POTENTIAL_CLASS = {"A": "HIGH", "B": "MID", "C": "LOW", "N": "LOW", None: None}
CUTS = [("0.80", "0.95"), ("0.70", "0.90"), ("0.333333", "0.666667"), ("0", "0"), ("1", "1")]

#: Metric in cents and membership of the population, customer by customer.
Portfolio = Sequence[tuple[int | None, bool]]

# Few distinct values give ties, large ones dominance; zero and credit-note customers are there too.
cents = st.one_of(
    st.sampled_from([0, 1, 2, 100, 100, 5_000, 20_000]),
    st.integers(min_value=-10_000, max_value=1_000_000),
    st.integers(min_value=-(10**14), max_value=10**15),
)
portfolio = st.lists(st.tuples(cents, st.booleans() | st.just(True)), max_size=20)
portfolios = st.lists(portfolio, min_size=1, max_size=12)

examples = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def quarter_start(position: int) -> date:
    return date(2000 + position // 4, position % 4 * 3 + 1, 1)


def expected_class(metric: int | None, population: Sequence[int], a_cut: str, b_cut: str) -> str | None:
    """Class of a metric in cents: by the sum of strictly greater metrics, as a fraction of all positive ones."""
    if metric is None:
        return None
    if metric <= 0:
        return "N"
    positive = [other for other in population if other > 0]
    share_before = Fraction(sum(other for other in positive if other > metric), sum(positive))
    if share_before < Fraction(a_cut):
        return "A"
    return "B" if share_before < Fraction(b_cut) else "C"


def classify(
    models: CompiledModels, company: Sequence[Portfolio], cuts: Sequence[tuple[str, str]] = ()
) -> list[list[dict[str, Any]]]:
    """Classes in the four schemes of each customer of each portfolio, in the order given."""
    cuts = cuts or [CUTS[0]] * len(company)
    models.fill(
        "intermediate.int_policy__by_quarter",
        [
            {"quarter_start_date": quarter_start(position), "abc_a_cut_ratio": a_cut, "abc_b_cut_ratio": b_cut}
            for position, (a_cut, b_cut) in enumerate(cuts)
        ],
    )
    models.fill(
        "intermediate.int_segmentation__measure",
        [
            {
                "quarter_start_date": quarter_start(position),
                "customer_id": f"K{number}",
                "is_in_population": is_in_population,
                **{column: None if metric is None else Decimal(metric).scaleb(-2) for column in MEASURES.values()},
            }
            for position, customers in enumerate(company)
            for number, (metric, is_in_population) in enumerate(customers)
        ],
    )
    models.build("int_segmentation__class_boundary", "int_segmentation__class")
    rows = models.rows(
        f"select quarter_start_date, customer_id, {', '.join(MEASURES)} from intermediate.int_segmentation__class"
    )
    assert len(rows) == sum(len(customers) for customers in company), "one row a customer and quarter"
    classes = {(quarter, customer): dict(zip(MEASURES, values, strict=True)) for quarter, customer, *values in rows}
    return [
        [classes[quarter_start(position), f"K{number}"] for number in range(len(customers))]
        for position, customers in enumerate(company)
    ]


@pytest.mark.parametrize(
    ("euros", "expected"),
    [
        ((5000, 3000, 1000, 700, 300), "AABBC"),
        ((400, 200, 200, 200), "AAAA"),
        ((850, 100, 50), "ABC"),
        ((900, 200, 0, -100), "ABNN"),
        ((100,), "A"),
        ((0,), "N"),
        ((), ""),
    ],
)
def test_worked_examples(models: CompiledModels, euros: tuple[int, ...], expected: str) -> None:
    (classes,) = classify(models, [[(euro * 100, True) for euro in euros]])
    assert "".join(row["abc_revenue_class"] for row in classes) == expected
    assert "".join(row["tier_raw"] for row in classes) == expected


@examples
@given(company=portfolios, data=st.data())
def test_classes_follow_the_rule(models: CompiledModels, company: list[Portfolio], data: st.DataObject) -> None:
    cuts = [data.draw(st.sampled_from(CUTS)) for _ in company]
    for customers, cut, classes in zip(company, cuts, classify(models, company, cuts), strict=True):
        population = [metric for metric, inside in customers if inside and metric is not None]
        for (metric, inside), row in zip(customers, classes, strict=True):
            expected = expected_class(metric, population, *cut) if inside else "N"
            assert row == {
                "abc_revenue_class": expected,
                "abc_contribution_class": expected,
                "potential_class": POTENTIAL_CLASS[expected] if inside else None,
                "tier_raw": expected,
            }


@examples
@given(company=portfolios)
def test_equal_metrics_share_a_class_and_greater_ones_are_never_worse(
    models: CompiledModels, company: list[Portfolio]
) -> None:
    for customers, classes in zip(company, classify(models, company), strict=True):
        ranked = sorted(
            (metric, row["abc_revenue_class"])
            for (metric, inside), row in zip(customers, classes, strict=True)
            if inside and metric is not None
        )
        for (lower, lower_class), (higher, higher_class) in pairwise(ranked):
            assert lower != higher or lower_class == higher_class
            assert "NCBA".index(higher_class) >= "NCBA".index(lower_class)


@examples
@given(company=portfolios)
def test_there_is_an_a_and_it_holds_four_fifths(models: CompiledModels, company: list[Portfolio]) -> None:
    for customers, classes in zip(company, classify(models, company), strict=True):
        positive = [
            (metric, row["abc_revenue_class"])
            for (metric, inside), row in zip(customers, classes, strict=True)
            if inside and metric is not None and metric > 0
        ]
        a_metrics = [metric for metric, abc_class in positive if abc_class == "A"]
        assert bool(positive) == bool(a_metrics)
        assert 100 * sum(a_metrics) >= 80 * sum(metric for metric, _ in positive)


@examples
@given(company=portfolios, data=st.data())
def test_order_of_rows_changes_nothing(models: CompiledModels, company: list[Portfolio], data: st.DataObject) -> None:
    classes = classify(models, company)
    orders = [data.draw(st.permutations(range(len(customers)))) for customers in company]
    permuted = classify(
        models, [[customers[n] for n in order] for customers, order in zip(company, orders, strict=True)]
    )
    assert permuted == [[rows[n] for n in order] for rows, order in zip(classes, orders, strict=True)]


@examples
@given(
    company=st.lists(
        st.lists(st.tuples(st.integers(min_value=-1000, max_value=10**9), st.just(True)), max_size=20),
        min_size=1,
        max_size=12,
    ),
    factor=st.integers(min_value=2, max_value=10**4),
)
def test_scaling_all_metrics_changes_nothing(
    models: CompiledModels, company: list[list[tuple[int, bool]]], factor: int
) -> None:
    scaled = [[(metric * factor, inside) for metric, inside in customers] for customers in company]
    assert classify(models, scaled) == classify(models, company)


@examples
@given(
    company=st.lists(
        st.lists(st.tuples(cents | st.none(), st.just(True)), max_size=20),
        min_size=1,
        max_size=12,
    )
)
def test_undefined_metrics_are_unclassified_and_in_no_total(models: CompiledModels, company: list[Portfolio]) -> None:
    for customers, classes in zip(company, classify(models, company), strict=True):
        population = [metric for metric, _ in customers if metric is not None]
        for (metric, _), row in zip(customers, classes, strict=True):
            expected = expected_class(metric, population, *CUTS[0])
            assert row["abc_contribution_class"] == expected
            assert row["potential_class"] == POTENTIAL_CLASS[expected]
            assert row["tier_raw"] == (expected or "N")


def test_boundaries_are_the_amounts_that_separate_the_classes(models: CompiledModels) -> None:
    classify(models, [[(euro * 100, True) for euro in (5000, 3000, 1000, 700, 300)]])
    assert models.rows(
        "select ranked_count, total_amount, class_a_minimum_amount, class_b_minimum_amount"
        " from intermediate.int_segmentation__class_boundary where scheme = 'abc_revenue'"
    ) == [(5, Decimal("10000.00"), Decimal("3000.00"), Decimal("700.00"))]
