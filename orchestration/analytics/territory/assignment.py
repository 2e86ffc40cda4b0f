"""Proposes who should look after whom: tables of customers and reps in, a table of assignments out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.analytics.territory.problem import (
    UNASSIGNED,
    UNITS_PER_MINUTE,
    BoolArray,
    FloatArray,
    IntArray,
    Problem,
)
from orchestration.analytics.territory.solver import Solution, solve

#: Which method, and which state of it, an assignment comes from.
METHOD_VERSION: Final = "territory_assignment 2"
#: Channels of customers and reps. Inside sales serves from its desk; who has no channel known goes with any.
INSIDE: Final = "INSIDE"
FIELD: Final = "FIELD"
EARTH_RADIUS_KM: Final = 6371.0
#: Share of the average load of its channel that a rep must be able to reach to be levelled with the others.
SHORT_RATIO: Final = 0.5


ASSIGNMENT: Final = pa.schema(
    [
        ("quarter_start_date", pa.date32()),
        ("customer_id", pa.string()),
        ("from_rep_id", pa.string()),
        ("to_rep_id", pa.string()),
        ("is_locked", pa.bool_()),
        ("is_remote", pa.bool_()),
        ("reason", pa.string()),
        ("from_minutes", pa.decimal128(18, 4)),
        ("to_minutes", pa.decimal128(18, 4)),
        ("from_travel_minutes", pa.decimal128(18, 4)),
        ("to_travel_minutes", pa.decimal128(18, 4)),
        ("from_distance_km", pa.decimal128(18, 4)),
        ("to_distance_km", pa.decimal128(18, 4)),
        ("part_number", pa.int64()),
        ("is_exact", pa.bool_()),
        ("objective_minutes", pa.decimal128(18, 4)),
        ("bound_minutes", pa.decimal128(18, 4)),
        ("maximum_move_count", pa.int64()),
        ("method_version", pa.string()),
    ]
)


@dataclass(frozen=True)
class _Force:
    """Customers and reps of a quarter as arrays, sorted by their keys; n customers, r reps."""

    customer: list[str]
    rep: list[str]
    current: IntArray
    has_left: BoolArray
    is_locked: BoolArray
    capacity: IntArray
    channel: IntArray
    minutes: IntArray
    distance: FloatArray
    travel: FloatArray
    is_eligible: BoolArray
    is_remote: BoolArray
    has_channel: BoolArray
    handover: float
    balance: float
    maximum_moved_ratio: float


def assign(customers: pa.Table, reps: pa.Table, policies: pa.Table) -> pa.Table:
    """Who should look after whom, for the customers of all quarters that have a policy.

    Args:
        customers: A row a customer and quarter: quarter_start_date, customer_id, rep_id (of today, NULL without one),
            channel (of the work it needs, NULL for any), territory_id, latitude, longitude, workload_minutes and
            remote_minutes (decimal, of a year; the second when inside sales takes over from others), visit_count
            (a year), is_locked, is_remote_possible.
        reps: A row a rep at work and quarter: quarter_start_date, rep_id, channel (NULL for any), territory_id,
            latitude, longitude, capacity_minutes (decimal, above 0).
        policies: A row a quarter: quarter_start_date, handover_minutes, balance_weight, maximum_moved_ratio,
            maximum_distance_km, travel_minutes_per_km.

    Returns:
        A row a customer and quarter, as ASSIGNMENT names the columns.
    """
    parts = [ASSIGNMENT.empty_table()]
    for policy in policies.sort_by("quarter_start_date").to_pylist():
        day = policy["quarter_start_date"]
        own = [
            table.filter(pc.equal(table.column("quarter_start_date"), day)).sort_by(key)
            for table, key in ((customers, "customer_id"), (reps, "rep_id"))
        ]
        if own[0].num_rows:
            parts.append(_assign_quarter(own[0], own[1], policy))
    return pa.concat_tables(parts)


def _numbers(table: pa.Table, name: str) -> FloatArray:
    """A column as floats, NaN for NULL."""
    found: FloatArray = np.array(table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    return found


def _units(table: pa.Table, name: str) -> IntArray:
    """Minutes of decimal(18, 4) as whole units; NULL is none."""
    column = pc.fill_null(table.column(name).cast(pa.decimal128(18, 4)), Decimal(0))
    scaled = pc.multiply(column, pa.scalar(Decimal(UNITS_PER_MINUTE), pa.decimal128(6, 0)))
    units: IntArray = scaled.cast(pa.decimal128(25, 0), safe=False).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return units


def _codes(customers: pa.Table, reps: pa.Table, name: str) -> tuple[IntArray, IntArray, list[str]]:
    """A text of customers and reps as numbers of a common list, -1 for NULL, and the list."""
    texts = [table.column(name).cast(pa.string()) for table in (customers, reps)]
    known = sorted({text for column in texts for text in pc.unique(column).to_pylist() if text is not None})
    listed = pa.array(known, pa.string())
    found = [pc.fill_null(pc.index_in(column, listed), -1).to_numpy().astype(np.int64) for column in texts]
    return found[0], found[1], known


def _flags(table: pa.Table, name: str) -> BoolArray:
    flags: BoolArray = np.array(pc.fill_null(table.column(name), False).to_numpy(zero_copy_only=False), dtype=bool)
    return flags


def _force(customers: pa.Table, reps: pa.Table, policy: dict[str, Any]) -> _Force:
    """Who may serve whom, and what it takes."""
    customer, rep = customers.column("customer_id").to_pylist(), reps.column("rep_id").to_pylist()
    place = {key: number for number, key in enumerate(rep)}
    owner = customers.column("rep_id").to_pylist()
    current = np.array([UNASSIGNED if key is None else place.get(key, UNASSIGNED) for key in owner], dtype=np.int64)
    has_left = np.array([key is not None and key not in place for key in owner], dtype=bool)
    needed, channel, channels = _codes(customers, reps, "channel")
    inside, field = (channels.index(name) if name in channels else len(channels) for name in (INSIDE, FIELD))
    fits = (needed[:, None] == channel[None, :]) | (needed < 0)[:, None] | (channel < 0)[None, :]
    # From a desk anybody can be reached; a visit is paid in the region, but key accounts are visited wherever they are.
    is_inside = channel == inside
    is_remote = is_inside[None, :] & ((needed != inside) & (needed >= 0))[:, None]
    distance = _distances(customers, reps)
    in_region = _in_region(customers, reps, distance, float(policy["maximum_distance_km"]), current)
    is_bound_to_region = (needed == field)[:, None] & ~is_inside[None, :]
    is_eligible = fits & (in_region | ~is_bound_to_region)
    is_eligible |= is_remote & _flags(customers, "is_remote_possible")[:, None]
    with_rep = np.flatnonzero(current != UNASSIGNED)
    is_eligible[with_rep, current[with_rep]] = True
    is_remote[with_rep, current[with_rep]] = False
    visits = np.nan_to_num(_numbers(customers, "visit_count"))
    is_still = is_remote | is_inside[None, :] | (visits == 0)[:, None]
    travel = np.where(is_still, 0.0, visits[:, None] * distance * float(policy["travel_minutes_per_km"]))
    minutes = np.where(
        is_remote, _units(customers, "remote_minutes")[:, None], _units(customers, "workload_minutes")[:, None]
    ).astype(np.int64)
    return _Force(
        customer=customer,
        rep=rep,
        current=current,
        has_left=has_left,
        is_locked=_flags(customers, "is_locked") & (current != UNASSIGNED),
        capacity=_units(reps, "capacity_minutes"),
        channel=channel,
        minutes=minutes,
        # Nobody travels from a desk.
        distance=np.where(is_inside[None, :], np.nan, distance),
        travel=travel,
        is_eligible=is_eligible,
        is_remote=is_remote,
        has_channel=fits.any(axis=1) | (is_eligible.any(axis=1)),
        handover=float(policy["handover_minutes"]),
        balance=float(policy["balance_weight"]),
        maximum_moved_ratio=float(policy["maximum_moved_ratio"]),
    )


def _distances(customers: pa.Table, reps: pa.Table) -> FloatArray:
    """Kilometres as the crow flies, (n, r), as they are published; NaN where a place is unknown."""
    here, there = (
        [np.radians(_numbers(table, name)) for name in ("latitude", "longitude")] for table in (customers, reps)
    )
    half_latitude = np.sin((here[0][:, None] - there[0][None, :]) / 2) ** 2
    half_longitude = np.sin((here[1][:, None] - there[1][None, :]) / 2) ** 2
    chord = half_latitude + np.cos(here[0])[:, None] * np.cos(there[0])[None, :] * half_longitude
    # Processors differ in the last bits of a sine: rounded, all of them propose the same.
    distance: FloatArray = np.round(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0))), 4)
    return distance


def _in_region(
    customers: pa.Table, reps: pa.Table, distance: FloatArray, maximum_distance: float, current: IntArray
) -> BoolArray:
    """Whether a visit is within a rep's region, (n, r): by distance where both places are known, else by territory.

    Who has neither stays with its rep; where nobody has either, there are no regions.
    """
    theirs, ours, _ = _codes(customers, reps, "territory_id")
    knows_both = (theirs >= 0)[:, None] & (ours >= 0)[None, :]
    is_known = ~np.isnan(distance) | knows_both
    if not is_known.any():
        return np.ones_like(is_known)
    same: BoolArray = np.where(
        np.isnan(distance), knows_both & (theirs[:, None] == ours[None, :]), np.nan_to_num(distance) <= maximum_distance
    )
    # Without a rep to stay with, somebody whose place is unknown may go to anyone.
    same |= (~is_known.any(axis=1) & (current == UNASSIGNED))[:, None]
    return same


def _assign_quarter(customers: pa.Table, reps: pa.Table, policy: dict[str, Any]) -> pa.Table:
    force = _force(customers, reps, policy)
    count = len(force.customer)
    rep = force.current.copy()
    part = np.full(count, -1, dtype=np.int64)
    limit = np.full(count, -1, dtype=np.int64)
    is_exact = np.ones(count, dtype=bool)
    objective, bound = np.zeros(count), np.zeros(count)
    for number, (members, own_reps) in enumerate(_parts(force)):
        limit[members], placed, solution, problem_members = _solve_part(force, members, own_reps)
        rep[problem_members] = placed
        part[members] = number + 1
        is_exact[members] = solution.is_exact
        objective[members], bound[members] = solution.objective, solution.bound
    load = np.zeros(len(force.rep), dtype=np.int64)
    rows = np.flatnonzero(rep != UNASSIGNED)
    np.add.at(load, rep[rows], force.minutes[rows, rep[rows]])
    reason = _reasons(force, rep, load, _is_full(force, rep, part, limit))
    return _assignment_table(customers, force, rep, reason, part, is_exact, objective, bound, limit)


def _is_full(force: _Force, rep: IntArray, part: IntArray, limit: IntArray) -> BoolArray:
    """Whether no more customers of a customer's part and channel may be moved; never for who has no rep at work."""
    full = np.zeros(len(rep), dtype=bool)
    with_rep = np.flatnonzero(force.current != UNASSIGNED)
    # Channels are numbered from -1, for reps without one.
    width = int(force.channel.max(initial=-1)) + 2
    own = part[with_rep] * width + force.channel[force.current[with_rep]] + 1
    kinds, kind = np.unique(own, return_inverse=True)
    is_moved = (rep[with_rep] != UNASSIGNED) & (rep[with_rep] != force.current[with_rep])
    moves = np.bincount(kind[is_moved], minlength=len(kinds))
    full[with_rep] = moves[kind] >= limit[with_rep]
    return full


