"""The pyramid of each rep: the set-based SQL against the rules that every pyramid obeys, and a walk quarter by quarter.

An example is a company: reps, their accounts, and how the accounts fare in each quarter of the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.publish.ledger import source_set

from ..segmentation.compiled_models import CompiledModels

FIRST_QUARTER_INDEX = 2024 * 4 + 1
SOURCES = ["northwind", "canonical"]
HOLD_MONTHS = 12

examples = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Account(NamedTuple):
    """An account of a rep: its status, revenue and potential in cents quarter by quarter, None before it exists."""

    rep: str
    has_competitor: bool
    is_do_not_contact: bool
    quarters: tuple[tuple[str, int | None, int | None] | None, ...]


class Placed(NamedTuple):
    """What the models say of an account in a quarter."""

    layer: str
    reasons: frozenset[str]
    score: Decimal | None
    is_prospect_missing: bool


# Few distinct amounts give ties; unknown ones and credit notes are there too.
cents = st.one_of(st.sampled_from([0, 1, 100, 100, 5_000]), st.integers(-10_000, 10**7), st.none())
known_cents = st.one_of(st.sampled_from([100, 5_000]), st.integers(0, 10**7), st.none())
status = st.sampled_from(["active", "active", "inactive", "new", "prospect", "prospect", "blocked"])


@st.composite
def companies(draw: st.DrawFn) -> tuple[int, dict[str, Account]]:
    count = draw(st.integers(min_value=1, max_value=7))
    accounts = {}
    for number in range(draw(st.integers(min_value=0, max_value=40))):
        quarters: list[tuple[str, int | None, int | None] | None] = []
        born = draw(st.integers(min_value=0, max_value=count - 1))
        lived = draw(status)
        for position in range(count):
            if position < born:
                quarters.append(None)
                continue
            # Won, lost or blocked: what was a prospect stays one mostly.
            lived = draw(status) if draw(st.integers(0, 9)) == 0 else lived
            revenue = 0 if lived == "prospect" else draw(cents)
            quarters.append((lived, revenue, draw(known_cents)))
        accounts[f"K{number:02d}"] = Account(
            draw(st.sampled_from(["R1", "R1", "R2", "R3"])), draw(st.booleans()), draw(st.booleans()), tuple(quarters)
        )
    return count, accounts


def quarter_start(position: int) -> date:
    index = FIRST_QUARTER_INDEX + position - 1
    return date(index // 4, index % 4 * 3 + 1, 1)


def money(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(-2)


def run(
    models: CompiledModels,
    accounts: Mapping[str, Account],
    positions: range,
    counts: tuple[int, int] = (5, 15),
    ledger: Sequence[Mapping[str, Any]] = (),
    order: Sequence[str] | None = None,
) -> dict[tuple[int, str], Placed]:
    """Where each account of each quarter position is placed by a run over some of the quarters."""
    names = list(order or accounts)
    models.fill("run.data_source", [{"data_source": source} for source in SOURCES])
    models.fill("ledger.focus_slot", list(ledger))
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
                "focus_top_count": counts[0],
                "focus_active_count": counts[1],
                "focus_revenue_weight": Decimal("0.5"),
                "focus_prospect_minimum_hold_months": HOLD_MONTHS,
            }
            for position in positions
        ],
    )
    models.fill(
        "marts.dim_customer",
        [
            {
                "customer_id": name,
                "rep_id": accounts[name].rep,
                "competitor_name": "Muster" if accounts[name].has_competitor else None,
                "is_do_not_contact": accounts[name].is_do_not_contact,
                "is_prospect": False,
            }
            for name in names
        ],
    )
    lived = [
        (name, position, accounts[name].quarters[position])
        for name in names
        for position in positions
        if accounts[name].quarters[position] is not None
    ]
    key = [{"customer_id": name, "quarter_start_date": quarter_start(position)} for name, position, _ in lived]
    facts = [quarter for *_, quarter in lived if quarter is not None]
    models.fill(
        "intermediate.int_customer__by_quarter",
        [{**one, "lifecycle_status": fact[0], "is_in_population": True} for one, fact in zip(key, facts, strict=True)],
    )
    models.fill(
        "intermediate.int_revenue__by_customer_quarter",
        [{**one, "net_revenue_amount": money(fact[1])} for one, fact in zip(key, facts, strict=True)],
    )
    models.fill(
        "intermediate.int_potential__wallet_by_customer_quarter",
        [{**one, "potential_amount": money(fact[2])} for one, fact in zip(key, facts, strict=True)],
    )
    models.build("int_focus__candidate", "int_focus__prospect_slot", "int_focus__layer")
    position_of = {quarter_start(position): position for position in positions}
    rows = models.rows(
        "select quarter_start_date, customer_id, focus_layer, slot_reason, importance_score, is_prospect_missing"
        " from intermediate.int_focus__layer"
    )
    assert len(rows) == len(lived), "one row an account and quarter"
    return {
        (position_of[quarter], name): Placed(layer, frozenset((reason or "").split(",")) - {""}, score, is_missing)
        for quarter, name, layer, reason, score, is_missing in rows
    }


def pyramids(
    accounts: Mapping[str, Account], placed: Mapping[tuple[int, str], Placed]
) -> dict[tuple[int, str], dict[str, Placed]]:
    """The accounts of each quarter and rep."""
    result: dict[tuple[int, str], dict[str, Placed]] = {}
    for (position, name), row in placed.items():
        result.setdefault((position, accounts[name].rep), {})[name] = row
    return result


def growth(account: Account, position: int) -> int | None:
    """Potential less revenue, in cents."""
    _, revenue, potential = account.quarters[position] or ("", None, None)
    return None if potential is None else max(potential - max(revenue or 0, 0), 0)


def is_prospect(account: Account, position: int) -> bool:
    return (account.quarters[position] or ("",))[0] == "prospect"


def is_eligible(account: Account, position: int) -> bool:
    fact = account.quarters[position]
    if fact is None or fact[0] == "blocked":
        return False
    return not (fact[0] == "prospect" and account.is_do_not_contact)


def expected_holders(accounts: Mapping[str, Account], rep: str, count: int) -> list[str | None]:
    """Who holds the rep's place for a prospect in each quarter, by walking through them."""
    holder: str | None = None
    since = 0
    holders = []
    for position in range(count):
        prospects = [
            name
            for name, account in accounts.items()
            if account.rep == rep and is_prospect(account, position) and is_eligible(account, position)
        ]
        if holder not in prospects or (position - since) * 3 >= HOLD_MONTHS:

            def rank(name: str, position: int = position) -> tuple[bool, bool, int, bool, str]:
                could_buy = growth(accounts[name], position)
                has_competitor = accounts[name].has_competitor
                preferred = has_competitor and (could_buy or 0) > 0
                return not preferred, could_buy is None, -(could_buy or 0), not has_competitor, name

            best = min(prospects, key=rank, default=None)
            if best != holder:
                holder, since = best, position
        holders.append(holder)
    return holders


