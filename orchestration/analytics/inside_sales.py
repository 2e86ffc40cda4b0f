"""Which inside rep looks after which customer: exactly one, a backup, nobody above capacity, and few changes.

Quarter by quarter, each from the one before: a customer stays with the rep it had; one that had none goes to its owner
in the CRM where that is an inside rep at work. A rep above its capacity hands over as few customers as bring it below:
the largest first, and last the smallest that is large enough. No set with fewer customers is large enough, so that
there are as few moves as capacity and staff allow. Whoever has no rep then is placed, largest first, with the emptiest
rep of its team, else of all teams; where nobody has room it stays unassigned, and the reason is named. The backup of a
rep is the next one of its team by id, in a ring, so that one colleague stands in for all customers of another.

Same input, same output, whatever the order of the rows: customers and reps are sorted by their keys, ties go to the
first, contacts are whole numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

ASSIGNMENT: Final = pa.schema(
    [
        ("quarter_start_date", pa.date32()),
        ("customer_id", pa.string()),
        ("previous_rep_id", pa.string()),
        ("rep_id", pa.string()),
        ("backup_rep_id", pa.string()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class Customer:
    """A customer to look after.

    Attributes:
        customer_id: Its id.
        owner_rep_id: Its rep in the CRM, None without one.
        team: The team that answers for it, None where none does.
        contacts: Contacts planned for a year, at least 0.
    """

    customer_id: str
    owner_rep_id: str | None
    team: str | None
    contacts: int


@dataclass(frozen=True)
class Rep:
    """An inside rep at work.

    Attributes:
        rep_id: Its id.
        team: Its team, None without one.
        capacity: Contacts that it can make in a year, above 0.
    """

    rep_id: str
    team: str | None
    capacity: int


@dataclass(frozen=True)
class Place:
    """Where a customer is in a quarter.

    Attributes:
        previous_rep_id: Its rep in the quarter before, None without one.
        rep_id: Its rep, None where nobody can take it.
        backup_rep_id: Who stands in, None where there is no second rep.
        reason: KEPT, OWNER or PLACED; moved because its rep left REP_LEFT, or was too full CAPACITY; without a
            rep NO_REP (nobody is at work) or NO_CAPACITY.
    """

    previous_rep_id: str | None
    rep_id: str | None
    backup_rep_id: str | None
    reason: str


def assign_quarter(customers: Iterable[Customer], reps: Iterable[Rep], previous: Mapping[str, str]) -> dict[str, Place]:
    """Give each customer its rep of a quarter.

    Args:
        customers: Customers of the quarter, each once.
        reps: Reps at work, each once.
        previous: Rep of each customer that had one in the quarter before.

    Returns:
        The place of each customer.
    """
    staff = sorted(reps, key=lambda rep: rep.rep_id)
    position = {rep.rep_id: index for index, rep in enumerate(staff)}
    load = [0] * len(staff)
    count = [0] * len(staff)
    kept: list[list[Customer]] = [[] for _ in staff]
    owned: list[list[Customer]] = [[] for _ in staff]
    waiting: list[tuple[Customer, str]] = []
    chosen: dict[str, tuple[int | None, str]] = {}
    for customer in sorted(customers, key=lambda one: one.customer_id):
        before = previous.get(customer.customer_id)
        if before in position:
            kept[position[before]].append(customer)
        elif before is not None:
            waiting.append((customer, "REP_LEFT"))
        elif customer.owner_rep_id in position:
            owned[position[customer.owner_rep_id]].append(customer)
        else:
            waiting.append((customer, "PLACED"))
    # Nobody has to leave for a newcomer: owners get theirs as far as there is room beside those who were there.
    for group, stays, leaves in ((kept, "KEPT", "CAPACITY"), (owned, "OWNER", "PLACED")):
        for index, rep in enumerate(staff):
            released = _released(group[index], rep.capacity - load[index])
            for customer in group[index]:
                if customer.customer_id in released:
                    waiting.append((customer, leaves))
                    continue
                load[index] += customer.contacts
                count[index] += 1
                chosen[customer.customer_id] = (index, stays)
    everybody = range(len(staff))
    team_members: dict[str, list[int]] = {}
    for index, rep in enumerate(staff):
        if rep.team is not None:
            team_members.setdefault(rep.team, []).append(index)
    for customer, reason in sorted(waiting, key=lambda one: (-one[0].contacts, one[0].customer_id)):
        index = None
        for group in (team_members.get(customer.team or "", ()), everybody):
            index = _emptiest(group, staff, load, count, customer.contacts)
            if index is not None:
                break
        if index is None:
            chosen[customer.customer_id] = (None, "NO_CAPACITY" if staff else "NO_REP")
            continue
        load[index] += customer.contacts
        count[index] += 1
        chosen[customer.customer_id] = (index, reason)
    backups = backups_of(staff)
    return {
        customer_id: Place(
            previous.get(customer_id),
            None if index is None else staff[index].rep_id,
            None if index is None else backups[staff[index].rep_id],
            reason,
        )
        for customer_id, (index, reason) in sorted(chosen.items())
    }


def backups_of(reps: Iterable[Rep]) -> dict[str, str | None]:
    """The colleague who stands in for each rep: the next one of its team by id, in a ring, of all where it is alone."""
    staff = sorted(reps, key=lambda rep: rep.rep_id)
    found: dict[str, str | None] = {}
    for rep in staff:
        team = [other.rep_id for other in staff if other.team == rep.team and rep.team is not None]
        ring = team if len(team) > 1 else [other.rep_id for other in staff]
        following = ring[(ring.index(rep.rep_id) + 1) % len(ring)]
        found[rep.rep_id] = following if following != rep.rep_id else None
    return found


def _released(customers: Sequence[Customer], capacity: int) -> set[str]:
    """Customers that a rep hands over: as few as bring it to its capacity."""
    excess = sum(customer.contacts for customer in customers) - capacity
    released: set[str] = set()
    if excess <= 0:
        return released
    rest = sorted(customers, key=lambda one: (one.contacts, one.customer_id))
    contacts = [customer.contacts for customer in rest]
    while excess > 0:
        index = bisect_left(contacts, excess)
        if index == len(contacts):
            index -= 1
        excess -= contacts.pop(index)
        released.add(rest.pop(index).customer_id)
    return released


def _emptiest(
    group: Sequence[int], staff: Sequence[Rep], load: Sequence[int], count: Sequence[int], contacts: int
) -> int | None:
    """The rep of a group with room for so many contacts and the least load; who needs none goes by number."""
    best, best_measure = None, 0.0
    for index in group:
        capacity = staff[index].capacity
        if load[index] + contacts > capacity:
            continue
        measure = (load[index] if contacts else count[index]) / capacity
        if best is None or measure < best_measure:
            best, best_measure = index, measure
    return best


def assign(customers: pa.Table, reps: pa.Table, previous: pa.Table) -> pa.Table:
    """Assign the customers of all quarters, each quarter going on from the one before.

    Args:
        customers: A row a customer and quarter: quarter_start_date, customer_id, owner_rep_id, team, contacts_per_year.
        reps: A row an inside rep at work and quarter: quarter_start_date, rep_id, team, capacity_contacts (above 0).
        previous: A row a customer with a rep in the quarter before the first: customer_id, rep_id.

    Returns:
        A row a customer and quarter, as ASSIGNMENT names the columns.
    """
    staff: dict[date, list[Rep]] = {}
    for row in reps.to_pylist():
        staff.setdefault(row["quarter_start_date"], []).append(
            Rep(row["rep_id"], row["team"], int(row["capacity_contacts"]))
        )
    by_quarter: dict[date, list[Customer]] = {}
    columns = [
        customers.column(name).to_pylist()
        for name in ("quarter_start_date", "customer_id", "owner_rep_id", "team", "contacts_per_year")
    ]
    for quarter, customer_id, owner, team, contacts in zip(*columns, strict=True):
        by_quarter.setdefault(quarter, []).append(Customer(customer_id, owner, team, int(contacts or 0)))
    known = {row["customer_id"]: row["rep_id"] for row in previous.to_pylist()}
    result: dict[str, list[Any]] = {name: [] for name in ASSIGNMENT.names}
    for quarter in sorted(by_quarter):
        places = assign_quarter(by_quarter[quarter], staff.get(quarter, ()), known)
        for customer_id, place in places.items():
            result["quarter_start_date"].append(quarter)
            result["customer_id"].append(customer_id)
            result["previous_rep_id"].append(place.previous_rep_id)
            result["rep_id"].append(place.rep_id)
            result["backup_rep_id"].append(place.backup_rep_id)
            result["reason"].append(place.reason)
        known = {customer_id: place.rep_id for customer_id, place in places.items() if place.rep_id is not None}
    return pa.table(result, schema=ASSIGNMENT)
