"""Who looks after which customer: a capacitated assignment with balanced load and few handovers.

After Zoltners and Sinha (1983, 2005): a proposal that balances workload with the least disruption, for managers to
adjust; the load is balanced against itself, without bounds set by hand, as in Skiera and Albers (1998). Over binary
x[c, r]:

    minimise    sum of cost[c, r] x[c, r]              travel of a year, and a fixed number of minutes a handover
                + sum over groups of weight * (highest load ratio - lowest load ratio)
                + a penalty for each customer left unassigned, higher than all balance
    subject to  each customer is with one rep or unassigned
                minutes with each rep at most its capacity
                in each channel at most `maximum_moves` customers change their rep without need

1. Local search from today's reps: who has to be placed goes in largest first (LPT), reps above their capacity hand
   over; then the fullest rep of a group hands over, the emptiest takes over, as long as that pays; customers move and
   swap within the loads reached.
2. Prices of a minute of each rep and of a move in each channel, by subgradient steps on the Lagrangian dual. At any
   prices its value is a bound that no assignment can beat, at the best as good as that of the linear relaxation; they
   guide a second local search, and steps towards what that found raise the bound. HiGHS solves that relaxation, too,
   but takes four times as long where it matters (docs/benchmarks.md).
3. Where few enough pairs can still be part of anything better (lower bound plus reduced cost below what was found, an
   exact reduction), HiGHS closes what is left (scipy.optimize.milp).

Same input, same output, whatever the order of the rows and the speed of the machine: customers and reps are sorted by
their keys, ties go to the first, loads are whole numbers, and work is limited by counts of pairs, steps and nodes,
never by a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from orchestration.analytics.territory.local_search import improve, start
from orchestration.analytics.territory.problem import (
    UNASSIGNED,
    UNITS_PER_MINUTE,
    BoolArray,
    IntArray,
    Problem,
    State,
    spread_minutes,
)
from orchestration.analytics.territory.quiet import without_stray_lines
from orchestration.analytics.territory.relaxation import (
    climb,
    dual,
    priced_cost,
    reduced_pairs,
)

#: Pairs of customer and rep, after reduction, up to which HiGHS is asked.
EXACT_PAIR_LIMIT: Final = 20_000
#: Nodes of its search tree at most.
NODE_LIMIT: Final = 500
#: Relative gap at which an assignment counts as optimal, as HiGHS has it by default.
OPTIMAL_GAP: Final = 1e-4


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


def solve(problem: Problem, exact_pair_limit: int = EXACT_PAIR_LIMIT) -> Solution:
    """The best assignment found, and a bound that no assignment is below.

    Args:
        problem: What to assign. Customers and reps have to be in the order of their keys.
        exact_pair_limit: Pairs, after reduction, up to which HiGHS is asked; 0 for local search alone.
    """
    if not len(problem.current):
        spread = spread_minutes(problem, problem.load)
        return Solution(np.zeros(0, dtype=np.int64), True, spread, spread, 0)
    states = [start(problem, problem.current)]
    improve(states[0])
    begin = dual(problem, np.zeros(len(problem.capacity)), np.zeros(len(problem.maximum_moves)))
    prices = climb(problem, states[0].objective(), begin)
    states.append(
        start(problem, prices.choice, priced_cost(problem, prices.minute, prices.move, np.arange(len(problem.current))))
    )
    improve(states[1])
    best = min(states, key=lambda state: state.objective())
    objective = best.objective()
    is_nearer = objective < states[0].objective()
    if is_nearer and objective - prices.bound > tolerance(problem, best.rep, objective):
        # Steps aim at what was found: where the first was far off, those towards the better one get higher, from the
        # beginning, because prices that went astray are slow to come back.
        prices = max(prices, climb(problem, objective, begin), key=lambda found: found.bound)
    bound = prices.bound
    rep, nodes = best.rep, 0
    is_exact = objective - bound <= tolerance(problem, rep, objective)
    if not is_exact and exact_pair_limit:
        open_pairs = reduced_pairs(problem, prices, objective)
        if int(open_pairs.sum()) <= exact_pair_limit:
            closed = _close(problem, open_pairs, rep, objective)
            rep, nodes = closed.rep, closed.nodes
            objective = State(problem, rep).objective()
            bound = min(objective, max(bound, closed.bound))
            is_exact = objective - bound <= tolerance(problem, rep, objective)
    penalties = problem.penalty * int(np.count_nonzero(rep == UNASSIGNED))
    return Solution(rep, is_exact, objective - penalties, min(objective, bound) - penalties, nodes)


def tolerance(problem: Problem, rep: IntArray, objective: float) -> float:
    """Minutes up to which an assignment counts as optimal."""
    penalties = problem.penalty * int(np.count_nonzero(rep == UNASSIGNED))
    return OPTIMAL_GAP * max(objective - penalties, 1.0)


@dataclass(frozen=True)
class _Closed:
    rep: IntArray
    bound: float
    nodes: int


def _constraints(problem: Problem, row: IntArray, column: IntArray, unit: float) -> list[Any]:
    """The rules over some pairs of customer and rep, the rep after the last being none; loads are in minutes.

    Variables are the pairs, then the highest and the lowest ratio of each group, times `unit` minutes.
    """
    from scipy import optimize, sparse

    count, reps = problem.cost.shape
    pairs, groups = len(row), len(problem.weight)
    total = pairs + 2 * groups
    at = np.flatnonzero(column < reps)
    moved = at[(problem.current[row[at]] != UNASSIGNED) & (problem.current[row[at]] != column[at])]
    minutes = problem.minutes[row[at], column[at]] / UNITS_PER_MINUTE
    load = problem.load / UNITS_PER_MINUTE
    part = problem.capacity / UNITS_PER_MINUTE / unit
    every = np.arange(reps)
    one_rep = sparse.csr_array((np.ones(pairs), (row, np.arange(pairs))), shape=(count, total))
    loads = sparse.csr_array((minutes, (column[at], at)), shape=(reps, total))
    highest = sparse.csr_array((part, (every, pairs + problem.group)), shape=(reps, total))
    lowest = sparse.csr_array((part, (every, pairs + groups + problem.group)), shape=(reps, total))
    channels = len(problem.maximum_moves)
    moves = sparse.csr_array((np.ones(len(moved)), (problem.channel[row[moved]], moved)), shape=(channels, total))
    return [
        optimize.LinearConstraint(one_rep, 1, 1),
        optimize.LinearConstraint(loads - highest, -np.inf, -load),
        optimize.LinearConstraint(lowest - loads, -np.inf, load),
        optimize.LinearConstraint(moves, -np.inf, problem.maximum_moves),
    ]


def _close(problem: Problem, open_pairs: BoolArray, rep: IntArray, objective: float) -> _Closed:
    """HiGHS over the open pairs, (n, r + 1); what was found before where it finds nothing better."""
    from scipy import optimize

    row, column = np.nonzero(open_pairs)
    pairs, groups = len(row), len(problem.weight)
    unit = float(problem.capacity.mean()) / UNITS_PER_MINUTE
    with_none = np.column_stack([problem.cost, np.full(len(problem.current), problem.penalty)])
    with without_stray_lines():
        result = optimize.milp(
            c=np.concatenate([with_none[row, column], problem.weight / unit, -problem.weight / unit]),
            integrality=np.concatenate([np.ones(pairs), np.zeros(2 * groups)]),
            bounds=optimize.Bounds(0, np.concatenate([np.ones(pairs), np.full(2 * groups, unit)])),
            constraints=_constraints(problem, row, column, unit),
            options={"node_limit": NODE_LIMIT, "mip_rel_gap": tolerance(problem, rep, objective) / max(objective, 1.0)},
        )
    bound = -np.inf if result.mip_dual_bound is None else float(result.mip_dual_bound)
    nodes = int(result.mip_node_count or 0)
    if result.x is None:
        # Infeasible: nothing better than what was found is among the open pairs.
        return _Closed(rep, objective if result.status == 2 else bound, nodes)
    found = np.full(len(problem.current), UNASSIGNED, dtype=np.int64)
    chosen = np.flatnonzero(result.x[:pairs] > 0.5)
    found[row[chosen]] = np.where(column[chosen] < len(problem.capacity), column[chosen], UNASSIGNED)
    state = State(problem, found)
    is_feasible = bool((state.load <= problem.capacity).all() and (state.moves <= problem.maximum_moves).all())
    if is_feasible and state.objective() < objective:
        return _Closed(found, bound, nodes)
    return _Closed(rep, bound, nodes)
