"""Inside reps and their customers: one each, never above capacity, and no more moves than there have to be."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.analytics.inside_sales import assign, backups_of

BEFORE, QUARTER = date(2026, 4, 1), date(2026, 7, 1)


class Customer(NamedTuple):
    """A customer to look after, with its owner in the CRM and the team that answers for it."""

    customer_id: str
    owner_rep_id: str | None
    team: str | None
    contacts: int


class Rep(NamedTuple):
    """An inside rep at work."""

    rep_id: str
    team: str | None
    capacity: int


class Place(NamedTuple):
    """Where a customer is."""

    previous_rep_id: str | None
    rep_id: str | None
    backup_rep_id: str | None
    reason: str


def published_table(*rows: tuple[date, str, str]) -> pa.Table:
    """What was published before: quarter, customer, rep."""
    columns = [pa.array([row[place] for row in rows]) for place in range(3)]
    kinds = (pa.date32(), pa.string(), pa.string())
    return pa.table(
        [column.cast(kind) for column, kind in zip(columns, kinds, strict=True)],
        names=["quarter_start_date", "customer_id", "rep_id"],
    )


def assign_quarter(
    customers: Sequence[Customer],
    reps: Sequence[Rep],
    previous: Mapping[str, str],
    published: Mapping[str, str] | None = None,
) -> dict[str, Place]:
    """The place of each customer in a quarter, after one that ``previous`` holds; ``published`` is the quarter's own."""
    text = pa.string()
    rows = assign(
        pa.table(
            {
                "quarter_start_date": pa.array([QUARTER] * len(customers), pa.date32()),
                "customer_id": pa.array([one.customer_id for one in customers], text),
                "owner_rep_id": pa.array([one.owner_rep_id for one in customers], text),
                "team": pa.array([one.team for one in customers], text),
                "contacts_per_year": pa.array([one.contacts for one in customers], pa.int32()),
            }
        ),
        pa.table(
            {
                "quarter_start_date": pa.array([QUARTER] * len(reps), pa.date32()),
                "rep_id": pa.array([one.rep_id for one in reps], text),
                "team": pa.array([one.team for one in reps], text),
                "capacity_contacts": pa.array([one.capacity for one in reps], pa.int32()),
            }
        ),
        published_table(
            *((BEFORE, *row) for row in previous.items()), *((QUARTER, *row) for row in (published or {}).items())
        ),
    ).to_pylist()
    places = {
        row["customer_id"]: Place(row["previous_rep_id"], row["rep_id"], row["backup_rep_id"], row["reason"])
        for row in rows
    }
    assert len(places) == len(rows)
    return places


examples = settings(max_examples=25, deadline=None)
teams = st.sampled_from(["North", "South", None])


@st.composite
def offices(draw: st.DrawFn) -> tuple[list[Customer], list[Rep], dict[str, str]]:
    """Customers, reps at work, and who looked after whom before; some reps have left."""
    reps = [
        Rep(f"R{number}", draw(teams), draw(st.integers(min_value=1, max_value=40)))
        for number in range(draw(st.integers(min_value=0, max_value=5)))
    ]
    known = st.sampled_from([*(rep.rep_id for rep in reps), "R9"])
    customers, previous = [], {}
    for number in range(draw(st.integers(min_value=0, max_value=20))):
        name = f"K{number:02d}"
        customers.append(
            Customer(name, draw(st.one_of(st.none(), known)), draw(teams), draw(st.sampled_from([0, 1, 4, 6, 6, 9])))
        )
        if draw(st.booleans()):
            previous[name] = draw(known)
    return customers, reps, previous


def loads(customers: Sequence[Customer], places: Mapping[str, Place]) -> dict[str, int]:
    result: dict[str, int] = {}
    for customer in customers:
        rep = places[customer.customer_id].rep_id
        if rep is not None:
            result[rep] = result.get(rep, 0) + customer.contacts
    return result


def fewest_to_leave(contacts: Sequence[int], capacity: int) -> int:
    """How many customers have to leave a rep at the least, by trying."""
    return next(
        count
        for count in range(len(contacts) + 1)
        if any(sum(contacts) - sum(gone) <= capacity for gone in combinations(contacts, count))
    )


