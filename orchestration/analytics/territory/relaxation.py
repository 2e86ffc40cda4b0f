"""What no assignment can beat: the Lagrangian dual over prices of each rep's minutes and each channel's moves."""

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
#: Share of a full step below which steps no longer raise the bound by what anybody would see.
SLOWEST_PACE: Final = 0.02


@dataclass(frozen=True)
class Prices:
    """A point of the Lagrangian dual, and what the customers choose there.

    Attributes:
        minute: Price of a unit of each rep's load, (r,): positive where the rep is full, negative where it is empty.
        move: Price of a move in each channel, at least 0, (k,).
        bound: Value of the dual, a lower bound of the objective with penalties.
        choice: The cheapest rep of each customer, (n,); UNASSIGNED where that is cheaper than any.
        slope_minute: Supergradient by the prices of units, (r,).
        slope_move: The same by the prices of a move, (k,).
    """

    minute: FloatArray
    move: FloatArray
    bound: float
    choice: IntArray
    slope_minute: FloatArray
    slope_move: FloatArray


def dual(problem: Problem, minute: FloatArray, move: FloatArray) -> Prices:
    """The Lagrangian at these prices: each customer chooses by itself.

    The highest and lowest ratio of a group are free between 0 and 1, so with A and B the group's capacity at positive
    and at negative prices they contribute min(0, weight - A, B - A).

    Weak duality: an assignment that keeps the limits has moves - limit <= 0 in each channel. Times prices of at least
    0, one for each channel, that adds nothing above 0 to its objective. The least of these sums over all choices, those
    that break the limits included, is no higher: the value is a lower bound at any such prices.
    """
    choice = np.empty(len(problem.current), dtype=np.int64)
    cheapest = np.empty(len(problem.current))
    for near in problem.neighbourhoods:
        priced = near.minutes * minute[near.columns]
        priced += near.cost
        if move.any():
            priced += near.moved * move[near.channel][:, None]
        place = priced.argmin(axis=1)
        choice[near.rows] = near.columns[place]
        cheapest[near.rows] = priced[np.arange(len(place)), place]
    chosen = np.flatnonzero(cheapest <= problem.penalty)
    bound = float(np.minimum(cheapest, problem.penalty).sum()) + float((minute * problem.load).sum())
    slope = problem.load.astype(np.float64)
    slope += np.bincount(choice[chosen], weights=problem.minutes[chosen, choice[chosen]], minlength=len(minute))
    moved = chosen[(problem.current[chosen] != UNASSIGNED) & (problem.current[chosen] != choice[chosen])]
    moves = np.bincount(problem.channel[moved], minlength=len(move))
    choice[cheapest > problem.penalty] = UNASSIGNED
    groups = len(problem.weight)
    above = np.bincount(problem.group, weights=np.maximum(minute, 0.0) * problem.capacity, minlength=groups)
    below = np.bincount(problem.group, weights=np.maximum(-minute, 0.0) * problem.capacity, minlength=groups)
    pieces = np.stack([np.zeros(groups), problem.weight - above, below - above])
    piece = pieces.argmin(axis=0)
    bound += float(pieces[piece, np.arange(groups)].sum()) - float((move * problem.maximum_moves).sum())
    of_rep = piece[problem.group]
    slope -= np.where((of_rep == 2) | ((of_rep == 1) & (minute > 0)), problem.capacity, 0)
    return Prices(minute, move, bound, choice, slope, (moves - problem.maximum_moves).astype(np.float64))


def priced_cost(problem: Problem, minute: FloatArray, move: FloatArray, rows: IntArray) -> FloatArray:
    """Cost of the pairs of some customers with the prices of the rep's time and of a move, (rows, r)."""
    priced = problem.minutes[rows] * minute
    priced += problem.cost[rows]
    has_current = np.flatnonzero(problem.current[rows] != UNASSIGNED)
    own = move[problem.channel[rows[has_current]]]
    priced[has_current] += own[:, None]
    priced[has_current, problem.current[rows[has_current]]] -= own
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
    limit = np.maximum(problem.maximum_moves, 1).astype(np.float64)
    # In ratios of load and of moves, prices are minutes: all directions are of a size.
    at, at_move = best.minute * capacity, best.move * limit
    here, pace, since, left = best, 1.0, 0, steps
    direction, direction_move = np.zeros(len(capacity)), np.zeros(len(limit))
    while left and pace > SLOWEST_PACE:
        left -= 1
        slope, slope_move = here.slope_minute / capacity, here.slope_move / limit
        slope_move = np.where((at_move <= 0) & (slope_move < 0), 0.0, slope_move)
        direction = slope + 0.5 * direction
        direction_move = slope_move + 0.5 * direction_move
        size = float((direction * direction).sum() + (direction_move * direction_move).sum())
        if size <= 0 or target - here.bound <= 1e-9 * max(1.0, abs(target)):
            break
        step = pace * (target - here.bound) / size
        at = at + step * direction
        at_move = np.maximum(0.0, at_move + step * direction_move)
        here = dual(problem, at / capacity, at_move / limit)
        if here.bound > best.bound + 1e-7 * abs(best.bound):
            best, since = here, 0
        else:
            since += 1
        if since >= 8:
            pace, since = pace / 2, 0
            at, at_move, here = best.minute * capacity, best.move * limit, best
            direction, direction_move = np.zeros(len(capacity)), np.zeros(len(limit))
    return best


def reduced_pairs(problem: Problem, prices: Prices, objective: float) -> BoolArray:
    """Pairs that can be part of an assignment better than the one found, (n, r); the last column is for none.

    A pair that costs so much more than its customer's choice that the bound plus that exceeds the objective is in none.
    """
    priced = priced_cost(problem, prices.minute, prices.move, np.arange(len(problem.current)))
    priced = np.column_stack([priced, np.full(len(priced), problem.penalty)])
    slack = objective - prices.bound
    is_open: BoolArray = priced - priced.min(axis=1, keepdims=True) <= slack + 1e-6 * max(1.0, abs(objective))
    return is_open
