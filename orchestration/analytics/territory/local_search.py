"""A greedy start, largest first, and local search: levelling loads, moving and swapping customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from orchestration.analytics.territory.problem import (
    UNASSIGNED,
    BoolArray,
    FloatArray,
    IntArray,
    Problem,
    State,
    extremes,
)

#: Steps of the local search without progress after which a side of a group is left alone.
PATIENCE_PER_REP: Final = 2
ROUNDS: Final = 6
#: Share of the objective that a round has to gain for another to follow.
WORTH_A_ROUND: Final = 1e-4
#: Offers of a rep that are kept.
OFFERS: Final = 2_000
#: Offers that are looked at before the rest of them.
FIRST_OFFERS: Final = 64
SWAP_TRIES: Final = 400


def start(problem: Problem, choice: IntArray, priced: FloatArray | None = None) -> State:
    """A feasible assignment near a wish: the rest placed largest first, full reps relieved, no more moves than allowed.

    Where too many of a channel would move, those that gain most by it do.

    Args:
        problem: What to assign.
        choice: The rep that each customer should have, (n,); UNASSIGNED where it is to be found.
        priced: Cost of each pair at the prices of the dual, (n, r), to be guided by; by default the plain cost.
    """
    wish = choice.copy()
    guide = problem.cost if priced is None else priced
    has_current = problem.current != UNASSIGNED
    moved = np.flatnonzero(has_current & (wish != UNASSIGNED) & (wish != problem.current))
    for channel, limit in enumerate(problem.maximum_moves):
        own = moved[problem.channel[moved] == channel]
        gain = guide[own, problem.current[own]] - guide[own, wish[own]]
        back = own[np.lexsort((own, -gain))][limit:]
        wish[back] = problem.current[back]
    state = State(problem, wish, guide)
    for rep in np.argsort(-state.ratio, kind="stable"):
        _relieve(state, int(rep))
    waiting = np.flatnonzero(state.rep == UNASSIGNED)
    largest = np.where(np.isfinite(problem.cost[waiting]), problem.minutes[waiting], 0).max(axis=1, initial=0)
    for customer in waiting[np.lexsort((waiting, -largest))]:
        _place(state, int(customer))
    return state


def _relieve(state: State, rep: int) -> None:
    """Hand over customers of a rep above its capacity; who finds no place is unassigned."""
    problem, exchange = state.problem, _Exchange(state)
    while state.load[rep] > problem.capacity[rep]:
        if exchange.hand_over(rep, problem.capacity):
            continue
        mine = np.flatnonzero(state.rep == rep)
        minutes = problem.minutes[mine, rep]
        excess = state.load[rep] - problem.capacity[rep]
        enough = mine[minutes >= excess]
        # The smallest that is large enough; without one the largest.
        if len(enough):
            state.put(int(enough[problem.minutes[enough, rep].argmin()]), UNASSIGNED)
        else:
            state.put(int(mine[minutes.argmax()]), UNASSIGNED)


@dataclass(frozen=True)
class _Offers:
    """Customers that a rep could hand over or take over, cheapest a minute first: who, from whom, to whom."""

    customer: IntArray
    giver: IntArray
    taker: IntArray

    def first_open(self, state: State, floor: IntArray, ceiling: IntArray) -> int:
        """Place of the first that is still with its giver and keeps loads and moves in bounds; -1 for none."""
        problem = state.problem
        # Mostly one of the first is open.
        for part in (slice(0, FIRST_OFFERS), slice(FIRST_OFFERS, None)):
            customer, giver, taker = self.customer[part], self.giver[part], self.taker[part]
            is_open = state.rep[customer] == giver
            is_open &= state.load[taker] + problem.minutes[customer, taker] <= ceiling[taker]
            is_open &= state.load[giver] - problem.minutes[customer, giver] >= floor[giver]
            is_open &= _may_leave(state, customer, giver)
            if is_open.any():
                return int(part.start + is_open.argmax())
        return -1


def _may_leave(state: State, customers: IntArray, giver: IntArray | int) -> BoolArray:
    """Whether customers may leave the rep they are with: a move too many it is only from the rep of today."""
    may_leave: BoolArray = ~state.is_full[state.problem.channel[customers]]
    may_leave |= state.problem.current[customers] != giver
    return may_leave


def _offers_from(state: State, rep: int, ceiling: IntArray) -> _Offers:
    """What a rep could hand over now to one that stays below its ceiling."""
    problem = state.problem
    mine = np.flatnonzero(state.rep == rep)
    mine = mine[(problem.minutes[mine, rep] > 0) & _may_leave(state, mine, rep)]
    change = (state.priced[mine] - state.priced[mine, rep][:, None]) / problem.minutes[mine, rep][:, None]
    change[state.load[None, :] + problem.minutes[mine] > ceiling[None, :]] = np.inf
    change[:, rep] = np.inf
    row, taker = np.nonzero(np.isfinite(change))
    best = np.argsort(change[row, taker], kind="stable")[:OFFERS]
    return _Offers(mine[row[best]], np.full(len(best), rep, dtype=np.int64), taker[best])


def _offers_to(state: State, rep: int, floor: IntArray) -> _Offers:
    """What a rep could take over now from those that stay above their floor."""
    problem = state.problem
    others = problem.customers_of[rep]
    giver = state.rep[others]
    is_theirs = (giver != rep) & (giver != UNASSIGNED)
    others, giver = others[is_theirs], giver[is_theirs]
    is_open = (problem.minutes[others, rep] > 0) & _may_leave(state, others, giver)
    is_open &= state.load[giver] - problem.minutes[others, giver] >= floor[giver]
    others, giver = others[is_open], giver[is_open]
    change = (state.priced[others, rep] - state.priced[others, giver]) / problem.minutes[others, rep]
    best = np.argsort(change, kind="stable")[:OFFERS]
    return _Offers(others[best], giver[best], np.full(len(best), rep, dtype=np.int64))


class _Exchange:
    """Hands over and takes over one customer at a time; offers are kept and only renewed when none is open any more."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.out: dict[int, _Offers] = {}
        self.into: dict[int, _Offers] = {}

    def hand_over(self, rep: int, ceiling: IntArray) -> bool:
        """Move the customer whose change of cost a minute is lowest away from a rep."""
        nothing = np.full_like(ceiling, np.iinfo(np.int64).min)
        return self._one(self.out, rep, nothing, ceiling, lambda: _offers_from(self.state, rep, ceiling))

    def take_over(self, rep: int, floor: IntArray) -> bool:
        """Move the customer whose change of cost a minute is lowest to a rep."""
        return self._one(self.into, rep, floor, self.state.problem.capacity, lambda: _offers_to(self.state, rep, floor))

    def _one(
        self, kept: dict[int, _Offers], rep: int, floor: IntArray, ceiling: IntArray, renew: Callable[[], _Offers]
    ) -> bool:
        for is_new in (False, True):
            if is_new or rep not in kept:
                kept[rep] = renew()
            offers = kept[rep]
            place = offers.first_open(self.state, floor, ceiling)
            if place >= 0:
                self.state.put(int(offers.customer[place]), int(offers.taker[place]))
                return True
        return False


