"""What no assignment can beat: the Lagrangian dual over prices of a minute of each rep and of a move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from orchestration.analytics.territory.problem import (
    UNASSIGNED,
    BoolArray,
    FloatArray,
    IntArray,
    Problem,
)

#: Evaluations of the dual; more raised the bound of 55,000 customers and 120 reps by less than a hundred-thousandth.
DUAL_STEPS: Final = 200


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


def reduced_pairs(problem: Problem, prices: Prices, objective: float) -> BoolArray:
    """Pairs that can be part of an assignment better than the one found, (n, r); the last column is for none.

    A pair that costs so much more than its customer's choice that the bound plus that exceeds the objective is in none.
    """
    priced = priced_cost(problem, prices.minute, prices.move)
    priced = np.column_stack([priced, np.full(len(priced), problem.penalty)])
    slack = objective - prices.bound
    return priced - priced.min(axis=1, keepdims=True) <= slack + 1e-6 * max(1.0, abs(objective))