@examples
@given(company=companies(), counts=st.sampled_from([(5, 15), (4, 1), (6, 3)]))
def test_layers_keep_to_their_sizes_and_every_account_has_one(
    models: CompiledModels, company: tuple[int, dict[str, Account]], counts: tuple[int, int]
) -> None:
    count, accounts = company
    for (position, _), pyramid in pyramids(accounts, run(models, accounts, range(count), counts)).items():
        sizes = {layer: sum(row.layer == layer for row in pyramid.values()) for layer in ("TOP5", "ACTIVE15", "REST")}
        eligible = sum(is_eligible(accounts[name], position) for name in pyramid)
        places = counts[0] - any(row.is_prospect_missing for row in pyramid.values())
        assert sum(sizes.values()) == len(pyramid)
        assert sizes["TOP5"] == min(eligible, places)
        assert sizes["ACTIVE15"] == min(max(eligible - places, 0), counts[1])


@examples
@given(company=companies())
def test_the_largest_and_a_prospect_are_among_the_most_important(
    models: CompiledModels, company: tuple[int, dict[str, Account]]
) -> None:
    count, accounts = company
    placed = run(models, accounts, range(count))
    holders = {rep: expected_holders(accounts, rep, count) for rep in {account.rep for account in accounts.values()}}
    for (position, rep), pyramid in pyramids(accounts, placed).items():
        eligible = sorted(name for name in pyramid if is_eligible(accounts[name], position))
        top = {name for name, row in pyramid.items() if row.layer == "TOP5"}
        customers = [name for name in eligible if not is_prospect(accounts[name], position)]
        reasons: dict[str, set[str]] = {}
        revenue = {name: (accounts[name].quarters[position] or ("", 0, 0))[1] or 0 for name in eligible}
        could_grow = {name: growth(accounts[name], position) or 0 for name in eligible}
        # Of equal accounts max finds the first one by id.
        if eligible and max(revenue.values()) > 0:
            reasons.setdefault(max(eligible, key=revenue.__getitem__), set()).add("LARGEST_REVENUE")
        most = max((could_grow[name] for name in customers), default=0)
        if most > 0:
            reasons.setdefault(max(customers, key=could_grow.__getitem__), set()).add("LARGEST_POTENTIAL")
        if eligible and max(could_grow.values()) > most:
            reasons.setdefault(max(eligible, key=could_grow.__getitem__), set()).add("LARGEST_POTENTIAL")
        holder = holders[rep][position]
        if holder is not None:
            reasons.setdefault(holder, set()).add("PROSPECT")
        assert {row.is_prospect_missing for row in pyramid.values()} == {holder is None}
        assert set(reasons) <= top
        for name, row in pyramid.items():
            by_score = {"SCORE"} if row.layer != "REST" else set()
            assert row.reasons == reasons.get(name, by_score)