def _place(state: State, customer: int) -> None:
    """Give an unassigned customer to the rep with room that is cheapest, its load counted at the price of balance."""
    problem = state.problem
    cost, minutes = problem.cost[customer], problem.minutes[customer]
    has_room = np.isfinite(cost) & (state.load + minutes <= problem.capacity)
    if state.has_current[customer] and state.is_full[problem.channel[customer]]:
        has_room &= np.arange(len(cost)) == problem.current[customer]
    if not has_room.any():
        return
    capacity = np.bincount(problem.group, weights=problem.capacity.astype(np.float64), minlength=len(problem.weight))
    balance = (problem.weight / capacity)[problem.group] * minutes * (state.load + minutes) / problem.capacity
    state.put(customer, int(np.where(has_room, cost + balance, np.inf).argmin()))


def improve(state: State) -> None:
    """Local search: level the load of each group as long as that pays, then move and swap within the loads reached."""
    problem = state.problem
    before = state.objective()
    for _ in range(ROUNDS):
        for group in range(len(problem.weight)):
            for side in (True, False):
                _level(state, group, side)
        _settle(state)
        _swap(state)
        after = state.objective()
        if after >= before - WORTH_A_ROUND * max(1.0, abs(before)):
            break
        before = after


def _level(state: State, group: int, from_top: bool) -> None:
    """Let the fullest rep of a group hand over, or the emptiest take over, and keep the best of the way."""
    problem = state.problem
    members = np.flatnonzero(problem.group == group)
    patience = PATIENCE_PER_REP * len(members) + 4
    best, kept = state.objective(), state.rep.copy()
    since, exchange = 0, _Exchange(state)
    while since < patience:
        ratio = state.ratio
        if from_top:
            rep = int(members[ratio[members].argmax()])
            # Nobody gets as full as the fullest was; other groups no fuller than they are.
            high, _ = extremes(problem, state.load)
            ceiling = np.floor(high[problem.group] * problem.capacity).astype(np.int64)
            ceiling[members] = np.ceil(ratio[rep] * problem.capacity[members]).astype(np.int64) - 1
            done = exchange.hand_over(rep, np.minimum(ceiling, problem.capacity))
        else:
            rep = int(members[ratio[members].argmin()])
            _, low = extremes(problem, state.load)
            floor = np.ceil(low[problem.group] * problem.capacity).astype(np.int64)
            floor[members] = np.floor(ratio[rep] * problem.capacity[members]).astype(np.int64) + 1
            done = exchange.take_over(rep, floor)
        if not done and not _give_back(state, rep, from_top):
            break
        reached = state.objective()
        if reached < best - 1e-9 * max(1.0, abs(best)):
            best, kept, since = reached, state.rep.copy(), 0
        else:
            since += 1
    _restore(state, kept)


