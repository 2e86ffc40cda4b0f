"""Portfolio zones: the compiled models against the rules in exact fractions, and what holds for any ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

QUARTER = date(2026, 4, 1)
AS_OF = date(2026, 6, 30)
CUT = Decimal(50)
COVERAGE = Decimal("0.6")
examples = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Criterion(NamedTuple):
    """A row of the catalogue; its scale is 1 to 5 for people, -0.3 to 0.3 for a measure."""

    criterion_id: str
    axis: str
    weight: Decimal
    is_lower_better: bool
    is_computed: bool

    @property
    def scale(self) -> tuple[Fraction, Fraction]:
        return (Fraction(-3, 10), Fraction(3, 10)) if self.is_computed else (Fraction(1), Fraction(5))

    def points(self, value: Fraction) -> Fraction:
        low, high = self.scale
        share = (min(max(value, low), high) - low) / (high - low)
        return 100 * (1 - share if self.is_lower_better else share)


class Rating(NamedTuple):
    """What one rater said of a criterion so many days before the last day counted."""

    rater_id: str
    score: Decimal
    age_days: int


class Customer(NamedTuple):
    """Ratings by criterion, and values of the measures."""

    ratings: Mapping[str, Sequence[Rating]]
    measures: Mapping[str, Decimal]


# Three decimals, so that a tenth of a weight is a weight too.
weights = st.integers(min_value=1, max_value=5_000).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
scores = st.integers(min_value=4, max_value=20).map(lambda quarters: Decimal(quarters) / 4)
ratings = st.builds(Rating, st.sampled_from(["Anna", "Bert"]), scores, st.sampled_from([0, 30, 364, 365, 366, 900]))
measures = st.integers(min_value=-500_000, max_value=500_000).map(lambda millionths: Decimal(millionths).scaleb(-6))


@st.composite
def catalogues(draw: st.DrawFn) -> list[Criterion]:
    criteria = []
    for axis in ("POTENTIAL", "ATTRACTIVENESS"):
        count = draw(st.integers(min_value=3, max_value=5))
        for number in range(count):
            # One measure an axis at most: there are two that the test fills.
            is_computed = number == 0 and draw(st.booleans())
            criteria.append(Criterion(f"{axis[0]}{number}", axis, draw(weights), draw(st.booleans()), is_computed))
    return criteria


@st.composite
def companies(draw: st.DrawFn) -> tuple[list[Criterion], dict[str, Customer]]:
    criteria = draw(catalogues())
    customers = {}
    for number in range(draw(st.integers(min_value=1, max_value=6))):
        rated = {
            criterion.criterion_id: draw(
                st.lists(ratings, max_size=3, unique_by=lambda rating: (rating.rater_id, rating.age_days))
            )
            for criterion in criteria
            if not criterion.is_computed
        }
        measured = {
            criterion.criterion_id: draw(measures)
            for criterion in criteria
            if criterion.is_computed and draw(st.booleans())
        }
        customers[f"K{number}"] = Customer(rated, measured)
    return criteria, customers


def catalogue_rows(criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
    return [
        {
            "criterion_id": criterion.criterion_id,
            "axis": criterion.axis,
            "weight": criterion.weight,
            "direction": "LOWER_IS_BETTER" if criterion.is_lower_better else "HIGHER_IS_BETTER",
            "scale_min": Decimal("-0.3") if criterion.is_computed else Decimal(1),
            "scale_max": Decimal("0.3") if criterion.is_computed else Decimal(5),
            "source": "computed" if criterion.is_computed else "manual",
            "metric": criterion.criterion_id if criterion.is_computed else None,
            "max_age_days": None if criterion.is_computed else 365,
            "valid_from": date(1900, 1, 1),
        }
        for criterion in criteria
    ]


def zones(
    models: CompiledModels, criteria: Sequence[Criterion], customers: Mapping[str, Customer]
) -> dict[str, tuple[Any, ...]]:
    """Potential score, attractiveness score, coverage, zone and weakest criterion of each customer."""
    models.fill("marts.dim_quarter", [{"quarter_start_date": QUARTER, "as_of_date": AS_OF, "is_provisional": False}])
    models.fill(
        "intermediate.int_policy__by_quarter",
        [
            {
                "quarter_start_date": QUARTER,
                "portfolio_potential_cut_score": CUT,
                "portfolio_attractiveness_cut_score": CUT,
                "portfolio_minimum_coverage_ratio": COVERAGE,
                "portfolio_weight_change_ratio": Decimal("0.1"),
            }
        ],
    )
    models.fill("policy.policy_criterion", catalogue_rows(criteria))
    models.fill(
        "intermediate.int_customer__crosswalk",
        [{"source_type": "crm", "source_id": f"A{k}", "customer_id": k, "is_primary": True} for k in customers],
    )
    models.fill(
        "intermediate.int_customer__by_quarter",
        [{"quarter_start_date": QUARTER, "customer_id": customer, "is_in_population": True} for customer in customers],
    )
    models.fill(
        "input_layer.input_layer__criterion_rating",
        [
            {
                "account_id": f"A{customer}",
                "criterion_id": criterion,
                "score": rating.score,
                "rated_date": AS_OF - timedelta(days=rating.age_days),
                "rater_id": rating.rater_id,
            }
            for customer, known in customers.items()
            for criterion, given_ratings in known.ratings.items()
            for rating in given_ratings
        ],
    )
    models.fill(
        "intermediate.int_portfolio__metric",
        [
            {"quarter_start_date": QUARTER, "customer_id": customer, "metric": criterion, "value": value}
            for customer, known in customers.items()
            for criterion, value in known.measures.items()
        ],
    )
    models.build(
        "int_portfolio__criterion", "int_portfolio__manual_rating", "int_portfolio__rating", "int_portfolio__zone"
    )
    found = models.rows(
        "select customer_id, potential_score, attractiveness_score, coverage_ratio, zone, weakest_criterion"
        " from intermediate.int_portfolio__zone"
    )
    assert len(found) == len({row[0] for row in found})
    return {customer: tuple(values) for customer, *values in found}


def points_of(criteria: Sequence[Criterion], customer: Customer) -> dict[str, Fraction]:
    """Points of each criterion that is rated: the mean of the latest rating of each rater that is fresh."""
    points = {}
    for criterion in criteria:
        latest: dict[str, Rating] = {}
        for rating in sorted(customer.ratings.get(criterion.criterion_id, ()), key=lambda one: -one.age_days):
            latest[rating.rater_id] = rating
        fresh = [Fraction(rating.score) for rating in latest.values() if rating.age_days <= 365]
        if criterion.is_computed:
            fresh = [Fraction(value) for key, value in customer.measures.items() if key == criterion.criterion_id]
        if fresh:
            points[criterion.criterion_id] = criterion.points(sum(fresh) / len(fresh))
    return points


def expected_score(criteria: Sequence[Criterion], points: Mapping[str, Fraction], axis: str) -> Fraction | None:
    on_axis = [criterion for criterion in criteria if criterion.axis == axis]
    known = [criterion for criterion in on_axis if criterion.criterion_id in points]
    total = sum(Fraction(criterion.weight) for criterion in on_axis)
    covered = sum(Fraction(criterion.weight) for criterion in known)
    if covered < Fraction(COVERAGE) * total:
        return None
    return sum((Fraction(one.weight) * points[one.criterion_id] for one in known), Fraction(0)) / covered


@examples
@given(company=companies())
def test_every_customer_is_in_the_one_zone_that_the_rules_give(
    models: CompiledModels, company: tuple[list[Criterion], dict[str, Customer]]
) -> None:
    criteria, customers = company
    result = zones(models, criteria, customers)
    assert set(result) == set(customers)
    for customer, (potential, attractiveness, coverage, zone, weakest) in result.items():
        points = points_of(criteria, customers[customer])
        for axis, score in (("POTENTIAL", potential), ("ATTRACTIVENESS", attractiveness)):
            expected = expected_score(criteria, points, axis)
            assert (score is None) == (expected is None)
            if score is not None and expected is not None:
                assert 0 <= score <= 100
                # Points have six decimals, scores four.
                assert abs(Fraction(score) - expected) <= Fraction(6, 100_000)
        assert 0 <= coverage <= 1
        if potential is None or attractiveness is None:
            assert zone == "UNRATED"
        else:
            assert (
                zone
                == {
                    (True, True): "PROTECT",
                    (True, False): "DEVELOP",
                    (False, True): "HOLD",
                    (False, False): "WITHDRAW",
                }[potential >= CUT, attractiveness >= CUT]
            )
        lacking = {
            one.criterion_id: Fraction(one.weight) * (100 - points[one.criterion_id])
            for one in criteria
            if one.axis == "ATTRACTIVENESS" and points.get(one.criterion_id, Fraction(100)) < 100
        }
        if attractiveness is None or not lacking:
            assert weakest is None
        elif weakest is not None:
            assert max(lacking.values()) - lacking[weakest] <= Fraction(1, 100_000)
        else:
            assert max(lacking.values()) <= Fraction(1, 100)


@examples
@given(company=companies(), data=st.data())
def test_a_better_rating_never_lowers_the_score_of_its_axis(
    models: CompiledModels, company: tuple[list[Criterion], dict[str, Customer]], data: st.DataObject
) -> None:
    criteria, customers = company
    before = zones(models, criteria, customers)
    criterion = data.draw(st.sampled_from(criteria))
    better: dict[str, Customer] = {}
    for customer, known in customers.items():
        sign = -1 if criterion.is_lower_better else 1
        rated, measured = dict(known.ratings), dict(known.measures)
        if criterion.is_computed and criterion.criterion_id in measured:
            step = data.draw(st.integers(min_value=0, max_value=400_000))
            measured[criterion.criterion_id] += sign * Decimal(step).scaleb(-6)
        elif not criterion.is_computed:
            rated[criterion.criterion_id] = [
                one._replace(score=min(max(one.score + sign * data.draw(st.integers(0, 4)), Decimal(1)), Decimal(5)))
                for one in known.ratings[criterion.criterion_id]
            ]
        better[customer] = Customer(rated, measured)
    after = zones(models, criteria, better)
    own, other = (0, 1) if criterion.axis == "POTENTIAL" else (1, 0)
    for customer in customers:
        assert after[customer][other] == before[customer][other]
        assert (after[customer][own] is None) == (before[customer][own] is None)
        if after[customer][own] is not None:
            assert after[customer][own] >= before[customer][own]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(company=companies())
def test_flips_are_what_a_catalogue_with_the_changed_weight_gives(
    models: CompiledModels, company: tuple[list[Criterion], dict[str, Customer]]
) -> None:
    criteria, customers = company
    before = {customer: zone for customer, (_, _, _, zone, _) in zones(models, criteria, customers).items()}
    models.build("portfolio_sensitivity")
    counted = {
        (criterion, change): counts
        for criterion, change, *counts in models.rows(
            "select criterion_id, change, rated_count, flip_count, unrated_count from published.portfolio_sensitivity"
        )
    }
    rated = {customer for customer, zone in before.items() if zone != "UNRATED"}
    if not rated:
        assert counted == {}
        return
    by_any: set[str] = set()
    unrated_by_any: set[str] = set()
    for place, criterion in enumerate(criteria):
        for change, factor in (("UP", Decimal("1.1")), ("DOWN", Decimal("0.9"))):
            changed = [*criteria[:place], criterion._replace(weight=criterion.weight * factor), *criteria[place + 1 :]]
            after = {customer: zone for customer, (_, _, _, zone, _) in zones(models, changed, customers).items()}
            flipped = {customer for customer in rated if after[customer] != before[customer]}
            unrated = {customer for customer in rated if after[customer] == "UNRATED"}
            assert counted[criterion.criterion_id, change] == [len(rated), len(flipped), len(unrated)]
            by_any |= flipped
            unrated_by_any |= unrated
    assert counted["__ANY__", "ANY"] == [len(rated), len(by_any), len(unrated_by_any)]


F15_CRITERIA = [
    *(Criterion(f"P{number}", "POTENTIAL", Decimal(1), False, False) for number in range(3)),
    *(
        Criterion(f"A{number}", "ATTRACTIVENESS", Decimal(weight), False, False)
        for number, weight in enumerate((2, 1, 1))
    ),
]


@pytest.mark.parametrize(
    ("potential", "attractiveness", "scores_and_zone"),
    [
        ("5 4 3", "2 1 3", (75, 25, "DEVELOP")),
        ("3 3 3", "3 3 3", (50, 50, "PROTECT")),
        ("3 3 2.9999", "3 3 3", (Decimal("49.9992"), 50, "HOLD")),
        ("3 3 3.0001", "3 3 2.9999", (Decimal("50.0008"), Decimal("49.9994"), "DEVELOP")),
        ("3 3 2.9999", "2.9998 3 3", (Decimal("49.9992"), Decimal("49.9975"), "WITHDRAW")),
    ],
)
def test_worked_scores_from_ratings_to_zone(
    models: CompiledModels, potential: str, attractiveness: str, scores_and_zone: tuple[Any, ...]
) -> None:
    given_ratings = {
        criterion.criterion_id: [Rating("Anna", Decimal(score), 0)]
        for criterion, score in zip(F15_CRITERIA, (potential + " " + attractiveness).split(), strict=True)
    }
    [(found_potential, found_attractiveness, coverage, zone, _)] = zones(
        models, F15_CRITERIA, {"K1": Customer(given_ratings, {})}
    ).values()
    assert (found_potential, found_attractiveness, zone) == scores_and_zone
    assert coverage == 1


@pytest.mark.parametrize(("score", "points"), [("5", 0), ("4.9999", Decimal("0.0025")), ("1", 100), ("3", 50)])
def test_a_large_share_of_supply_leaves_no_potential(models: CompiledModels, score: str, points: Decimal) -> None:
    """F16: where lower is better the largest value is the worst."""
    criteria = [criterion._replace(is_lower_better=criterion.criterion_id == "P0") for criterion in F15_CRITERIA]
    zones(models, criteria, {"K1": Customer({"P0": [Rating("Anna", Decimal(score), 0)]}, {})})
    assert models.rows("select norm_score from intermediate.int_portfolio__rating") == [(points,)]
