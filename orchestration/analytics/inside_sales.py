"""Which inside rep looks after which customer: exactly one, a backup, nobody above capacity, and few changes.

Quarter by quarter, each from the one before: a customer stays with the rep it had; one that had none goes to its owner
in the CRM where that is an inside rep at work and has room. A rep above its capacity hands over as few customers as
bring it below: the largest first, and last the smallest that is large enough. No set with fewer customers is large
enough, so that there are as few moves as capacity and staff allow. Whoever has no rep then is placed, largest first,
with the emptiest rep of its team, else of all teams; where nobody has room it stays unassigned, and the reason is
named. The backup of a rep is the next one of its team by id, in a ring, so that one colleague stands in for all
customers of another.

Same input, same output, whatever the order of the rows: customers and reps are sorted by their keys, ties go to the
first, contacts are whole numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

IntArray = npt.NDArray[np.int64]

#: No rep, no team.
NONE: Final = -1
#: A rep that is not at work.
LEFT: Final = -2
REASONS: Final = ("KEPT", "OWNER", "PLACED", "REP_LEFT", "CAPACITY", "NO_REP", "NO_CAPACITY")
KEPT, OWNER, PLACED, REP_LEFT, CAPACITY, NO_REP, NO_CAPACITY = range(len(REASONS))

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
class Office:
    """Customers of a quarter in the order of their ids, n of them, and inside reps at work by theirs, r of them.

    Attributes:
        contacts: Contacts planned for a year, at least 0, (n,).
        previous: Position of the rep in the quarter before, NONE without one, LEFT where it is not at work, (n,).
        owner: Position of the rep in the CRM; NONE where that is nobody, or no inside rep at work, (n,).
        team: Number of the team that answers for the customer, NONE where none does, (n,).
        capacity: Contacts that the rep can make in a year, above 0, (r,).
        team_of_rep: Number of its team, NONE without one, (r,).
    """

    contacts: IntArray
    previous: IntArray
    owner: IntArray
    team: IntArray
    capacity: IntArray
    team_of_rep: IntArray


def assign_quarter(office: Office) -> tuple[IntArray, IntArray]:
    """Give each customer its rep.

    Returns:
        Position of the rep, NONE where nobody can take it, (n,); position in REASONS, (n,).
    """
    count = len(office.contacts)
    rep = np.full(count, NONE, dtype=np.int64)
    reason = np.where(office.previous == LEFT, REP_LEFT, PLACED)
    load = np.zeros(len(office.capacity), dtype=np.int64)
    # Nobody has to leave for a newcomer: owners get theirs as far as there is room beside those who were there.
    is_new = office.previous == NONE
    for home, stays, leaves in (
        (office.previous, KEPT, CAPACITY),
        (np.where(is_new, office.owner, NONE), OWNER, PLACED),
    ):
        staying = home >= 0
        wanted = np.bincount(home[staying], weights=office.contacts[staying], minlength=len(load)).astype(np.int64)
        for full in np.flatnonzero(load + wanted > office.capacity):
            mine = np.flatnonzero(staying & (home == full))
            left = mine[_released(office.contacts[mine], int(office.capacity[full] - load[full]))]
            staying[left] = False
            reason[left] = leaves
        rep[staying] = home[staying]
        reason[staying] = stays
        load += np.bincount(home[staying], weights=office.contacts[staying], minlength=len(load)).astype(np.int64)
    _place(office, rep, reason, load)
    return rep, reason


def _released(contacts: IntArray, capacity: int) -> list[int]:
    """Positions of the customers that a rep hands over: as few as bring it to its capacity."""
    order = np.argsort(contacts, kind="stable").tolist()
    rest = contacts[order].tolist()
    excess = sum(rest) - capacity
    released = []
    while excess > 0:
        # The smallest that is large enough; without one the largest.
        index = min(bisect_left(rest, excess), len(rest) - 1)
        excess -= rest.pop(index)
        released.append(order.pop(index))
    return released


def _place(office: Office, rep: IntArray, reason: IntArray, load: IntArray) -> None:
    """Find a rep for who has none, largest first: the emptiest of its team with room, else of all."""
    waiting = np.flatnonzero(rep == NONE)
    capacity = office.capacity.tolist()
    loads = load.tolist()
    numbers = np.bincount(rep[rep >= 0], minlength=len(capacity)).tolist()
    everybody = range(len(capacity))
    members = {
        int(team): np.flatnonzero(office.team_of_rep == team).tolist() for team in set(office.team_of_rep) - {NONE}
    }
    for customer in waiting[np.argsort(-office.contacts[waiting], kind="stable")].tolist():
        contacts = int(office.contacts[customer])
        found = None
        for group in (members.get(int(office.team[customer]), ()), everybody):
            found = _emptiest(group, contacts, capacity, loads, numbers)
            if found is not None:
                break
        if found is None:
            reason[customer] = NO_CAPACITY if capacity else NO_REP
            continue
        rep[customer] = found
        loads[found] += contacts
        numbers[found] += 1


def _emptiest(
    group: Sequence[int], contacts: int, capacity: Sequence[int], load: Sequence[int], number: Sequence[int]
) -> int | None:
    """The rep of a group with room for so many contacts and the least load; who needs none goes by number."""
    best, best_measure = None, 0.0
    for index in group:
        if load[index] + contacts > capacity[index]:
            continue
        measure = (load[index] if contacts else number[index]) / capacity[index]
        if best is None or measure < best_measure:
            best, best_measure = index, measure
    return best


def backups_of(team_of_rep: IntArray) -> IntArray:
    """The colleague who stands in for each rep, (r,): the next of its team in a ring, of all where it is alone."""
    everybody = list(range(len(team_of_rep)))
    found = np.full(len(team_of_rep), NONE, dtype=np.int64)
    for rep in everybody:
        team = np.flatnonzero(team_of_rep == team_of_rep[rep]).tolist() if team_of_rep[rep] != NONE else []
        ring = team if len(team) > 1 else everybody
        following = ring[(ring.index(rep) + 1) % len(ring)]
        if following != rep:
            found[rep] = following
    return found


def assign(customers: pa.Table, reps: pa.Table, previous: pa.Table) -> pa.Table:
    """Assign the customers of all quarters, each quarter going on from the one before.

    Args:
        customers: A row a customer and quarter: quarter_start_date, customer_id, owner_rep_id, team, contacts_per_year.
        reps: A row an inside rep at work and quarter: quarter_start_date, rep_id, team, capacity_contacts (above 0).
        previous: A row a customer with a rep in the quarter before the first: customer_id, rep_id.

    Returns:
        A row a customer and quarter, as ASSIGNMENT names the columns.
    """
    customer_ids = _sorted_values(customers.column("customer_id"), previous.column("customer_id"))
    rep_ids = _sorted_values(customers.column("owner_rep_id"), reps.column("rep_id"), previous.column("rep_id"))
    teams = _sorted_values(customers.column("team"), reps.column("team"))
    # The rep of each customer in the quarter before, by number.
    held = np.full(len(customer_ids), NONE, dtype=np.int64)
    held[_numbers(previous.column("customer_id"), customer_ids)] = _numbers(previous.column("rep_id"), rep_ids)
    parts = [ASSIGNMENT.empty_table()]
    for quarter in sorted(pc.unique(customers.column("quarter_start_date")).to_pylist()):
        mine = customers.filter(pc.equal(customers.column("quarter_start_date"), quarter)).sort_by("customer_id")
        staff = reps.filter(pc.equal(reps.column("quarter_start_date"), quarter)).sort_by("rep_id")
        at_work = _numbers(staff.column("rep_id"), rep_ids)
        # Position at work by number; the last entry stands for NONE.
        position = np.full(len(rep_ids) + 1, LEFT, dtype=np.int64)
        position[at_work] = np.arange(len(at_work))
        position[NONE] = NONE
        customer = _numbers(mine.column("customer_id"), customer_ids)
        before = held[customer]
        owner = position[_numbers(mine.column("owner_rep_id"), rep_ids)]
        team_of_rep = _numbers(staff.column("team"), teams)
        rep, reason = assign_quarter(
            Office(
                contacts=_integers(mine.column("contacts_per_year")),
                previous=position[before],
                owner=np.where(owner == LEFT, NONE, owner),
                team=_numbers(mine.column("team"), teams),
                capacity=_integers(staff.column("capacity_contacts")),
                team_of_rep=team_of_rep,
            )
        )
        chosen = np.append(at_work, NONE)[rep]
        backup = np.append(at_work, NONE)[np.append(backups_of(team_of_rep), NONE)[rep]]
        held = np.full(len(customer_ids), NONE, dtype=np.int64)
        held[customer] = chosen
        parts.append(
            pa.table(
                [
                    mine.column("quarter_start_date"),
                    mine.column("customer_id"),
                    _names(before, rep_ids),
                    _names(chosen, rep_ids),
                    _names(backup, rep_ids),
                    pa.array(REASONS).take(pa.array(reason)),
                ],
                schema=ASSIGNMENT,
            )
        )
    return pa.concat_tables(parts)


def _sorted_values(*columns: pa.ChunkedArray) -> pa.Array:
    """The distinct values of columns, ascending, without NULL."""
    values = pc.unique(
        pa.chunked_array([chunk for column in columns for chunk in column.cast(pa.string()).chunks], pa.string())
    )
    values = pc.drop_null(values)
    return values.take(pc.sort_indices(values))


def _numbers(column: pa.ChunkedArray, values: pa.Array) -> IntArray:
    """Position of each value among sorted ones, NONE for NULL."""
    found: IntArray = pc.fill_null(pc.index_in(column, value_set=values), NONE).to_numpy().astype(np.int64)
    return found


def _names(numbers: IntArray, values: pa.Array) -> pa.Array:
    """The values at positions, NULL for NONE."""
    return values.take(pa.array(numbers, mask=numbers == NONE))


def _integers(column: pa.ChunkedArray) -> IntArray:
    """A column as whole numbers; NULL is 0."""
    found: IntArray = pc.fill_null(column.cast(pa.int64()), 0).to_numpy()
    return found