@examples
@given(office=offices())
def test_each_customer_has_one_rep_within_its_capacity_or_the_reason_why_not(
    office: tuple[list[Customer], list[Rep], dict[str, str]],
) -> None:
    customers, reps, previous = office
    places = assign_quarter(customers, reps, previous)
    assert set(places) == {customer.customer_id for customer in customers}
    capacity = {rep.rep_id: rep.capacity for rep in reps}
    load = loads(customers, places)
    assert all(load[rep] <= capacity[rep] for rep in load)
    for customer in customers:
        place = places[customer.customer_id]
        assert place.previous_rep_id == previous.get(customer.customer_id)
        if place.rep_id is None:
            assert place.backup_rep_id is None
            assert place.reason == ("NO_CAPACITY" if reps else "NO_REP")
            # Nobody has room for it.
            assert all(load.get(rep, 0) + customer.contacts > capacity[rep] for rep in capacity)
        else:
            assert place.reason in ("KEPT", "OWNER", "PLACED", "REP_LEFT", "CAPACITY")
            assert place.backup_rep_id != place.rep_id
            assert (place.backup_rep_id is None) == (len(reps) == 1)
            assert place.backup_rep_id is None or place.backup_rep_id in capacity


@examples
@given(office=offices())
def test_nobody_moves_without_need(office: tuple[list[Customer], list[Rep], dict[str, str]]) -> None:
    customers, reps, previous = office
    places = assign_quarter(customers, reps, previous)
    at_work = {rep.rep_id for rep in reps}
    for rep in reps:
        room = rep.capacity
        # Those who were there first, then those whom the CRM gives to the rep: a newcomer drives nobody out.
        for group, stays in (
            ([one for one in customers if previous.get(one.customer_id) == rep.rep_id], "KEPT"),
            (
                [one for one in customers if one.customer_id not in previous and one.owner_rep_id == rep.rep_id],
                "OWNER",
            ),
        ):
            stayed = [one for one in group if places[one.customer_id].reason == stays]
            assert all(places[one.customer_id].rep_id == rep.rep_id for one in stayed)
            assert len(group) - len(stayed) == fewest_to_leave([one.contacts for one in group], room)
            room -= sum(one.contacts for one in stayed)
    for customer in customers:
        before, place = previous.get(customer.customer_id), places[customer.customer_id]
        if before is not None and before not in at_work and place.rep_id is not None:
            assert place.reason == "REP_LEFT"


@examples
@given(office=offices(), seed=st.integers(0, 1_000))
def test_order_of_rows_changes_nothing_and_a_second_quarter_moves_nobody(
    office: tuple[list[Customer], list[Rep], dict[str, str]], seed: int
) -> None:
    customers, reps, previous = office
    places = assign_quarter(customers, reps, previous)
    shuffled = list(customers), list(reps)
    for part in shuffled:
        random.Random(seed).shuffle(part)
    assert assign_quarter(*shuffled, dict(reversed(previous.items()))) == places
    held = {name: place.rep_id for name, place in places.items() if place.rep_id is not None}
    again = assign_quarter(customers, reps, held)
    assert {name: place.rep_id for name, place in again.items() if name in held} == held
    assert {again[name].reason for name in held} <= {"KEPT"}


@examples
@given(office=offices(), seed=st.integers(0, 1_000))
def test_a_quarter_that_was_published_is_the_same_again(
    office: tuple[list[Customer], list[Rep], dict[str, str]], seed: int
) -> None:
    customers, reps, previous = office
    places = assign_quarter(customers, reps, previous)
    published = {name: place.rep_id for name, place in places.items() if place.rep_id is not None}
    for part in (customers, reps):
        random.Random(seed).shuffle(part)
    assert assign_quarter(customers, reps, previous, published) == places


@examples
@given(office=offices(), later=offices())
def test_what_was_published_changes_only_where_the_rep_is_gone_or_full(
    office: tuple[list[Customer], list[Rep], dict[str, str]], later: tuple[list[Customer], list[Rep], dict[str, str]]
) -> None:
    customers, reps, previous = office
    published = {
        name: place.rep_id
        for name, place in assign_quarter(customers, reps, previous).items()
        if place.rep_id is not None
    }
    # The same customers by name, with other owners, teams and contacts, and other reps at work.
    customers, reps, _ = later
    places = assign_quarter(customers, reps, previous, published)
    load = loads(customers, places)
    for rep in reps:
        assert load.get(rep.rep_id, 0) <= rep.capacity
        group = [one for one in customers if published.get(one.customer_id) == rep.rep_id]
        left = sum(places[one.customer_id].rep_id != rep.rep_id for one in group)
        assert left == fewest_to_leave([one.contacts for one in group], rep.capacity)


def test_the_smallest_that_is_large_enough_leaves_and_the_emptiest_rep_takes_it() -> None:
    """12 + 9 + 6 + 4 = 31 contacts with a capacity of 24: one customer of 9 is enough, one of 12 would be more than that.

    It goes to R3, of its team and with 0 of 10, not to the emptier R2 of another team.
    """
    customers = [Customer(f"K{contacts:02d}", "R1", "North", contacts) for contacts in (12, 9, 6, 4)]
    reps = [Rep("R1", "North", 24), Rep("R2", "South", 100), Rep("R3", "North", 10)]
    places = assign_quarter(customers, reps, dict.fromkeys((one.customer_id for one in customers), "R1"))
    assert {name: (place.rep_id, place.reason) for name, place in places.items()} == {
        "K04": ("R1", "KEPT"),
        "K06": ("R1", "KEPT"),
        "K09": ("R3", "CAPACITY"),
        "K12": ("R1", "KEPT"),
    }