def _move_limits(force: _Force, members: IntArray, reps: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """The channel of each member of a part, the moves each channel may have, and the same for each member.

    A customer is in the channel of its rep of today, wherever it goes: one limit for all would lend the moves of many
    inside customers to few field customers. Without a rep at work, to have one is no move: -1.
    """
    kinds, kind = np.unique(force.channel[reps], return_inverse=True)
    of_rep = np.zeros(len(force.rep) + 1, dtype=np.int64)
    of_rep[reps] = kind
    current = force.current[members]
    channel = of_rep[current]
    count = np.bincount(channel[current != UNASSIGNED], minlength=len(kinds))
    moves = np.floor(count * force.maximum_moved_ratio + 1e-9).astype(np.int64)
    return channel, moves, np.where(current == UNASSIGNED, -1, moves[channel])


def _parts(force: _Force) -> list[tuple[IntArray, IntArray]]:
    """Customers and reps that have nothing to do with each other: parts without a rep in common, by their first rep.

    Customers that nobody may serve are in none.
    """
    from scipy import sparse

    reps = len(force.rep)
    if not reps:
        return []
    free = force.is_eligible & ~_is_fixed(force)[:, None]
    patterns = np.unique(np.packbits(free, axis=1), axis=0)
    patterns = np.unpackbits(patterns, axis=1, count=reps).astype(np.int64)
    _, label = sparse.csgraph.connected_components(sparse.csr_array(patterns.T @ patterns), directed=False)
    of_customer = np.where(force.is_eligible.any(axis=1), label[force.is_eligible.argmax(axis=1)], -1)
    fixed = np.flatnonzero(_is_fixed(force))
    of_customer[fixed] = label[force.current[fixed]]
    first = np.unique(label, return_index=True)[1]
    return [
        (np.flatnonzero(of_customer == label[place]), np.flatnonzero(label == label[place])) for place in np.sort(first)
    ]


def _is_fixed(force: _Force) -> BoolArray:
    """Customers that stay: locked to a rep that is there, without work, or without another rep."""
    with_rep = force.current != UNASSIGNED
    own = np.zeros(len(force.current), dtype=np.int64)
    rows = np.flatnonzero(with_rep)
    own[rows] = force.minutes[rows, force.current[rows]]
    fixed: BoolArray = with_rep & (force.is_locked | (own == 0) | (force.is_eligible.sum(axis=1) == 1))
    return fixed


def _solve_part(force: _Force, members: IntArray, reps: IntArray) -> tuple[IntArray, IntArray, Solution, IntArray]:
    """Solve a part: the limit of moves of each customer, the rep of those that were to be decided, and who they are."""
    fixed = _is_fixed(force)[members]
    own = np.zeros(len(members), dtype=np.int64)
    kept = members[fixed]
    own[fixed] = force.minutes[kept, force.current[kept]]
    load = np.zeros(len(force.rep), dtype=np.int64)
    np.add.at(load, force.current[kept], own[fixed])
    # Who stays may be more than a rep can do: then it is decided for these, too, who cannot.
    is_over = load > force.capacity
    fixed &= ~(is_over[force.current[members]] & (force.current[members] != UNASSIGNED) & (own > 0))
    load[is_over] = 0
    open_members = members[~fixed]
    eligible = force.is_eligible[np.ix_(open_members, reps)].copy()
    place = np.full(len(force.rep) + 1, UNASSIGNED, dtype=np.int64)
    place[reps] = np.arange(len(reps))
    current = place[force.current[open_members]]
    with_rep = np.flatnonzero(current != UNASSIGNED)
    stays = with_rep[force.is_locked[open_members][with_rep]]
    eligible[stays] = False
    eligible[with_rep, current[with_rep]] = True
    cost = np.nan_to_num(force.travel[np.ix_(open_members, reps)])
    handover = np.full(cost.shape, force.handover)
    handover[with_rep, current[with_rep]] = 0.0
    minutes = force.minutes[np.ix_(open_members, reps)]
    capacity = force.capacity[reps]
    group, weight = _groups(force.channel[reps], capacity, load[reps], np.where(eligible, minutes, 0), current)
    channel, moves, limit = _move_limits(force, members, reps)
    problem = Problem(
        cost=np.where(eligible, cost + handover, np.inf),
        minutes=minutes,
        current=current,
        capacity=capacity,
        load=load[reps],
        group=group,
        weight=force.balance * weight / UNITS_PER_MINUTE,
        channel=channel[~fixed],
        maximum_moves=moves,
    )
    solution = solve(problem)
    placed = np.where(solution.rep == UNASSIGNED, UNASSIGNED, reps[solution.rep])
    # The travel of who stays is in both numbers, so that a gap is a share of all minutes.
    travel = float(np.nan_to_num(force.travel[members[fixed], force.current[members[fixed]]]).sum())
    # Minutes are never negative, whatever the bound of who is left unassigned was worth.
    solution = replace(solution, objective=solution.objective + travel, bound=max(solution.bound, 0.0) + travel)
    return limit, placed, solution, open_members


def _groups(
    channel: IntArray, capacity: IntArray, load: IntArray, possible: IntArray, current: IntArray
) -> tuple[IntArray, FloatArray]:
    """Groups of reps whose loads are levelled, and the units of capacity behind each: 0 where nothing is to level.

    A rep in whose region there is less than SHORT_RATIO of the work that its channel has on average is a group of its
    own: as the emptiest of all, whatever is done, it would leave no reason to fill the others.
    """
    kinds, kind = np.unique(channel, return_inverse=True)
    with_rep = np.flatnonzero(current != UNASSIGNED)
    owned = load.astype(np.float64)
    np.add.at(owned, current[with_rep], possible[with_rep, current[with_rep]])
    total = np.bincount(kind, weights=capacity)
    average = np.bincount(kind, weights=owned) / total
    is_short = (load + possible.sum(axis=0)) / capacity < average[kind] * SHORT_RATIO
    group = np.where(is_short, len(kinds) + np.cumsum(is_short) - 1, kind)
    weight = np.zeros(len(kinds) + int(is_short.sum()))
    weight[: len(kinds)] = total
    return group, weight


def _reasons(force: _Force, rep: IntArray, load: IntArray, is_full_move: BoolArray) -> list[str | None]:
    """Why each customer changes its rep or has none; None for those that stay."""
    before = np.zeros(len(force.rep), dtype=np.int64)
    rows = np.flatnonzero(force.current != UNASSIGNED)
    np.add.at(before, force.current[rows], force.minutes[rows, force.current[rows]])
    reasons: list[str | None] = [None] * len(rep)
    for customer in np.flatnonzero((rep != force.current) | (rep == UNASSIGNED)):
        current, new = int(force.current[customer]), int(rep[customer])
        if new == UNASSIGNED:
            reasons[customer] = _reason_of_none(force, int(customer), load, bool(is_full_move[customer]))
        elif current == UNASSIGNED:
            reasons[customer] = "REP_LEFT" if force.has_left[customer] else "NO_REP_TODAY"
        elif force.is_remote[customer, new]:
            reasons[customer] = "REMOTE_SERVICE"
        elif before[current] > force.capacity[current]:
            reasons[customer] = "OVERLOAD"
        elif force.travel[customer, current] - force.travel[customer, new] > force.handover:
            reasons[customer] = "TRAVEL"
        else:
            reasons[customer] = "BALANCE"
    return reasons


def _reason_of_none(force: _Force, customer: int, load: IntArray, is_full_move: bool) -> str:
    """Why a customer has no rep."""
    eligible = np.flatnonzero(force.is_eligible[customer])
    if not len(eligible):
        return "REGION" if force.has_channel[customer] else "NO_REP"
    has_room = load[eligible] + force.minutes[customer, eligible] <= force.capacity[eligible]
    if force.is_locked[customer]:
        return "LOCKED"
    if force.current[customer] != UNASSIGNED and is_full_move and bool(has_room.any()):
        return "MOVE_LIMIT"
    return "CAPACITY"


def _decimals(values: npt.NDArray[Any], mask: BoolArray) -> pa.Array:
    """Units of a ten-thousandth as decimal(18, 4), NULL where masked."""
    units = pa.array(np.where(mask, 0, values).astype(np.int64), mask=mask).cast(pa.decimal128(19, 0))
    return pc.multiply(units, pa.scalar(Decimal("0.0001"), pa.decimal128(5, 4))).cast(pa.decimal128(18, 4))


def _assignment_table(
    customers: pa.Table,
    force: _Force,
    rep: IntArray,
    reason: list[str | None],
    part: IntArray,
    is_exact: BoolArray,
    objective: FloatArray,
    bound: FloatArray,
    limit: IntArray,
) -> pa.Table:
    rows = np.arange(len(rep))
    keys = pa.array(force.rep, pa.string())
    is_gone, is_nobody = force.current == UNASSIGNED, rep == UNASSIGNED
    safe_from, safe_to = np.maximum(force.current, 0), np.maximum(rep, 0)
    width = len(force.rep)
    none = np.ones(len(rep), dtype=bool)

    def at(matrix: npt.NDArray[Any], columns: IntArray, mask: BoolArray, units: float) -> pa.Array:
        if not width:
            return _decimals(np.zeros(len(rep)), none)
        values = matrix[rows, columns].astype(np.float64) * units if units != 1 else matrix[rows, columns]
        missing = mask | np.isnan(values.astype(np.float64))
        return _decimals(np.rint(np.where(missing, 0, values)), missing)

    outside = part < 0
    is_remote = force.is_remote[rows, safe_to] & ~is_nobody if width else np.zeros(len(rep), dtype=bool)
    to_rep = keys.take(pa.array(safe_to, mask=is_nobody)) if width else pa.nulls(len(rep), pa.string())
    scale = float(UNITS_PER_MINUTE)
    return pa.table(
        [
            customers.column("quarter_start_date").cast(pa.date32()),
            customers.column("customer_id").cast(pa.string()),
            customers.column("rep_id").cast(pa.string()),
            to_rep,
            pa.array(force.is_locked),
            pa.array(is_remote),
            pa.array(reason, pa.string()),
            at(force.minutes, safe_from, is_gone, 1),
            at(force.minutes, safe_to, is_nobody, 1),
            at(force.travel, safe_from, is_gone, scale),
            at(force.travel, safe_to, is_nobody, scale),
            at(force.distance, safe_from, is_gone, scale),
            at(force.distance, safe_to, is_nobody, scale),
            pa.array(part, mask=outside),
            pa.array(is_exact, mask=outside),
            _decimals(np.rint(objective * scale), outside),
            _decimals(np.rint(bound * scale), outside),
            pa.array(limit, mask=limit < 0),
            pa.repeat(METHOD_VERSION, len(rep)),
        ],
        schema=ASSIGNMENT,
    )
