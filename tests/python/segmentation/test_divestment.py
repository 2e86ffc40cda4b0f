"""Divestment: the compiled models against the rule in Python, whom they spare, and what an approval can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.publish.ledger import source_set

from .compiled_models import CompiledModels

FIRST_QUARTER_INDEX = 8_100
LOSS_QUARTERS = 2
STEP_QUARTERS = 2
SOURCES = ["canonical", "northwind"]
STEPS = ("REPRICE", "SHIFT_CHANNEL", "MIN_SERVICE", "EXIT")
examples = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Quarter(NamedTuple):
    """What a customer is in a quarter."""

    status: str
    potential_class: str | None
    contribution_cents: int | None
    zone: str | None
    layer: str | None
    has_opportunity: bool
    reason: str | None


class Customer(NamedTuple):
    """What holds for all quarters, and what each of them brings; None before its first one."""

    is_named: bool
    is_blocked: bool
    is_in_population: bool
    quarters: tuple[Quarter | None, ...]


quarters = st.builds(
    Quarter,
    status=st.sampled_from(["active", "active", "active", "new", "inactive", "prospect", "blocked"]),
    potential_class=st.sampled_from(["LOW", "LOW", "LOW", "LOW", "MID", "HIGH", None]),
    contribution_cents=st.sampled_from([-10_000, -10_000, -1, 0, 1, 10_000, None]),
    zone=st.sampled_from(["WITHDRAW", "UNRATED", "HOLD", "DEVELOP", "PROTECT", None]),
    layer=st.sampled_from(["REST", "REST", "ACTIVE15", "TOP5", None]),
    has_opportunity=st.sampled_from([False, False, False, True]),
    reason=st.sampled_from(["REVENUE", "POTENTIAL", "NO_VALUE", "NAMED_ACCOUNT", "KEY_ACCOUNT_GROUP", None]),
)
rare = st.sampled_from([False] * 5 + [True])


@st.composite
def companies(draw: st.DrawFn) -> tuple[int, dict[str, Customer]]:
    count = draw(st.integers(min_value=1, max_value=5))
    customers = {}
    for number in range(draw(st.integers(min_value=1, max_value=12))):
        born = draw(st.integers(min_value=0, max_value=count - 1))
        lived = [None if position < born else draw(quarters) for position in range(count)]
        # What a customer is, it mostly stays.
        for position in range(born + 1, count):
            if draw(st.integers(0, 9)) < 6:
                lived[position] = lived[position - 1]
        customers[f"K{number:02d}"] = Customer(draw(rare), draw(rare), not draw(rare), tuple(lived))
    return count, customers


def quarter_start(position: int) -> date:
    index = FIRST_QUARTER_INDEX + position - 1
    return date(index // 4, index % 4 * 3 + 1, 1)


def as_of(position: int) -> date:
    return date.fromordinal(quarter_start(position + 1).toordinal() - 1)


def run(
    models: CompiledModels,
    customers: Mapping[str, Customer],
    positions: range,
    ledger: Sequence[Mapping[str, Any]] = (),
    approvals: Sequence[Mapping[str, Any]] = (),
    names_before: Mapping[str, str] | None = None,
) -> dict[tuple[int, str], tuple[str, str, str | None]]:
    """Step, status and approver of each candidate of a run over some of the quarters.

    ``names_before`` holds for ids that were published before the customer that each is today.
    """
    lived = [
        (position, name, fact)
        for name, customer in customers.items()
        for position in positions
        for fact in [customer.quarters[position]]
        if fact is not None
    ]
    key = [{"quarter_start_date": quarter_start(position), "customer_id": name} for position, name, _ in lived]
    facts = [fact for *_, fact in lived]
    contributions = [
        None if fact.contribution_cents is None else Decimal(fact.contribution_cents).scaleb(-2) for fact in facts
    ]
    models.fill("run.data_source", [{"data_source": source} for source in SOURCES])
    models.fill("ledger.coverage_loss", list(ledger))
    models.fill("ledger.effective_tier", [])
    models.fill(
        "intermediate.int_customer__published_id",
        [
            {"published_customer_id": before, "customer_id": name}
            for before, name in {**{name: name for name in customers}, **(names_before or {})}.items()
        ],
    )
    models.fill("policy.policy_divestment_approval", list(approvals))
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
            {
                "quarter_start_date": quarter_start(position),
                "divestment_loss_quarters": LOSS_QUARTERS,
                "divestment_step_quarters": STEP_QUARTERS,
            }
            for position in positions
        ],
    )
    models.fill(
        "marts.dim_customer",
        [
            {"customer_id": name, "is_named_account": customer.is_named, "is_blocked": customer.is_blocked}
            for name, customer in customers.items()
        ],
    )
    together = list(zip(key, lived, facts, contributions, strict=True))
    models.fill(
        "intermediate.int_customer__by_quarter",
        [
            {**one, "lifecycle_status": fact.status, "is_in_population": customers[name].is_in_population}
            for one, (_, name, _), fact, _ in together
        ],
    )
    models.fill(
        "intermediate.int_segmentation__tier",
        [{**one, "potential_class": fact.potential_class} for one, _, fact, _ in together],
    )
    models.fill(
        "intermediate.int_customer__profit_by_quarter",
        [{**one, "contribution_amount": contribution} for one, _, _, contribution in together],
    )
    models.fill(
        "intermediate.int_threshold__by_customer_quarter",
        [{**one, "channel_reason": fact.reason} for one, _, fact, _ in together],
    )
    models.fill(
        "intermediate.int_portfolio__zone", [{**one, "zone": fact.zone} for one, _, fact, _ in together if fact.zone]
    )
    models.fill(
        "intermediate.int_focus__layer",
        [{**one, "focus_layer": fact.layer} for one, _, fact, _ in together if fact.layer],
    )
    models.fill(
        "intermediate.int_coverage__open_opportunity", [one for one, _, fact, _ in together if fact.has_opportunity]
    )
    models.fill("intermediate.int_coverage__plan", [{**one, "share_of_wallet_class": "BELOW"} for one, *_ in together])
    models.fill("published.coverage_plan", key)
    models.fill(
        "published.customer_segments",
        [
            {
                **one,
                "as_of_date": as_of(position),
                "potential_class": fact.potential_class,
                "zone": fact.zone,
                "focus_layer": fact.layer,
                "contribution_amount": contribution,
            }
            for one, (position, *_), fact, contribution in together
        ],
    )
    models.build("int_coverage__loss", "int_coverage__divestment_candidate", "divestment_candidates")
    position_of = {quarter_start(position): position for position in positions}
    rows = models.rows(
        "select quarter_start_date, customer_id, step, status, approver from published.divestment_candidates"
    )
    found = {(position_of[quarter], name): (step, status, approver) for quarter, name, step, status, approver in rows}
    assert len(found) == len(rows)
    return found


def expected(customers: Mapping[str, Customer], count: int) -> set[tuple[int, str]]:
    """Who is a candidate when, by the rule, with all quarters in one run."""
    result = set()
    for name, customer in customers.items():
        losses = 0
        for position in range(count):
            fact = customer.quarters[position]
            is_loss = (
                fact is not None
                and fact.potential_class == "LOW"
                and fact.contribution_cents is not None
                and fact.contribution_cents < 0
            )
            losses = losses + 1 if is_loss else 0
            if (
                fact is not None
                and losses >= LOSS_QUARTERS
                and fact.status not in ("prospect", "blocked")
                and not customer.is_blocked
                and not customer.is_named
                and customer.is_in_population
                and fact.zone != "PROTECT"
                and fact.layer != "TOP5"
                and not fact.has_opportunity
                and fact.reason not in ("NAMED_ACCOUNT", "KEY_ACCOUNT_GROUP")
            ):
                result.add((position, name))
    return result


@st.composite
def approvals_of(draw: st.DrawFn, names: Sequence[str], count: int) -> list[dict[str, Any]]:
    keys = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(STEPS)), max_size=8, unique=True))
    return [
        {
            "customer_id": name,
            "step": step,
            "approver": "Anna",
            "approved_date": day,
            "valid_from": day,
        }
        for name, step in keys
        for day in [quarter_start(draw(st.integers(min_value=0, max_value=count)))]
    ]


@examples
@given(company=companies(), data=st.data())
def test_candidates_are_those_of_the_rule_and_never_who_is_to_be_kept(
    models: CompiledModels, company: tuple[int, dict[str, Customer]], data: st.DataObject
) -> None:
    count, customers = company
    approvals = data.draw(approvals_of(sorted(customers), count))
    found = run(models, customers, range(count), approvals=approvals)
    for position, name in found:
        fact = customers[name].quarters[position]
        assert fact is not None
        assert fact.potential_class != "HIGH" and fact.zone != "PROTECT" and fact.layer != "TOP5"
    assert set(found) == expected(customers, count)


@examples
@given(company=companies(), data=st.data())
def test_a_step_is_approved_by_an_approval_that_holds_and_by_nothing_else(
    models: CompiledModels, company: tuple[int, dict[str, Customer]], data: st.DataObject
) -> None:
    count, customers = company
    approvals = data.draw(approvals_of(sorted(customers), count))
    for (position, name), (step, status, approver) in run(models, customers, range(count), approvals=approvals).items():
        begun = [
            (STEPS.index(one["step"]), one["valid_from"])
            for one in approvals
            if one["customer_id"] == name and one["valid_from"] <= as_of(position)
        ]
        if not begun:
            assert (status, approver) == ("PROPOSED", None)
            continue
        last, since = max(begun)
        began = next(begin for begin in range(count + 1) if quarter_start(begin) == since)
        # Approved on the first day of a quarter it has that one and the next.
        if last == 3 or position - began < STEP_QUARTERS:
            assert (step, status, approver) == (STEPS[last], "APPROVED", "Anna")
        else:
            assert (status, approver) == ("PROPOSED", None)
            assert STEPS.index(step) > last


@examples
@given(company=companies(), data=st.data())
def test_a_run_that_goes_on_from_the_ledger_gives_what_one_run_would(
    models: CompiledModels, company: tuple[int, dict[str, Customer]], data: st.DataObject
) -> None:
    count, customers = company
    whole = run(models, customers, range(count))
    split = data.draw(st.integers(min_value=0, max_value=count - 1))
    renamed = data.draw(st.sets(st.sampled_from(sorted(customers))))
    ledger = [
        {
            "customer_id": f"before {name}" if name in renamed else name,
            "quarter_start_date": quarter,
            "loss_quarter_count": losses,
            "source_set": source_set(SOURCES),
        }
        for name, quarter, losses in models.rows(
            "select customer_id, quarter_start_date, loss_quarter_count from intermediate.int_coverage__loss"
        )
        if quarter < quarter_start(split)
    ]
    names_before = {f"before {name}": name for name in renamed}
    continued = run(models, customers, range(split, count), ledger=ledger, names_before=names_before)
    assert continued == {key: row for key, row in whole.items() if key[0] >= split}
