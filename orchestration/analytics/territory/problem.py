"""The problem of who looks after which customer, and an assignment under change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: Minutes are whole numbers of this part of a minute, as decimal(18, 4) holds them.
UNITS_PER_MINUTE: Final = 10_000
UNASSIGNED: Final = -1
#: Customers that may have to change their rep at the worst to make room for one that is unassigned.
REARRANGED: Final = 100


@dataclass(frozen=True)
class Neighbourhood:
    """Customers that are cheapest with the same rep, and all reps that may serve any of them.

    A tenth of all pairs of customer and rep, where there are regions: what goes through all pairs goes through these.

    Attributes:
        rows: Positions of the customers, (k,).
        columns: Positions of the reps, ascending, at least one, (m,).
        cost: Cost of the pairs, (k, m).
        minutes: Work of the pairs in units, (k, m).
        moved: Whether a pair is a move: the customer has another rep to stay with, (k, m).
        channel: Channel of the customers, whose limit a move counts against, (k,).
    """

    rows: IntArray
    columns: IntArray
    cost: FloatArray
    minutes: FloatArray
    moved: FloatArray
    channel: IntArray


@dataclass(frozen=True)
class Problem:
    """Customers to assign and reps to assign them to; n customers, r reps, g groups of reps, k channels of customers.

    Attributes:
        cost: Minutes a year of travel and handover, (n, r); infinite where the rep may not serve the customer.
        minutes: Work of a year in units, (n, r).
        current: The rep of today, (n,); UNASSIGNED where there is none to stay with.
        capacity: Units that each rep has, above 0, (r,).
        load: Units of customers that stay where they are, at most the capacity, (r,).
        group: Reps that are balanced against each other, (r,), from 0.
        weight: Minutes that a difference of 1 between highest and lowest load ratio is worth, (g,).
        channel: Channel that each customer is in today, (n,), from 0; of no meaning without a rep to stay with.
        maximum_moves: Customers of each channel, with a rep to stay with, that may change it, (k,).
    """

    cost: FloatArray
    minutes: IntArray
    current: IntArray
    capacity: IntArray
    load: IntArray
    group: IntArray
    weight: FloatArray
    channel: IntArray
    maximum_moves: IntArray

    @cached_property
    def penalty(self) -> float:
        """Minutes that leaving a customer unassigned costs: all balance, and the cost of REARRANGED other customers."""
        dearest = np.where(np.isfinite(self.cost), self.cost, 0.0).max(axis=1, initial=0.0)
        return 1.0 + float(self.weight.sum()) + float(np.sort(dearest)[-REARRANGED:].sum())

    @cached_property
    def cheapest(self) -> FloatArray:
        """Lowest cost of each customer, (n,); infinite without a rep that may serve it."""
        lowest: FloatArray = self.cost.min(axis=1, initial=np.inf)
        return lowest

    @cached_property
    def customers_of(self) -> tuple[IntArray, ...]:
        """Positions of the customers that each rep may serve."""
        return tuple(np.flatnonzero(column) for column in np.isfinite(self.cost).T)

    @cached_property
    def neighbourhoods(self) -> tuple[Neighbourhood, ...]:
        """All customers, by the rep with whom they are cheapest."""
        is_eligible = np.isfinite(self.cost)
        nearest = self.cost.argmin(axis=1)
        found = []
        for rows in (np.flatnonzero(nearest == rep) for rep in np.unique(nearest)):
            columns = np.flatnonzero(is_eligible[rows].any(axis=0))
            if not len(columns):
                columns = nearest[rows[:1]]
            pairs = np.ix_(rows, columns)
            current = self.current[rows][:, None]
            found.append(
                Neighbourhood(
                    rows=rows,
                    columns=columns,
                    cost=self.cost[pairs],
                    minutes=self.minutes[pairs].astype(np.float64),
                    moved=((current != UNASSIGNED) & (current != columns[None, :])).astype(np.float64),
                    channel=self.channel[rows],
                )
            )
        return tuple(found)


class State:
    """An assignment under change: rep of each customer, load of each rep, number of moves in each channel."""

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
        is_moved = self.has_current & (rep != UNASSIGNED) & (rep != problem.current)
        self.moves = np.bincount(problem.channel[is_moved], minlength=len(problem.maximum_moves))
        self.cost = float(problem.cost[placed, rep[placed]].sum()) + problem.penalty * (len(rep) - len(placed))

    def put(self, customer: int, rep: int) -> None:
        """Give a customer to a rep, or to nobody."""
        problem, before = self.problem, int(self.rep[customer])
        if before != UNASSIGNED:
            self.load[before] -= problem.minutes[customer, before]
        if rep != UNASSIGNED:
            self.load[rep] += problem.minutes[customer, rep]
        self.cost += self.cost_of(customer, rep) - self.cost_of(customer, before)
        self.moves[problem.channel[customer]] += self.move_change(customer, rep)
        self.rep[customer] = rep

    def cost_of(self, customer: int, rep: int) -> float:
        """Minutes of a customer with a rep, or with nobody."""
        return self.problem.penalty if rep == UNASSIGNED else float(self.problem.cost[customer, rep])

    def move_change(self, customer: int, rep: int) -> int:
        """By how much the number of moves of its channel changes."""
        current, before = int(self.problem.current[customer]), int(self.rep[customer])
        if current == UNASSIGNED:
            return 0
        return int(rep not in (current, UNASSIGNED)) - int(before not in (current, UNASSIGNED))

    @property
    def is_full(self) -> BoolArray:
        """Whether a channel has no more moves left, (k,)."""
        full: BoolArray = self.moves >= self.problem.maximum_moves
        return full

    @property
    def ratio(self) -> FloatArray:
        """Load of each rep over its capacity."""
        return self.load / self.problem.capacity

    def objective(self) -> float:
        """Minutes of the objective, penalties included."""
        return self.cost + spread_minutes(self.problem, self.load)


def spread_minutes(problem: Problem, load: IntArray) -> float:
    """Minutes that the spread between the highest and the lowest load ratios is worth.

    Here and in the bound a sum of products, not a product of vectors: libraries of linear algebra add up in an order
    that is the processor's.
    """
    high, low = extremes(problem, load)
    return float((problem.weight * (high - low)).sum())


def extremes(problem: Problem, load: IntArray) -> tuple[FloatArray, FloatArray]:
    """Highest and lowest load ratio of each group."""
    ratio = load / problem.capacity
    high = np.zeros(len(problem.weight))
    low = np.full(len(problem.weight), np.inf)
    np.maximum.at(high, problem.group, ratio)
    np.minimum.at(low, problem.group, ratio)
    return high, np.where(np.isfinite(low), low, 0.0)
