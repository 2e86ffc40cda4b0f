"""Who looks after which customer: a capacitated assignment with balanced load and few handovers.

After Zoltners and Sinha (1983, 2005): a proposal that balances workload with the least disruption, for managers to adjust;
the load is balanced against itself, without bounds set by hand, as in Skiera and Albers (1998). Over binary x[c, r]:

    minimise    sum of cost[c, r] x[c, r]                     travel of a year, and a fixed number of minutes a handover
                + sum over groups of weight * (highest load ratio - lowest load ratio)
                + a penalty for each customer left unassigned, higher than all balance
    subject to  each customer is with one rep or unassigned
                minutes with each rep at most its capacity
                at most `maximum_moves` customers change their rep without need

1. The Lagrangian dual, a price a minute of each rep and one a handover, is climbed by subgradient steps. Each of its values is
   a lower bound that no assignment can beat, and the best one is as good as that of the linear relaxation.
2. A start, once from today's reps, once from the customers' choice at those prices: who has to be placed goes in largest first
   (LPT); reps above their capacity hand over. Then local search: the fullest rep of a group hands over, the emptiest takes
   over, as long as that pays; customers move and swap within the loads reached.
3. Where the pairs of customer and rep are few enough, HiGHS closes what is left (scipy.optimize.milp). Pairs that cannot be
   part of anything better than what step 2 found (lower bound plus reduced cost above it) are left out: an exact reduction.

Same input, same output, whatever the order of the rows: customers and reps are sorted by their keys, ties go to the first, loads
are whole numbers, and work is limited by counts of steps and nodes, never by a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: Which method, and which state of it, an assignment comes from.
METHOD_VERSION: Final = "territory_assignment 1"
#: Minutes are whole numbers of this part of a minute, as decimal(18, 4) holds them.
UNITS_PER_MINUTE: Final = 10_000
UNASSIGNED: Final = -1
#: Pairs of customer and rep, after reduction, up to which HiGHS is asked.
EXACT_PAIR_LIMIT: Final = 20_000
#: Pairs, before reduction, up to which it solves the linear relaxation.
LINEAR_PAIR_LIMIT: Final = 30_000
#: Nodes of its search tree at most.
NODE_LIMIT: Final = 5_000
#: Relative gap at which an assignment counts as optimal, as HiGHS has it by default.
OPTIMAL_GAP: Final = 1e-4
#: Customers that may have to change their rep at the worst to make room for one that is unassigned.
REARRANGED: Final = 100
DUAL_STEPS: Final = 60
#: Steps of the local search without progress after which a side of a group is left alone.
PATIENCE_PER_REP: Final = 2
ROUNDS: Final = 6
#: Offers of a rep that are kept.
OFFERS: Final = 2_000
SWAP_TRIES: Final = 400


@dataclass(frozen=True)
class Problem:
    """Customers to assign and reps to assign them to; n customers, r reps, g groups of reps.

    Attributes:
        cost: Minutes a year of travel and handover, (n, r); infinite where the rep may not serve the customer.
        minutes: Work of a year in units, (n, r).
        current: The rep of today, (n,); UNASSIGNED where there is none to stay with.
        capacity: Units that each rep has, above 0, (r,).
        load: Units of customers that stay where they are, at most the capacity, (r,).
        group: Reps that are balanced against each other, (r,), from 0.
        weight: Minutes that a difference of 1 between highest and lowest load ratio is worth, (g,).
        maximum_moves: Customers with a rep to stay with that may change it.
    """

    cost: FloatArray
    minutes: IntArray
    current: IntArray
    capacity: IntArray
    load: IntArray
    group: IntArray
    weight: FloatArray
    maximum_moves: int

    @cached_property
    def penalty(self) -> float:
        """Minutes that leaving a customer unassigned costs: all balance, and the cost of REARRANGED other customers."""
        dearest = np.where(np.isfinite(self.cost), self.cost, 0.0).max(axis=1, initial=0.0)
        return 1.0 + float(self.weight.sum()) + float(np.sort(dearest)[-REARRANGED:].sum())

    @cached_property
    def pairs_of_rep(self) -> list[IntArray]:
        """Customers that each rep may serve."""
        order = np.argsort(self.pairs.column, kind="stable")
        ends = np.cumsum(np.bincount(self.pairs.column, minlength=len(self.capacity)))
        return np.split(self.pairs.row[order], ends[:-1])

    @cached_property
    def cheapest(self) -> FloatArray:
        """Lowest cost of each customer, (n,); infinite without a rep that may serve it."""
        lowest: FloatArray = self.cost.min(axis=1, initial=np.inf)
        return lowest

    @cached_property
    def pairs(self) -> _Pairs:
        """The pairs that are allowed, customer by customer."""
        row, column = np.nonzero(np.isfinite(self.cost))
        current = self.current[row]
        first = np.flatnonzero(np.diff(row, prepend=-1))
        return _Pairs(
            row=row,
            column=column,
            cost=self.cost[row, column],
            minutes=self.minutes[row, column].astype(np.float64),
            is_move=(current != UNASSIGNED) & (current != column),
            first=first,
            customer=row[first],
        )


@dataclass(frozen=True)
class _Pairs:
    """Pairs of customer and rep, p of them in the order of customers; m customers have any.

    Attributes:
        row: Customer of each, (p,).
        column: Rep of each, (p,).
        cost: Minutes of travel and handover, (p,).
        minutes: Work in units, (p,).
        is_move: Whether the customer would leave a rep that it could stay with, (p,).
        first: First pair of each customer that has one, (m,).
        customer: That customer, (m,).
    """

    row: IntArray
    column: IntArray
    cost: FloatArray
    minutes: FloatArray
    is_move: BoolArray
    first: IntArray
    customer: IntArray


@dataclass(frozen=True)
class Solution:
    """An assignment and how good it is.

    Attributes:
        rep: The rep of each customer, (n,); UNASSIGNED where there is none.
        is_exact: Whether it was proven to be optimal up to OPTIMAL_GAP.
        objective: Minutes of the objective, without the penalties.
        bound: Minutes that no assignment with as few unassigned customers is below.
        nodes: Nodes of the search tree, 0 where HiGHS was not asked.
    """

    rep: IntArray
    is_exact: bool
    objective: float
    bound: float
    nodes: int


class _State:
    """An assignment under change: rep of each customer, load of each rep, number of moves."""

    def __init__(self, problem: Problem, rep: IntArray, priced: FloatArray | None = None) -> None:
        self.problem = problem
        # What guides the way: the cost, or the cost at the prices of the dual. What is reached is judged by the cost.
        self.priced = problem.cost if priced is None else priced
        self.rep = rep.copy()
        placed = np.flatnonzero(rep != UNASSIGNED)
        added = np.zeros_like(problem.load)
        np.add.at(added, rep[placed], problem.minutes[placed, rep[placed]])
        self.load = problem.load + added
        self.has_current = problem.current != UNASSIGNED
        self.moves = int(np.count_nonzero(self.has_current & (rep != UNASSIGNED) & (rep != problem.current)))
        self.cost = float(problem.cost[placed, rep[placed]].sum()) + problem.penalty * (len(rep) - len(placed))

    def put(self, customer: int, rep: int) -> None:
        """Give a customer to a rep, or to nobody."""
        problem, before = self.problem, int(self.rep[customer])
        if before != UNASSIGNED:
            self.load[before] -= problem.minutes[customer, before]
        if rep != UNASSIGNED:
            self.load[rep] += problem.minutes[customer, rep]
        self.cost += self.cost_of(customer, rep) - self.cost_of(customer, before)
        self.moves += self.move_change(customer, rep)
        self.rep[customer] = rep

    def cost_of(self, customer: int, rep: int) -> float:
        """Minutes of a customer with a rep, or with nobody."""
        return self.problem.penalty if rep == UNASSIGNED else float(self.problem.cost[customer, rep])

    def move_change(self, customer: int, rep: int) -> int:
        """By how much the number of moves changes."""
        current, before = int(self.problem.current[customer]), int(self.rep[customer])
        if current == UNASSIGNED:
            return 0
        return int(rep not in (current, UNASSIGNED)) - int(before not in (current, UNASSIGNED))

    @property
    def ratio(self) -> FloatArray:
        return self.load / self.problem.capacity

    def objective(self) -> float:
        """Minutes of the objective, penalties included."""
        high, low = extremes(self.problem, self.load)
        return self.cost + float(self.problem.weight @ (high - low))


def extremes(problem: Problem, load: IntArray) -> tuple[FloatArray, FloatArray]:
    """Highest and lowest load ratio of each group."""
    ratio = load / problem.capacity
    high = np.zeros(len(problem.weight))
    low = np.full(len(problem.weight), np.inf)
    np.maximum.at(high, problem.group, ratio)
    np.minimum.at(low, problem.group, ratio)
    return high, np.where(np.isfinite(low), low, 0.0)


@dataclass(frozen=True)
class Prices:
    """A point of the Lagrangian dual, and what the customers choose there.

    Attributes:
        minute: Price of a unit of each rep's load, (r,): positive where the rep is full, negative where it is empty.
        move: Price of a move, at least 0.
        bound: Value of the dual, a lower bound of the objective with penalties.
        choice: The cheapest rep of each customer, (n,); UNASSIGNED where that is cheaper than any.
        slope_minute: Supergradient by the prices of units, (r,).
        slope_move: The same by the price of a move.
    """

    minute: FloatArray
    move: float
    bound: float
    choice: IntArray
    slope_minute: FloatArray
    slope_move: float


def dual(problem: Problem, minute: FloatArray, move: float) -> Prices:
    """The Lagrangian at these prices: each customer chooses by itself.

    The highest and lowest ratio of a group are free between 0 and 1, so with A and B the group's capacity at positive and
    at negative prices they contribute min(0, weight - A, B - A).
    """
    pairs = problem.pairs
    count = len(problem.current)
    priced = pairs.cost + pairs.minutes * minute[pairs.column] + np.where(pairs.is_move, move, 0.0)
    cheapest = np.minimum.reduceat(priced, pairs.first) if len(priced) else np.zeros(0)
    sizes = np.diff(pairs.first, append=len(priced))
    # Of equally cheap reps the first.
    chosen = np.flatnonzero(priced == np.repeat(cheapest, sizes))
    chosen = chosen[np.diff(pairs.row[chosen], prepend=-1) > 0]
    chosen = chosen[cheapest <= problem.penalty]
    choice = np.full(count, UNASSIGNED, dtype=np.int64)
    choice[pairs.row[chosen]] = pairs.column[chosen]
    bound = float(np.minimum(cheapest, problem.penalty).sum()) + problem.penalty * (count - len(cheapest))
    bound += float(minute @ problem.load)
    slope = problem.load.astype(np.float64)
    slope += np.bincount(pairs.column[chosen], weights=pairs.minutes[chosen], minlength=len(minute))
    groups = len(problem.weight)
    above = np.bincount(problem.group, weights=np.maximum(minute, 0.0) * problem.capacity, minlength=groups)
    below = np.bincount(problem.group, weights=np.maximum(-minute, 0.0) * problem.capacity, minlength=groups)
    pieces = np.stack([np.zeros(groups), problem.weight - above, below - above])
    piece = pieces.argmin(axis=0)
    bound += float(pieces[piece, np.arange(groups)].sum()) - move * problem.maximum_moves
    of_rep = piece[problem.group]
    slope -= np.where((of_rep == 2) | ((of_rep == 1) & (minute > 0)), problem.capacity, 0)
    moved = np.count_nonzero(pairs.is_move[chosen])
    return Prices(minute, move, bound, choice, slope, float(moved - problem.maximum_moves))


def priced_cost(problem: Problem, minute: FloatArray, move: float) -> FloatArray:
    """Cost of each pair with the prices of the rep's time and of a move, (n, r)."""
    priced = problem.cost + problem.minutes * minute
    if move > 0:
        has_current = np.flatnonzero(problem.current != UNASSIGNED)
        priced[has_current] += move
        priced[has_current, problem.current[has_current]] -= move
    return priced


