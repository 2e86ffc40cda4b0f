"""Growth potential: how few customers hold a share of it against plain counting, and groups that add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .compiled_models import CompiledModels

QUARTER = date(2026, 7, 1)
SHARES = (Decimal("0.5"), Decimal("0.8"), Decimal("0.9"), Decimal(1))
POLICY = {
    "quarter_start_date": QUARTER,
    "growth_concentration_low_ratio": SHARES[0],
    "growth_concentration_ratio": SHARES[1],
    "growth_concentration_high_ratio": SHARES[2],
}
examples = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def cents(minimum: int, maximum: int) -> st.SearchStrategy[Decimal]:
    return st.integers(minimum, maximum).map(lambda number: Decimal(number).scaleb(-2))


# Few distinct values, so that customers of equal growth meet a share; some large enough to hold one by themselves.
potentials = st.none() | st.sampled_from([Decimal(0), Decimal(10), Decimal(20)]) | cents(0, 10**4) | cents(0, 10**11)
customers = st.lists(
    st.fixed_dictionaries(
        {
            "quarter_start_date": st.just(QUARTER),
            "is_in_population": st.sampled_from([True, True, True, False]),
            "lifecycle_status": st.sampled_from(["prospect", "active", "inactive"]),
            "abc_revenue_class": st.sampled_from(["A", "C", "N"]),
            "potential_class": st.sampled_from(["HIGH", "LOW", None]),
            "net_revenue_amount": st.sampled_from([Decimal(0), Decimal(-3), Decimal(10)]) | cents(0, 10**6),
            "potential_amount": potentials,
        }
    ),
    max_size=30,
)


def growth(customer: dict[str, Any]) -> Decimal | None:
    potential = customer["potential_amount"]
    return None if potential is None else max(potential - max(customer["net_revenue_amount"], Decimal(0)), Decimal(0))


def build(models: CompiledModels, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    models.fill(
        "marts.dim_quarter",
        [{"quarter_start_date": QUARTER, "as_of_date": date(2026, 9, 30), "is_provisional": False}],
    )
    models.fill("intermediate.int_policy__by_quarter", [POLICY])
    models.fill(
        "published.customer_segments", [{"customer_id": f"K{number}", **row} for number, row in enumerate(rows)]
    )
    models.build("growth_potential", "growth_concentration")
    return [row for row in rows if row["is_in_population"]]


@examples
@given(rows=customers)
def test_a_share_is_held_by_as_few_customers_as_plain_counting_finds(
    models: CompiledModels, rows: list[dict[str, Any]]
) -> None:
    population = build(models, rows)
    known = sorted((growth(row) for row in population if growth(row) is not None), reverse=True)  # type: ignore[type-var]
    total = sum(known, Decimal(0))
    expected: dict[Decimal, tuple[int | None, Decimal | None, Decimal | None]] = {}
    for share in SHARES:
        held, count = Decimal(0), 0
        while total > 0 and held < share * total:
            held += known[count] or 0
            count += 1
        expected[share] = (count, held, known[count - 1]) if total > 0 else (None, None, None)
    found = models.rows(
        "select growth_share_ratio, customer_count, growth_potential_amount, smallest_growth_potential_amount"
        " from published.growth_concentration"
    )
    assert {share: tuple(values) for share, *values in found} == expected


@examples
@given(rows=customers)
def test_groups_add_up_to_the_population(models: CompiledModels, rows: list[dict[str, Any]]) -> None:
    population = build(models, rows)
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in population:
        key = (row["abc_revenue_class"], row["potential_class"] or "UNCLASSIFIED", row["lifecycle_status"])
        groups.setdefault(key, []).append(row)
    found = models.rows(
        "select abc_revenue_class, potential_class, lifecycle_status, customer_count, unknown_potential_count,"
        " net_revenue_amount, growth_potential_amount from published.growth_potential"
    )

    def total(members: Sequence[dict[str, Any]]) -> Decimal | None:
        known = [amount for member in members if (amount := growth(member)) is not None]
        return sum(known, Decimal(0)) if known else None

    assert {tuple(row[:3]): tuple(row[3:]) for row in found} == {
        key: (
            len(members),
            sum(member["potential_amount"] is None for member in members),
            sum((member["net_revenue_amount"] for member in members), Decimal(0)),
            total(members),
        )
        for key, members in groups.items()
    }