def test_work_is_balanced_and_who_is_not_called_is_spread_by_number() -> None:
    reps = [Rep("R1", "North", 100), Rep("R2", "North", 50)]
    called = [Customer(f"K{number:02d}", None, "North", 6) for number in range(12)]
    places = assign_quarter(called, reps, {})
    assert loads(called, places) == {"R1": 48, "R2": 24}
    silent = [Customer(f"S{number:02d}", None, "North", 0) for number in range(12)]
    held = [place.rep_id for place in assign_quarter(silent, reps, {}).values()]
    assert (held.count("R1"), held.count("R2")) == (8, 4)


def test_a_backup_is_the_next_of_the_team_in_a_ring() -> None:
    """Reps 0, 2 and 4 are a team, 1 is alone in its own, 3 has none: both fall back on all."""
    assert backups_of(np.array([7, 8, 7, -1, 7])).tolist() == [2, 2, 4, 4, 0]
    assert backups_of(np.array([7])).tolist() == [-1]
    assert backups_of(np.array([], dtype=np.int64)).tolist() == []


def test_quarters_go_on_from_each_other_and_from_before_the_run() -> None:
    """R1 leaves after the first quarter; K1 came from R2, as published before the run, although the CRM says R1."""
    first, second, third = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
    customers = pa.table(
        {
            "quarter_start_date": [first, first, second, second, third, third],
            "customer_id": ["K1", "K2", "K1", "K2", "K1", "K2"],
            "owner_rep_id": ["R1"] * 6,
            "team": ["North"] * 6,
            "contacts_per_year": [6] * 6,
        }
    )
    reps = pa.table(
        {
            "quarter_start_date": [first, first, second, third, third],
            "rep_id": ["R1", "R2", "R2", "R1", "R2"],
            "team": ["North"] * 5,
            "capacity_contacts": [12] * 5,
        }
    )
    rows = assign(customers, reps, published_table((date(2025, 10, 1), "K1", "R2"))).to_pylist()
    assert [(row["customer_id"], row["previous_rep_id"], row["rep_id"], row["reason"]) for row in rows] == [
        ("K1", "R2", "R2", "KEPT"),
        ("K2", None, "R1", "OWNER"),
        ("K1", "R2", "R2", "KEPT"),
        ("K2", "R1", "R2", "REP_LEFT"),
        ("K1", "R2", "R2", "KEPT"),
        ("K2", "R2", "R2", "KEPT"),
    ]


def test_a_change_in_the_crm_or_of_staff_does_not_change_who_looked_after_a_customer() -> None:
    """K1 and K2 were published with R1. Then the CRM makes R2 the owner of K1, and R1 gets half of its time.

    Nobody moves for the owner. One has to leave for the time, K1, and the quarter in which it does says so: a chain
    that is computed anew would have had it with R2 all along.
    """
    first, second = date(2026, 4, 1), date(2026, 7, 1)

    def rows_with(capacity: int, *published: tuple[date, str, str]) -> list[tuple[str | None, ...]]:
        customers = pa.table(
            {
                "quarter_start_date": [first, first, second, second],
                "customer_id": ["K1", "K2"] * 2,
                "owner_rep_id": ["R2", "R1"] * 2,
                "team": ["North"] * 4,
                "contacts_per_year": [6] * 4,
            }
        )
        reps = pa.table(
            {
                "quarter_start_date": [first, first, second, second],
                "rep_id": ["R1", "R2"] * 2,
                "team": ["North"] * 4,
                "capacity_contacts": [12, 12, capacity, 12],
            }
        )
        return [
            (row["customer_id"], row["previous_rep_id"], row["rep_id"], row["reason"])
            for row in assign(customers, reps, published_table(*published)).to_pylist()
        ]

    published = ((first, "K1", "R1"), (first, "K2", "R1"))
    as_published = [("K1", None, "R1", "PLACED"), ("K2", None, "R1", "OWNER")]
    assert rows_with(12, *published) == [*as_published, ("K1", "R1", "R1", "KEPT"), ("K2", "R1", "R1", "KEPT")]
    assert rows_with(6, *published) == [*as_published, ("K1", "R1", "R2", "CAPACITY"), ("K2", "R1", "R1", "KEPT")]
    assert rows_with(12)[2:] == [("K1", "R2", "R2", "KEPT"), ("K2", "R1", "R1", "KEPT")]
