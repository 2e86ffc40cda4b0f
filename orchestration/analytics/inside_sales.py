"""Which inside rep looks after which customer: exactly one, a backup, nobody above capacity, and few changes.

Quarter by quarter, each from the one before: a customer stays with the rep it had; one that had none goes to its owner
in the CRM where that is an inside rep at work and has room. A rep above its capacity hands over as few customers as
bring it below: the largest first, and last the smallest that is large enough. No set with fewer customers is large
enough, so that there are as few moves as capacity and staff allow. Whoever has no rep then is placed, largest first,
with the emptiest rep of its team, else of all teams; where nobody has room it stays unassigned, and the reason is
named. The backup of a rep is the next one of its team by id, in a ring, so that one colleague stands in for all
customers of another.

The rep that customers know is the published one. So a quarter that was published before keeps its reps, as far as they
are at work and have the capacity, and the next one goes on from what was published, whatever became of owners, staff
and plans meanwhile. Computed anew from the first quarter on, it would change reps without a move that anybody sees.

Same input, same output, whatever the order of the rows: customers and reps are sorted by their keys, ties go to the
first, contacts are whole numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
        published: Position of the rep that was published for this quarter before, NONE without one at work, (n,).
        previous: Position of the rep in the quarter before, NONE without one, LEFT where it is not at work, (n,).
        owner: Position of the rep in the CRM; NONE where that is nobody, or no inside rep at work, (n,).
        team: Number of the team that answers for the customer, NONE where none does, (n,).
        capacity: Contacts that the rep can make in a year, above 0, (r,).
        team_of_rep: Number of its team, NONE without one, (r,).
    """

    contacts: IntArray
    published: IntArray
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
    rep = np.full(len(office.contacts), NONE, dtype=np.int64)
    load = np.zeros(len(office.capacity), dtype=np.int64)
    # Nobody has to leave for a newcomer: owners get theirs as far as there is room beside those who were there.
    for home in (
        office.published,
        np.where(office.published == NONE, office.previous, NONE),
        np.where((office.published == NONE) & (office.previous == NONE), office.owner, NONE),
    ):
        staying = home >= 0
        wanted = np.bincount(home[staying], weights=office.contacts[staying], minlength=len(load)).astype(np.int64)
        for full in np.flatnonzero(load + wanted > office.capacity):
            mine = np.flatnonzero(staying & (home == full))
            staying[mine[_released(office.contacts[mine], int(office.capacity[full] - load[full]))]] = False
        rep[staying] = home[staying]
        load += np.bincount(home[staying], weights=office.contacts[staying], minlength=len(load)).astype(np.int64)
    _place(office, rep, load)
    return rep, _reasons(office, rep)


def _reasons(office: Office, rep: IntArray) -> IntArray:
    """Why each customer is where it is, by what it had and has: the same whenever a quarter is computed."""
    nobody = NO_CAPACITY if len(office.capacity) else NO_REP
    reason: IntArray = np.select(
        [rep == NONE, rep == office.previous, office.previous == LEFT, office.previous >= 0, rep == office.owner],
        [nobody, KEPT, REP_LEFT, CAPACITY, OWNER],
        default=PLACED,
    )
    return reason


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


def _place(office: Office, rep: IntArray, load: IntArray) -> None:
    """Find a rep for who has none, largest first: the emptiest of its team with room, else of all."""
    waiting = np.flatnonzero(rep == NONE)
    capacity = office.capacity.tolist()
    loads = load.tolist()
    numbers = np.bincount(rep[rep >= 0], minlength=len(capacity)).tolist()
    everybody = range(len(capacity))
    members = {
        int(team): np.flatnonzero(office.team_of_rep == team).tolist() for team in set(office.team_of_rep) - {NONE}
    }
    # Contacts from which on nobody of a team, or of all, has room: loads only grow, so nobody is asked twice.
    too_many: dict[int | None, int] = {}
    for customer in waiting[np.argsort(-office.contacts[waiting], kind="stable")].tolist():
        contacts = int(office.contacts[customer])
        team = int(office.team[customer])
        for group, reps in ((team, members.get(team, ())), (None, everybody)):
            if contacts >= too_many.get(group, contacts + 1):
                continue
            found = _emptiest(reps, contacts, capacity, loads, numbers)
            if found is None:
                too_many[group] = contacts
                continue
            rep[customer] = found
            loads[found] += contacts
            numbers[found] += 1
            break


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


def assign(customers: pa.Table, reps: pa.Table, published: pa.Table) -> pa.Table:
    """Assign the customers of all quarters, each quarter going on from the one before.

    Args:
        customers: A row a customer and quarter: quarter_start_date, customer_id, owner_rep_id, team, contacts_per_year.
        reps: A row an inside rep at work and quarter: quarter_start_date, rep_id, team, capacity_contacts (above 0).
        published: A row a customer and quarter with a rep as published before, of these quarters and the one before
            them: quarter_start_date, customer_id, rep_id.

    Returns:
        A row a customer and quarter, as ASSIGNMENT names the columns.
    """
    customer_ids = _sorted_values(customers.column("customer_id"), published.column("customer_id"))
    rep_ids = _sorted_values(customers.column("owner_rep_id"), reps.column("rep_id"), published.column("rep_id"))
    teams = _sorted_values(customers.column("team"), reps.column("team"))
    # The rep of each customer in the quarter before, by number: as published, else as computed here.
    held = np.full(len(customer_ids), NONE, dtype=np.int64)
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
        earlier = _published_in(published, _quarter_before(quarter), customer_ids, rep_ids)
        before = (held if earlier is None else earlier)[customer]
        own = _published_in(published, quarter, customer_ids, rep_ids)
        published_rep = np.full(len(customer), NONE, dtype=np.int64) if own is None else position[own[customer]]
        owner = position[_numbers(mine.column("owner_rep_id"), rep_ids)]
        team_of_rep = _numbers(staff.column("team"), teams)
        rep, reason = assign_quarter(
            Office(
                contacts=_integers(mine.column("contacts_per_year")),
                published=np.where(published_rep == LEFT, NONE, published_rep),
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


def _published_in(published: pa.Table, quarter: date, customer_ids: pa.Array, rep_ids: pa.Array) -> IntArray | None:
    """The rep of each customer by number as published for a quarter; None where nothing was published for it."""
    rows = published.filter(pc.equal(published.column("quarter_start_date"), quarter))
    if not rows.num_rows:
        return None
    found = np.full(len(customer_ids), NONE, dtype=np.int64)
    found[_numbers(rows.column("customer_id"), customer_ids)] = _numbers(rows.column("rep_id"), rep_ids)
    return found


def _quarter_before(quarter: date) -> date:
    return quarter.replace(month=quarter.month - 3) if quarter.month > 3 else date(quarter.year - 1, 10, 1)


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