def _give_back(state: State, rep: int, from_top: bool) -> bool:
    """Let a moved customer go back to its rep of today where that costs least, so that another of its channel may move.

    Only where the channel of somebody who could leave the rep, or come to it, has no moves left.
    """
    problem = state.problem
    wanted = np.flatnonzero(state.rep == rep) if from_top else problem.customers_of[rep]
    wanted = wanted[state.has_current[wanted] & (problem.current[wanted] == state.rep[wanted])]
    is_short = np.zeros(len(problem.maximum_moves), dtype=bool)
    is_short[problem.channel[wanted]] = True
    is_short &= state.is_full
    if not is_short.any():
        return False
    moved = np.flatnonzero(state.has_current & (state.rep != UNASSIGNED) & (state.rep != problem.current))
    moved = moved[is_short[problem.channel[moved]]]
    home, away = problem.current[moved], state.rep[moved]
    top, bottom = _bands(state)
    is_open = state.load[home] + problem.minutes[moved, home] <= top[home]
    is_open &= state.load[away] - problem.minutes[moved, away] >= bottom[away]
    if not is_open.any():
        return False
    change = np.where(is_open, state.priced[moved, home] - state.priced[moved, away], np.inf)
    place = int(change.argmin())
    state.put(int(moved[place]), int(home[place]))
    return True


def _restore(state: State, rep: IntArray) -> None:
    """Go back to an assignment."""
    again = State(state.problem, rep)
    state.rep, state.load, state.moves, state.cost = again.rep, again.load, again.moves, again.cost


def _bands(state: State) -> tuple[IntArray, IntArray]:
    """Loads between which each rep may be without a group's highest and lowest ratio getting worse."""
    problem = state.problem
    high, low = extremes(problem, state.load)
    top = np.floor(high[problem.group] * problem.capacity * (1 + 1e-12)).astype(np.int64)
    bottom = np.ceil(low[problem.group] * problem.capacity * (1 - 1e-12)).astype(np.int64)
    return np.minimum(np.maximum(top, state.load), problem.capacity), np.minimum(bottom, state.load)


def _wanting(state: State) -> IntArray:
    """Customers for whom some rep would be cheaper than the present one."""
    placed = np.flatnonzero(state.rep != UNASSIGNED)
    now = np.full(len(state.rep), state.problem.penalty)
    now[placed] = state.problem.cost[placed, state.rep[placed]]
    return np.flatnonzero(state.problem.cheapest < now - 1e-9)


