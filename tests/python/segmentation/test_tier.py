"""Hysteresis of the effective tier: the set-based SQL against a state machine that walks quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.publish.ledger import source_set

from .compiled_models import CompiledModels

FIRST_QUARTER_INDEX = 2024 * 4 + 1
SOURCES = ["northwind", "canonical"]
examples = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Quarter(NamedTuple):
    """What happens to a customer in a quarter."""

    tier_raw: str
    is_blocked: bool
    approved_tier: str | None = None


class History(NamedTuple):
    """A customer from the quarter in which it appears (position in the run) on."""

    start: int
    quarters: tuple[Quarter, ...]


quarters = st.builds(
    Quarter, st.sampled_from("AABBCN"), st.sampled_from([False] * 6 + [True]), st.sampled_from([None] * 6 + ["A", "C"])
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, dict[str, History]]:
    count = draw(st.integers(min_value=1, max_value=9))
    customers = {}
    for number in range(draw(st.integers(min_value=1, max_value=20))):
        start = draw(st.integers(min_value=0, max_value=count - 1))
        lived = draw(st.lists(quarters, min_size=count - start, max_size=count - start))
        customers[f"K{number}"] = History(start, tuple(lived))
    return count, customers


def quarter_start(position: int) -> date:
    index = FIRST_QUARTER_INDEX + position - 1
    return date(index // 4, index % 4 * 3 + 1, 1)


def expected_tiers(lived: Sequence[Quarter], hysteresis: int) -> list[str]:
    """The effective tier of each quarter of a customer."""
    effective: list[str] = []
    for position, quarter in enumerate(lived):
        last = [other.tier_raw for other in lived[max(0, position - hysteresis + 1) : position + 1]]
        if quarter.is_blocked:
            effective.append("N")
        elif quarter.approved_tier is not None:
            effective.append(quarter.approved_tier)
        elif not effective or (len(last) == hysteresis and len(set(last)) == 1):
            effective.append(quarter.tier_raw)
        else:
            effective.append(effective[-1])
    return effective


def run(
    models: CompiledModels,
    customers: Mapping[str, History],
    positions: range,
    hysteresis: int,
    ledger: Sequence[Mapping[str, Any]] = (),
    names_before: Mapping[str, str] | None = None,
) -> dict[tuple[str, int], tuple[str, str | None, str | None]]:
    """Tier, tier before and reason of each customer and quarter position of a run over some of the quarters.

    ``names_before`` holds for ids that were published before the customer that each is today.
    """
    models.fill("run.data_source", [{"data_source": source} for source in SOURCES])
    models.fill("ledger.effective_tier", list(ledger))
    models.fill(
        "intermediate.int_customer__published_id",
        [
            {"published_customer_id": before, "customer_id": customer}
            for before, customer in {**{name: name for name in customers}, **(names_before or {})}.items()
        ],
    )
    models.fill(
        "marts.dim_quarter",
        [
            {"quarter_start_date": quarter_start(position), "quarter_index": FIRST_QUARTER_INDEX + position}
            for position in positions
        ],
    )
    models.fill(
        "intermediate.int_policy__by_quarter",
        [
            {"quarter_start_date": quarter_start(position), "tier_hysteresis_quarters": hysteresis}
            for position in positions
        ],
    )
    spine = [
        (customer, position, history.quarters[position - history.start])
        for customer, history in customers.items()
        for position in positions
        if position >= history.start
    ]
    models.fill(
        "intermediate.int_customer__by_quarter",
        [
            {
                "customer_id": customer,
                "quarter_start_date": quarter_start(position),
                "lifecycle_status": "blocked" if quarter.is_blocked else "active",
            }
            for customer, position, quarter in spine
        ],
    )
    models.fill(
        "intermediate.int_segmentation__class",
        [
            {"customer_id": customer, "quarter_start_date": quarter_start(position), "tier_raw": quarter.tier_raw}
            for customer, position, quarter in spine
        ],
    )
    models.fill(
        "intermediate.int_segmentation__tier_override",
        [
            {"customer_id": customer, "quarter_start_date": quarter_start(position), "tier": quarter.approved_tier}
            for customer, position, quarter in spine
            if quarter.approved_tier is not None
        ],
    )
    models.build("int_segmentation__tier")
    position_of = {quarter_start(position): position for position in positions}
    return {
        (customer, position_of[start]): (tier, before, reason)
        for customer, start, tier, before, reason in models.rows(
            "select customer_id, quarter_start_date, tier_effective, tier_effective_before, change_reason"
            " from intermediate.int_segmentation__tier"
        )
    }


@examples
@given(company=histories(), hysteresis=st.integers(min_value=1, max_value=4))
def test_one_pass_over_all_quarters_equals_a_walk_quarter_by_quarter(
    models: CompiledModels, company: tuple[int, dict[str, History]], hysteresis: int
) -> None:
    count, customers = company
    result = run(models, customers, range(count), hysteresis)
    expected = {}
    for customer, history in customers.items():
        effective = expected_tiers(history.quarters, hysteresis)
        for age, tier in enumerate(effective):
            before = effective[age - 1] if age else None
            if age == 0:
                reason = "FIRST_QUARTER"
            elif tier == before:
                reason = None
            else:
                quarter = history.quarters[age]
                reason = "BLOCKED" if quarter.is_blocked else "APPROVED" if quarter.approved_tier else "CONFIRMED"
            expected[customer, history.start + age] = (tier, before, reason)
    assert result == expected


@examples
@given(company=histories(), hysteresis=st.integers(min_value=1, max_value=4), data=st.data())
def test_a_run_that_continues_from_the_ledger_gives_what_one_run_would(
    models: CompiledModels, company: tuple[int, dict[str, History]], hysteresis: int, data: st.DataObject
) -> None:
    count, customers = company
    whole = run(models, customers, range(count), hysteresis)
    split = data.draw(st.integers(min_value=1, max_value=count))
    # Some were called otherwise, up to a quarter that may come before the last one that was published.
    called_until = data.draw(st.dictionaries(st.sampled_from(sorted(customers)), st.integers(0, split)))
    ledger = [
        {
            "customer_id": f"before {customer}" if position < called_until.get(customer, 0) else customer,
            "quarter_start_date": quarter_start(position),
            "tier_raw": customers[customer].quarters[position - customers[customer].start].tier_raw,
            "tier_effective": whole[customer, position][0],
            # As the publication writes it: what the models compare must be the same text.
            "source_set": source_set(SOURCES),
        }
        for customer, position in whole
        if position < split
    ]
    names_before = {f"before {customer}": customer for customer in called_until}
    continued = run(models, customers, range(split, count), hysteresis, ledger, names_before)
    assert continued == {key: value for key, value in whole.items() if key[1] >= split}


@examples
@given(company=histories(), hysteresis=st.integers(min_value=1, max_value=3))
def test_history_has_no_gap_and_no_overlap_and_one_open_interval(
    models: CompiledModels, company: tuple[int, dict[str, History]], hysteresis: int
) -> None:
    count, customers = company
    result = run(models, customers, range(count), hysteresis)
    models.build("int_segmentation__tier_history")
    intervals: dict[str, list[tuple[str, date, date | None, bool]]] = {}
    for customer, *interval in models.rows(
        "select customer_id, tier_effective, valid_from, valid_to, is_current"
        " from intermediate.int_segmentation__tier_history order by customer_id, valid_from"
    ):
        intervals.setdefault(customer, []).append(tuple(interval))
    assert set(intervals) == set(customers)
    for customer, history in intervals.items():
        assert [is_current for *_, is_current in history] == [False] * (len(history) - 1) + [True]
        for (tier, _, valid_to, _), (next_tier, next_from, _, _) in pairwise(history):
            assert valid_to == next_from
            assert tier != next_tier
        for position in range(customers[customer].start, count):
            day = quarter_start(position)
            holding = [tier for tier, start, end, _ in history if start <= day and (end is None or day < end)]
            assert holding == [result[customer, position][0]]


def test_worked_example(models: CompiledModels) -> None:
    history = History(0, tuple(Quarter(tier, False) for tier in "AABABB"))
    result = run(models, {"K1": history}, range(6), 2)
    assert "".join(result["K1", position][0] for position in range(6)) == "AAAAAB"
    models.build("int_segmentation__tier_history", "tier_movements")
    assert models.rows("select count(*) from intermediate.int_segmentation__tier_history") == [(2,)]
    assert models.rows("select from_tier, to_tier, valid_from, reason from published.tier_movements") == [
        ("A", "B", quarter_start(5), "CONFIRMED")
    ]


def test_movement_in_the_first_quarter_of_a_run_is_against_the_ledger(models: CompiledModels) -> None:
    history = History(0, tuple(Quarter(tier, False) for tier in "ABB"))
    ledger = [
        {
            "customer_id": "K1",
            "quarter_start_date": quarter_start(position),
            "tier_raw": raw,
            "tier_effective": "A",
            "source_set": source_set(SOURCES),
        }
        for position, raw in enumerate("AB")
    ]
    run(models, {"K1": history}, range(2, 3), 2, ledger)
    models.build("tier_movements")
    assert models.rows("select from_tier, to_tier from published.tier_movements") == [("A", "B")]
