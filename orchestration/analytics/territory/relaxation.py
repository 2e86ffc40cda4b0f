"""What no assignment can beat: linear relaxation and Lagrangian dual, prices of a minute of each rep and of a move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from orchestration.analytics.territory.problem import (
    UNASSIGNED,
    UNITS_PER_MINUTE,
    BoolArray,
    FloatArray,
    IntArray,
    Problem,
)

DUAL_STEPS: Final = 60


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

    The highest and lowest ratio of a group are free between 0 and 1, so with A and B the group's capacity at positive
    and at negative prices they contribute min(0, weight - A, B - A).
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
    linear = linear_prices(sample, all_pairs(sample))
    if linear is None:
        return begin
    prices = dual(problem, linear[0].minute, linear[0].move / step)
    return prices if prices.bound > begin.bound else begin


def all_pairs(problem: Problem) -> BoolArray:
    """Pairs that are allowed, and the column for none."""
    return np.column_stack([np.isfinite(problem.cost), np.ones(len(problem.current), dtype=bool)])


def reduced_pairs(problem: Problem, prices: Prices, objective: float) -> BoolArray:
    """Pairs that can be part of an assignment better than the one found, (n, r); the last column is for none.

    A pair that costs so much more than its customer's choice that the bound plus that exceeds the objective is in none.
    """
    priced = priced_cost(problem, prices.minute, prices.move)
    priced = np.column_stack([priced, np.full(len(priced), problem.penalty)])
    slack = objective - prices.bound
    return priced - priced.min(axis=1, keepdims=True) <= slack + 1e-6 * max(1.0, abs(objective))


@dataclass(frozen=True)
class Model:
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


def model_of(problem: Problem, open_pairs: BoolArray) -> Model:
    """The problem over the open pairs, (n, r + 1); the last column is for none."""
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
    return Model(
        row=row,
        column=column,
        cost=np.concatenate([cost, problem.weight, -problem.weight]),
        equal=sparse.csr_array((np.ones(pairs), (row, np.arange(pairs))), shape=(count, total)),
        at_most=sparse.vstack([loads - highest, lowest - loads, moves], format="csr"),
        upper=np.concatenate([-load, load, [problem.maximum_moves]]),
    )


def linear_prices(problem: Problem, open_pairs: BoolArray) -> tuple[Prices, IntArray] | None:
    """Prices from the linear relaxation over the open pairs; the dual at them counts all pairs, so it is a bound.

    Returns:
        The prices, and the rep of each customer that the relaxation does not split, UNASSIGNED for the others; None
        where HiGHS does not solve it.
    """
    from scipy import optimize

    model = model_of(problem, open_pairs)
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