def climb(problem: Problem, target: float, begin: Prices, steps: int = DUAL_STEPS) -> Prices:
    """Raise the Lagrangian bound by subgradient steps (Polyak) towards an objective that was found.

    Args:
        problem: What to bound.
        target: Objective of a known assignment, with penalties.
        begin: Where to begin.
        steps: How often to evaluate it.

    Returns:
        The prices with the highest bound.
    """
    best = begin
    capacity = problem.capacity.astype(np.float64)
    limit = float(max(problem.maximum_moves, 1))
    # In ratios of load and of moves, prices are minutes: all directions are of a size.
    at, at_move = best.minute * capacity, best.move * limit
    here, pace, since = best, 1.0, 0
    direction, direction_move = np.zeros(len(capacity)), 0.0
    for _ in range(steps):
        slope, slope_move = here.slope_minute / capacity, here.slope_move / limit
        if at_move <= 0 and slope_move < 0:
            slope_move = 0.0
        direction = slope + 0.5 * direction
        direction_move = slope_move + 0.5 * direction_move
        size = float(direction @ direction + direction_move**2)
        if size <= 0 or target - here.bound <= 1e-9 * max(1.0, abs(target)):
            break
        step = pace * (target - here.bound) / size
        at = at + step * direction
        at_move = max(0.0, at_move + step * direction_move)
        here = dual(problem, at / capacity, at_move / limit)
        if here.bound > best.bound + 1e-7 * abs(best.bound):
            best, since = here, 0
        else:
            since += 1
        if since >= 8:
            pace, since = pace / 2, 0
            at, at_move, here = best.minute * capacity, best.move * limit, best
            direction, direction_move = np.zeros(len(capacity)), 0.0
    return best