def _settle(state: State) -> None:
    """Move customers one by one to where they are cheaper, or out of nowhere, within the loads reached."""
    problem = state.problem
    for _ in range(ROUNDS):
        top, bottom = _bands(state)
        wanting = _wanting(state)
        placed = state.rep[wanting] != UNASSIGNED
        now = np.where(placed, problem.cost[wanting, state.rep[wanting]], problem.penalty)
        change = problem.cost[wanting] - now[:, None]
        ceiling = np.where(placed[:, None], top, problem.capacity)
        change[state.load[None, :] + problem.minutes[wanting] > ceiling] = np.inf
        target = change.argmin(axis=1) if change.size else np.zeros(0, dtype=np.int64)
        gain = change[np.arange(len(target)), target]
        moved = 0
        for place in np.lexsort((wanting[: len(gain)], gain)):
            if gain[place] < -1e-9:
                moved += _try(state, int(wanting[place]), int(target[place]), top, bottom)
        if not moved:
            break


def _try(state: State, customer: int, rep: int, top: IntArray, bottom: IntArray) -> bool:
    """Move a customer if loads and the number of moves allow it."""
    problem, before = state.problem, int(state.rep[customer])
    ceiling = top if before != UNASSIGNED else problem.capacity
    if state.load[rep] + problem.minutes[customer, rep] > ceiling[rep]:
        return False
    if before != UNASSIGNED and state.load[before] - problem.minutes[customer, before] < bottom[before]:
        return False
    change = state.move_change(customer, rep)
    if change > 0 and state.is_full[problem.channel[customer]]:
        return False
    state.put(customer, rep)
    return True


def _swap(state: State) -> None:
    """Two customers exchange their reps where that is cheaper: those that gain most by a move that finds no room."""
    problem = state.problem
    wanting = _wanting(state)
    wanting = wanting[state.rep[wanting] != UNASSIGNED]
    gain = problem.cheapest[wanting] - problem.cost[wanting, state.rep[wanting]]
    top, bottom = _bands(state)
    for customer in wanting[np.lexsort((wanting, gain))][:SWAP_TRIES]:
        mine, target = int(state.rep[customer]), int(problem.cost[customer].argmin())
        if target == mine:
            continue
        others = np.flatnonzero(state.rep == target)
        others = others[np.isfinite(problem.cost[others, mine])]
        mine_after = state.load[mine] - problem.minutes[customer, mine] + problem.minutes[others, mine]
        target_after = state.load[target] + problem.minutes[customer, target] - problem.minutes[others, target]
        total = problem.cost[customer, target] - problem.cost[customer, mine]
        total = total + problem.cost[others, mine] - problem.cost[others, target]
        is_open = (mine_after <= top[mine]) & (mine_after >= bottom[mine])
        is_open &= (target_after <= top[target]) & (target_after >= bottom[target]) & (total < -1e-9)
        is_open &= _keeps_limits(state, int(customer), target, others, mine)
        if is_open.any():
            other = int(others[np.where(is_open, total, np.inf).argmin()])
            state.put(int(customer), target)
            state.put(other, mine)
            top, bottom = _bands(state)


def _keeps_limits(state: State, customer: int, target: int, others: IntArray, mine: int) -> BoolArray:
    """Whether a customer may change places with each of the others without too many moves in the channel of either."""
    problem = state.problem
    left = np.maximum(problem.maximum_moves - state.moves, 0)
    change, changes = state.move_change(customer, target), _move_changes(state, others, mine)
    channel, channels = int(problem.channel[customer]), problem.channel[others]
    is_same = channels == channel
    keeps: BoolArray = changes + np.where(is_same, change, 0) <= left[channels]
    keeps &= change + np.where(is_same, changes, 0) <= left[channel]
    return keeps


def _move_changes(state: State, customers: IntArray, rep: int) -> IntArray:
    """By how much the number of moves changes for each of the customers alone."""
    current, before = state.problem.current[customers], state.rep[customers]
    counted = current != UNASSIGNED
    is_away = (before != UNASSIGNED) & (before != current)
    changes: IntArray = np.where(counted, (current != rep).astype(np.int64) - is_away.astype(np.int64), 0)
    return changes