@examples
@given(company=companies())
def test_places_go_to_the_more_important(models: CompiledModels, company: tuple[int, dict[str, Account]]) -> None:
    count, accounts = company
    depth = {"TOP5": 0, "ACTIVE15": 1, "REST": 2}
    for (position, _), pyramid in pyramids(accounts, run(models, accounts, range(count))).items():
        by_score = [
            (row.score is None, -(row.score or 0), name, depth[row.layer])
            for name, row in pyramid.items()
            if is_eligible(accounts[name], position) and row.reasons <= {"SCORE"}
        ]
        layers = [layer for *_, layer in sorted(by_score)]
        assert layers == sorted(layers)
        assert all(row.score is None or 0 <= row.score <= 1 for row in pyramid.values())


@examples
@given(company=companies(), data=st.data())
def test_order_of_rows_changes_nothing(
    models: CompiledModels, company: tuple[int, dict[str, Account]], data: st.DataObject
) -> None:
    count, accounts = company
    placed = run(models, accounts, range(count))
    order = data.draw(st.permutations(list(accounts)))
    assert run(models, accounts, range(count), order=order) == placed


@examples
@given(company=companies(), data=st.data())
def test_a_run_that_goes_on_from_the_ledger_gives_what_one_run_would(
    models: CompiledModels, company: tuple[int, dict[str, Account]], data: st.DataObject
) -> None:
    count, accounts = company
    whole = run(models, accounts, range(count))
    split = data.draw(st.integers(min_value=0, max_value=count - 1))
    slots = models.rows(
        "select quarter_start_date, rep_id, customer_id, slot_since_date from intermediate.int_focus__prospect_slot"
    )
    since = {(quarter, customer): day for quarter, _, customer, day in slots if customer is not None}
    # Who got a debtor since the publication was published under the id of its account.
    called = {name: data.draw(st.sampled_from([name, f"account of {name}"])) for name in accounts}
    models.fill(
        "intermediate.int_customer__published_id",
        [{"published_customer_id": called[name], "customer_id": name} for name in accounts],
    )
    # As the publication writes it: all focus accounts, of which one holds the place of a prospect.
    ledger = [
        {
            "rep_id": accounts[name].rep,
            "quarter_start_date": quarter_start(position),
            "customer_id": called[name],
            "focus_layer": row.layer,
            "slot_since_date": since.get((quarter_start(position), name)),
            "source_set": source_set(SOURCES),
        }
        for (position, name), row in whole.items()
        if position < split and row.layer != "REST"
    ]
    continued = run(models, accounts, range(split, count), ledger=ledger)
    assert continued == {key: row for key, row in whole.items() if key[0] >= split}


@examples
@given(company=companies(), data=st.data())
def test_what_comes_later_changes_no_earlier_quarter(
    models: CompiledModels, company: tuple[int, dict[str, Account]], data: st.DataObject
) -> None:
    count, accounts = company
    whole = run(models, accounts, range(count))
    until = data.draw(st.integers(min_value=1, max_value=count))
    assert run(models, accounts, range(until)) == {key: row for key, row in whole.items() if key[0] < until}