def sampled_prices(problem: Problem, pair_limit: int) -> Prices:
    """Prices from the linear relaxation of every k-th customer of each rep, each standing for the work of k.

    Args:
        problem: What to assign.
        pair_limit: Pairs that the sample may have.
    """
    step = max(1, -(-len(problem.pairs.row) // pair_limit))
    order = np.lexsort((np.arange(len(problem.current)), problem.current))
    taken = np.sort(order[step // 2 :: step])
    begin = dual(problem, np.zeros(len(problem.capacity)), 0.0)
    if not len(taken):
        return begin
    # The sample of a rep stands for all of its work.
    reps = len(problem.capacity)
    own = np.where(np.isfinite(problem.cost), problem.minutes, 0).max(axis=1).astype(np.float64)
    of_all = np.bincount(problem.current + 1, weights=own, minlength=reps + 1)
    of_taken = np.bincount(problem.current[taken] + 1, weights=own[taken], minlength=reps + 1)
    scale = np.divide(of_all, of_taken, out=np.full(reps + 1, float(step)), where=of_taken > 0)[
        problem.current[taken] + 1
    ]
    sample = Problem(
        cost=problem.cost[taken] * scale[:, None],
        minutes=np.rint(problem.minutes[taken] * scale[:, None]).astype(np.int64),
        current=problem.current[taken],
        capacity=problem.capacity,
        load=problem.load,
        group=problem.group,
        weight=problem.weight,
        maximum_moves=problem.maximum_moves // step,
    )
    linear = linear_prices(sample, _all_pairs(sample))
    if linear is None:
        return begin
    prices = dual(problem, linear[0].minute, linear[0].move / step)
    return prices if prices.bound > begin.bound else begin


def _all_pairs(problem: Problem) -> BoolArray:
    """Pairs that are allowed, and the column for none."""
    return np.column_stack([np.isfinite(problem.cost), np.ones(len(problem.current), dtype=bool)])


def start(problem: Problem, choice: IntArray, priced: FloatArray | None = None) -> _State:
    """A feasible assignment near a wish: the rest placed largest first, full reps relieved, no more moves than allowed.

    Args:
        problem: What to assign.
        choice: The rep that each customer should have, (n,); UNASSIGNED where it is to be found.
        priced: Cost of each pair at the prices of the dual, (n, r), to be guided by; the plain cost where it is not given.
    """
    wish = choice.copy()
    guide = problem.cost if priced is None else priced
    has_current = problem.current != UNASSIGNED
    moved = np.flatnonzero(has_current & (wish != UNASSIGNED) & (wish != problem.current))
    if len(moved) > problem.maximum_moves:
        gain = guide[moved, problem.current[moved]] - guide[moved, wish[moved]]
        kept = moved[np.lexsort((moved, -gain))][: problem.maximum_moves]
        back = np.setdiff1d(moved, kept)
        wish[back] = problem.current[back]
    state = _State(problem, wish, guide)
    for rep in np.argsort(-state.ratio, kind="stable"):
        _relieve(state, int(rep))
    waiting = np.flatnonzero(state.rep == UNASSIGNED)
    largest = np.where(np.isfinite(problem.cost[waiting]), problem.minutes[waiting], 0).max(axis=1, initial=0)
    for customer in waiting[np.lexsort((waiting, -largest))]:
        _place(state, int(customer))
    return state


def _relieve(state: _State, rep: int) -> None:
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

    def first_open(self, state: _State, floor: IntArray, ceiling: IntArray) -> int:
        """Place of the first that is still with its giver and keeps loads and moves in bounds; -1 for none."""
        problem = state.problem
        is_open = state.rep[self.customer] == self.giver
        is_open &= state.load[self.taker] + problem.minutes[self.customer, self.taker] <= ceiling[self.taker]
        is_open &= state.load[self.giver] - problem.minutes[self.customer, self.giver] >= floor[self.giver]
        if state.moves >= problem.maximum_moves:
            is_open &= problem.current[self.customer] != self.giver
        place = int(is_open.argmax()) if len(is_open) else 0
        return place if len(is_open) and is_open[place] else -1


def _offers_from(state: _State, rep: int, ceiling: IntArray) -> _Offers:
    """What a rep could hand over now to one that stays below its ceiling."""
    problem = state.problem
    mine = np.flatnonzero(state.rep == rep)
    mine = mine[problem.minutes[mine, rep] > 0]
    change = (state.priced[mine] - state.priced[mine, rep][:, None]) / problem.minutes[mine, rep][:, None]
    change[state.load[None, :] + problem.minutes[mine] > ceiling[None, :]] = np.inf
    change[:, rep] = np.inf
    row, taker = np.nonzero(np.isfinite(change))
    best = np.argsort(change[row, taker], kind="stable")[:OFFERS]
    return _Offers(mine[row[best]], np.full(len(best), rep, dtype=np.int64), taker[best])


def _offers_to(state: _State, rep: int, floor: IntArray) -> _Offers:
    """What a rep could take over now from those that stay above their floor."""
    problem = state.problem
    allowed = problem.pairs_of_rep[rep]
    others = allowed[(state.rep[allowed] != rep) & (state.rep[allowed] != UNASSIGNED)]
    others = others[problem.minutes[others, rep] > 0]
    giver = state.rep[others]
    is_open = state.load[giver] - problem.minutes[others, giver] >= floor[giver]
    others, giver = others[is_open], giver[is_open]
    change = (state.priced[others, rep] - state.priced[others, giver]) / problem.minutes[others, rep]
    best = np.argsort(change, kind="stable")[:OFFERS]
    return _Offers(others[best], giver[best], np.full(len(best), rep, dtype=np.int64))


class _Exchange:
    """Hands over and takes over one customer at a time; offers are kept and only renewed when none is open any more."""

    def __init__(self, state: _State) -> None:
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


def _place(state: _State, customer: int) -> None:
    """Give an unassigned customer to the rep with room that is cheapest, its load counted at the price of balance."""
    problem = state.problem
    cost, minutes = problem.cost[customer], problem.minutes[customer]
    has_room = np.isfinite(cost) & (state.load + minutes <= problem.capacity)
    if state.has_current[customer] and state.moves >= problem.maximum_moves:
        has_room &= np.arange(len(cost)) == problem.current[customer]
    if not has_room.any():
        return
    capacity = np.bincount(problem.group, weights=problem.capacity.astype(np.float64), minlength=len(problem.weight))
    balance = (problem.weight / capacity)[problem.group] * minutes * (state.load + minutes) / problem.capacity
    state.put(customer, int(np.where(has_room, cost + balance, np.inf).argmin()))


def improve(state: _State) -> None:
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
        if after >= before - 1e-6 * max(1.0, abs(before)):
            break
        before = after


def _level(state: _State, group: int, from_top: bool) -> None:
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
        if not done:
            break
        reached = state.objective()
        if reached < best - 1e-9 * max(1.0, abs(best)):
            best, kept, since = reached, state.rep.copy(), 0
        else:
            since += 1
    _restore(state, kept)


def _restore(state: _State, rep: IntArray) -> None:
    """Go back to an assignment."""
    again = _State(state.problem, rep)
    state.rep, state.load, state.moves, state.cost = again.rep, again.load, again.moves, again.cost


def _bands(state: _State) -> tuple[IntArray, IntArray]:
    """Loads between which each rep may be without a group's highest and lowest ratio getting worse."""
    problem = state.problem
    high, low = extremes(problem, state.load)
    top = np.floor(high[problem.group] * problem.capacity * (1 + 1e-12)).astype(np.int64)
    bottom = np.ceil(low[problem.group] * problem.capacity * (1 - 1e-12)).astype(np.int64)
    return np.minimum(np.maximum(top, state.load), problem.capacity), np.minimum(bottom, state.load)


def _wanting(state: _State) -> IntArray:
    """Customers for whom some rep would be cheaper than the present one."""
    placed = np.flatnonzero(state.rep != UNASSIGNED)
    now = np.full(len(state.rep), state.problem.penalty)
    now[placed] = state.problem.cost[placed, state.rep[placed]]
    return np.flatnonzero(state.problem.cheapest < now - 1e-9)


def _settle(state: _State) -> None:
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


def _try(state: _State, customer: int, rep: int, top: IntArray, bottom: IntArray) -> bool:
    """Move a customer if loads and the number of moves allow it."""
    problem, before = state.problem, int(state.rep[customer])
    ceiling = top if before != UNASSIGNED else problem.capacity
    if state.load[rep] + problem.minutes[customer, rep] > ceiling[rep]:
        return False
    if before != UNASSIGNED and state.load[before] - problem.minutes[customer, before] < bottom[before]:
        return False
    change = state.move_change(customer, rep)
    if change > 0 and state.moves + change > problem.maximum_moves:
        return False
    state.put(customer, rep)
    return True


def _swap(state: _State) -> None:
    """Two customers exchange their reps where that is cheaper, for those that gain most by a move that finds no room."""
    problem = state.problem
    wanting = _wanting(state)
    wanting = wanting[state.rep[wanting] != UNASSIGNED]
    gain = problem.cheapest[wanting] - problem.cost[wanting, state.rep[wanting]]
    for customer in wanting[np.lexsort((wanting, gain))][:SWAP_TRIES]:
        mine, target = int(state.rep[customer]), int(problem.cost[customer].argmin())
        if target == mine:
            continue
        top, bottom = _bands(state)
        others = np.flatnonzero((state.rep == target) & np.isfinite(problem.cost[:, mine]))
        mine_after = state.load[mine] - problem.minutes[customer, mine] + problem.minutes[others, mine]
        target_after = state.load[target] + problem.minutes[customer, target] - problem.minutes[others, target]
        total = problem.cost[customer, target] - problem.cost[customer, mine]
        total = total + problem.cost[others, mine] - problem.cost[others, target]
        is_open = (mine_after <= top[mine]) & (mine_after >= bottom[mine])
        is_open &= (target_after <= top[target]) & (target_after >= bottom[target]) & (total < -1e-9)
        moves = state.moves + state.move_change(int(customer), target) + _move_changes(state, others, mine)
        is_open &= moves <= max(problem.maximum_moves, state.moves)
        if is_open.any():
            other = int(others[np.where(is_open, total, np.inf).argmin()])
            state.put(int(customer), target)
            state.put(other, mine)


def _move_changes(state: _State, customers: IntArray, rep: int) -> IntArray:
    """By how much the number of moves changes for each of the customers alone."""
    current, before = state.problem.current[customers], state.rep[customers]
    counted = current != UNASSIGNED
    is_away = (before != UNASSIGNED) & (before != current)
    changes: IntArray = np.where(counted, (current != rep).astype(np.int64) - is_away.astype(np.int64), 0)
    return changes


def solve(
    problem: Problem, exact_pair_limit: int = EXACT_PAIR_LIMIT, linear_pair_limit: int = LINEAR_PAIR_LIMIT
) -> Solution:
    """The best assignment found, and a bound that no assignment is below.

    Args:
        problem: What to assign. Customers and reps have to be in the order of their keys.
        exact_pair_limit: Pairs, after reduction, up to which HiGHS is asked; 0 for local search alone.
        linear_pair_limit: Pairs up to which the linear relaxation gives the prices instead of subgradient steps alone.
    """
    if not len(problem.current):
        high, low = extremes(problem, problem.load)
        spread = float(problem.weight @ (high - low))
        return Solution(np.zeros(0, dtype=np.int64), True, spread, spread, 0)
    states = [start(problem, problem.current)]
    improve(states[0])
    target = states[0].objective()
    linear = linear_prices(problem, _all_pairs(problem)) if len(problem.pairs.row) <= linear_pair_limit else None
    if linear is None:
        prices = climb(problem, target, sampled_prices(problem, linear_pair_limit))
        choice = prices.choice
    else:
        prices, choice = linear
    states.append(start(problem, choice, priced_cost(problem, prices.minute, prices.move)))
    improve(states[1])
    best = min(states, key=lambda state: state.objective())
    objective, bound = best.objective(), prices.bound
    rep, nodes = best.rep, 0
    is_exact = objective - bound <= _tolerance(problem, rep, objective)
    if not is_exact and exact_pair_limit:
        open_pairs = reduced_pairs(problem, prices, objective)
        if int(open_pairs.sum()) <= exact_pair_limit:
            closed = _close(problem, open_pairs, rep, objective)
            rep, nodes = closed.rep, closed.nodes
            objective = _State(problem, rep).objective()
            bound = min(objective, max(bound, closed.bound))
            is_exact = objective - bound <= _tolerance(problem, rep, objective)
    penalties = problem.penalty * int(np.count_nonzero(rep == UNASSIGNED))
    return Solution(rep, is_exact, objective - penalties, min(objective, bound) - penalties, nodes)


def _tolerance(problem: Problem, rep: IntArray, objective: float) -> float:
    """Minutes up to which an assignment counts as optimal."""
    penalties = problem.penalty * int(np.count_nonzero(rep == UNASSIGNED))
    return OPTIMAL_GAP * max(objective - penalties, 1.0)


def reduced_pairs(problem: Problem, prices: Prices, objective: float) -> BoolArray:
    """Pairs that can be part of an assignment better than the one found, (n, r); the last column is for none.

    A pair that costs so much more than its customer's choice that the bound plus that exceeds the objective is in none.
    """
    priced = priced_cost(problem, prices.minute, prices.move)
    priced = np.column_stack([priced, np.full(len(priced), problem.penalty)])
    slack = objective - prices.bound
    return priced - priced.min(axis=1, keepdims=True) <= slack + 1e-6 * max(1.0, abs(objective))


@dataclass(frozen=True)
class _Closed:
    rep: IntArray
    bound: float
    nodes: int


@dataclass(frozen=True)
class _Model:
    """The problem over some of its pairs as rows and columns; loads are in minutes.

    Variables: the pairs, row by row of the customers, then the highest and the lowest ratio of each group.
    Rows: a customer each (equal to 1), then at most `upper`: the highest ratio holds, the lowest holds, the moves.
    """

    row: IntArray
    column: IntArray
    cost: FloatArray
    equal: Any
    at_most: Any
    upper: FloatArray


def _model(problem: Problem, open_pairs: BoolArray) -> _Model:
    from scipy import sparse

    count, reps = problem.cost.shape
    groups = len(problem.weight)
    row, column = np.nonzero(open_pairs)
    pairs = len(row)
    total = pairs + 2 * groups
    is_placed = column < reps
    cost = np.full(pairs, problem.penalty)
    cost[is_placed] = problem.cost[row[is_placed], column[is_placed]]
    at = np.flatnonzero(is_placed)
    minutes = problem.minutes[row[at], column[at]] / UNITS_PER_MINUTE
    moved = at[(problem.current[row[at]] != UNASSIGNED) & (problem.current[row[at]] != column[at])]
    capacity = problem.capacity / UNITS_PER_MINUTE
    load = problem.load / UNITS_PER_MINUTE
    every = np.arange(reps)
    loads = sparse.csr_array((minutes, (column[at], at)), shape=(reps, total))
    highest = sparse.csr_array((capacity, (every, pairs + problem.group)), shape=(reps, total))
    lowest = sparse.csr_array((capacity, (every, pairs + groups + problem.group)), shape=(reps, total))
    moves = sparse.csr_array((np.ones(len(moved)), (np.zeros(len(moved), dtype=int), moved)), shape=(1, total))
    return _Model(
        row=row,
        column=column,
        cost=np.concatenate([cost, problem.weight, -problem.weight]),
        equal=sparse.csr_array((np.ones(pairs), (row, np.arange(pairs))), shape=(count, total)),
        at_most=sparse.vstack([loads - highest, lowest - loads, moves], format="csr"),
        upper=np.concatenate([-load, load, [problem.maximum_moves]]),
    )


def linear_prices(problem: Problem, open_pairs: BoolArray) -> tuple[Prices, IntArray] | None:
    """Prices from the linear relaxation over the open pairs; their value of the dual counts all pairs, so it is a bound.

    Returns:
        The prices, and the rep of each customer that the relaxation does not split, UNASSIGNED for the others; None where
        HiGHS does not solve it.
    """
    from scipy import optimize

    model = _model(problem, open_pairs)
    result = optimize.linprog(
        c=model.cost,
        A_ub=model.at_most,
        b_ub=model.upper,
        A_eq=model.equal,
        b_eq=np.ones(len(problem.current)),
        bounds=(0, 1),
        method="highs-ds",
    )
    if result.status != 0:
        return None
    reps = len(problem.capacity)
    marginal = np.asarray(result.ineqlin.marginals)
    minute = (marginal[reps : 2 * reps] - marginal[:reps]) / UNITS_PER_MINUTE
    whole = np.flatnonzero((result.x[: len(model.row)] > 1 - 1e-6) & (model.column < reps))
    choice = np.full(len(problem.current), UNASSIGNED, dtype=np.int64)
    choice[model.row[whole]] = model.column[whole]
    return dual(problem, minute, max(0.0, -float(marginal[-1]))), choice


@dataclass(frozen=True)
class _Closed:
    rep: IntArray
    bound: float
    nodes: int


def _close(problem: Problem, open_pairs: BoolArray, rep: IntArray, objective: float) -> _Closed:
    """HiGHS over the open pairs; what was found before where it finds nothing better."""
    from scipy import optimize

    model = _model(problem, open_pairs)
    pairs, groups = len(model.row), len(problem.weight)
    result = optimize.milp(
        c=model.cost,
        integrality=np.concatenate([np.ones(pairs), np.zeros(2 * groups)]),
        bounds=optimize.Bounds(0, 1),
        constraints=[
            optimize.LinearConstraint(model.equal, 1, 1),
            optimize.LinearConstraint(model.at_most, -np.inf, model.upper),
        ],
        options={"node_limit": NODE_LIMIT, "mip_rel_gap": _tolerance(problem, rep, objective) / max(objective, 1.0)},
    )
    bound = -np.inf if result.mip_dual_bound is None else float(result.mip_dual_bound)
    nodes = int(result.mip_node_count or 0)
    if result.x is None:
        # Infeasible: nothing better than what was found is among the open pairs.
        return _Closed(rep, objective if result.status == 2 else bound, nodes)
    found = np.full(len(problem.current), UNASSIGNED, dtype=np.int64)
    chosen = np.flatnonzero(result.x[:pairs] > 0.5)
    found[model.row[chosen]] = np.where(model.column[chosen] < len(problem.capacity), model.column[chosen], UNASSIGNED)
    state = _State(problem, found)
    is_feasible = bool((state.load <= problem.capacity).all()) and state.moves <= problem.maximum_moves
    if is_feasible and state.objective() < objective:
        return _Closed(found, bound, nodes)
    return _Closed(rep, bound, nodes)


#: Channels of customers and reps. Inside sales serves from its desk; who has no channel known goes with any.
INSIDE: Final = "INSIDE"
FIELD: Final = "FIELD"
EARTH_RADIUS_KM: Final = 6371.0


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
            remote_minutes (decimal, of a year; the second when inside sales takes over from others), visit_count (a year),
            is_locked, is_remote_possible.
        reps: A row a rep at work and quarter: quarter_start_date, rep_id, channel (NULL for any), territory_id, latitude,
            longitude, capacity_minutes (decimal, above 0).
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
            parts.append(_assign_quarter(*own, policy))
    return pa.concat_tables(parts)


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
        ("part_number", pa.int64()),
        ("is_exact", pa.bool_()),
        ("objective_minutes", pa.decimal128(18, 4)),
        ("bound_minutes", pa.decimal128(18, 4)),
        ("maximum_move_count", pa.int64()),
        ("method_version", pa.string()),
    ]
)


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
        travel=travel,
        is_eligible=is_eligible,
        is_remote=is_remote,
        has_channel=fits.any(axis=1) | (is_eligible.any(axis=1)),
        handover=float(policy["handover_minutes"]),
        balance=float(policy["balance_weight"]),
        maximum_moved_ratio=float(policy["maximum_moved_ratio"]),
    )


def _distances(customers: pa.Table, reps: pa.Table) -> FloatArray:
    """Kilometres as the crow flies, (n, r); NaN where a place is unknown."""
    here, there = (
        [np.radians(_numbers(table, name)) for name in ("latitude", "longitude")] for table in (customers, reps)
    )
    half_latitude = np.sin((here[0][:, None] - there[0][None, :]) / 2) ** 2
    half_longitude = np.sin((here[1][:, None] - there[1][None, :]) / 2) ** 2
    chord = half_latitude + np.cos(here[0])[:, None] * np.cos(there[0])[None, :] * half_longitude
    distance: FloatArray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return distance


def _in_region(
    customers: pa.Table, reps: pa.Table, distance: FloatArray, maximum_distance: float, current: IntArray
) -> BoolArray:
    """Whether a visit is within a rep's region, (n, r): by distance where both places are known, by territory otherwise.

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
    limit = np.zeros(count, dtype=np.int64)
    is_exact = np.ones(count, dtype=bool)
    objective, bound = np.zeros(count), np.zeros(count)
    is_full_move = np.zeros(count, dtype=bool)
    for number, (members, own_reps) in enumerate(_parts(force)):
        moves, placed, solution, problem_members = _solve_part(force, members, own_reps)
        rep[problem_members] = placed
        part[members], limit[members] = number + 1, moves
        is_exact[members] = solution.is_exact
        objective[members], bound[members] = solution.objective, solution.bound
        has_current = force.current[members] != UNASSIGNED
        moved = has_current & (rep[members] != UNASSIGNED) & (rep[members] != force.current[members])
        is_full_move[members] = int(moved.sum()) >= moves
    load = np.zeros(len(force.rep), dtype=np.int64)
    rows = np.flatnonzero(rep != UNASSIGNED)
    np.add.at(load, rep[rows], force.minutes[rows, rep[rows]])
    reason = _reasons(force, rep, load, is_full_move)
    return _assignment_table(customers, force, rep, reason, part, is_exact, objective, bound, limit)


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


def _solve_part(force: _Force, members: IntArray, reps: IntArray) -> tuple[int, IntArray, Solution, IntArray]:
    """Solve a part; its limit of moves, the rep of each customer that was to be decided, and those customers."""
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
    kinds, group = np.unique(force.channel[reps], return_inverse=True)
    capacity = force.capacity[reps]
    moves = int(np.floor(np.count_nonzero(force.current[members] != UNASSIGNED) * force.maximum_moved_ratio + 1e-9))
    problem = Problem(
        cost=np.where(eligible, cost + handover, np.inf),
        minutes=force.minutes[np.ix_(open_members, reps)],
        current=current,
        capacity=capacity,
        load=load[reps],
        group=group,
        weight=force.balance * np.bincount(group, weights=capacity / UNITS_PER_MINUTE, minlength=len(kinds)),
        maximum_moves=moves,
    )
    solution = solve(problem)
    placed = np.where(solution.rep == UNASSIGNED, UNASSIGNED, reps[solution.rep])
    # The travel of who stays is in both numbers, so that a gap is a share of all minutes.
    travel = float(np.nan_to_num(force.travel[members[fixed], force.current[members[fixed]]]).sum())
    solution = replace(solution, objective=solution.objective + travel, bound=solution.bound + travel)
    return moves, placed, solution, open_members


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
            pa.array(part, mask=outside),
            pa.array(is_exact, mask=outside),
            _decimals(np.rint(objective * scale), outside),
            _decimals(np.rint(bound * scale), outside),
            pa.array(limit, mask=outside),
            pa.repeat(METHOD_VERSION, len(rep)),
        ],
        schema=ASSIGNMENT,
    )
