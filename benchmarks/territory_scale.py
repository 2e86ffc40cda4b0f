"""Assignment of customers to reps alone: what is closed exactly, and what local search reaches above that.

`make bench-territory` prints a table of docs/benchmarks.md. The company is made up, by formulas instead of chance: reps
in a country of 500 by 500 km, customers around them, thicker in some places than in others, looked after by a rep
nearby, which leaves loads apart by a factor of three; workloads are skewed. Each size is a process of its own,
accounted by the operating system.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.run import measure
from orchestration.analytics.territory.problem import UNASSIGNED, UNITS_PER_MINUTE, Problem, extremes
from orchestration.analytics.territory.solver import solve

#: Customers, reps: the one is to be exact within 60 s, the other to show its gap within 120 s.
SIZES = ((1_000, 20), (55_000, 120))
COUNTRY_KM = 500.0
#: Steps of a low-discrepancy sequence in two dimensions (Roberts 2018), one each for reps, customers and workloads.
STEPS = (0.7548776662466927, 0.5698402909980532)
GOLDEN = 0.6180339887498949


def company(customers: int, reps: int) -> Problem:
    """A company of this size: a fifth more capacity than work, a tenth of the customers may move."""
    number = np.arange(1, customers + 1)
    home = (np.outer(np.arange(1, reps + 1), STEPS) + 0.5) % 1.0 * COUNTRY_KM
    spread = (np.outer(number, STEPS) + 0.25) % 1.0
    # Denser towards one corner.
    place = spread ** np.array([1.3, 1.1]) * COUNTRY_KM
    distance = np.sqrt(((place[:, None, :] - home[None, :, :]) ** 2).sum(axis=2))
    radius = COUNTRY_KM * 2.0 / np.sqrt(reps)
    is_near = distance <= radius
    current = (distance * (1.0 + 0.3 * ((np.arange(reps) * GOLDEN) % 1.0))[None, :]).argmin(axis=1)
    is_near[number - 1, current] = True
    # Between 40 and 1,000 minutes a year, most of them small.
    minutes = np.round(40.0 * 25.0 ** (((number * GOLDEN) % 1.0) ** 1.5), 1)
    visits = minutes / 110.0
    cost = distance * visits[:, None] * 1.5 + 60.0
    cost[number - 1, current] -= 60.0
    owned = np.bincount(current, weights=minutes, minlength=reps)
    capacity = np.full(reps, max(1.2 * minutes.sum() / reps, 1.02 * float(np.sort(owned)[-1]) / 1.2))
    return Problem(
        cost=np.where(is_near, cost, np.inf),
        minutes=np.repeat(np.rint(minutes * UNITS_PER_MINUTE).astype(np.int64)[:, None], reps, axis=1),
        current=current.astype(np.int64),
        capacity=np.rint(capacity * UNITS_PER_MINUTE).astype(np.int64),
        load=np.zeros(reps, dtype=np.int64),
        group=np.zeros(reps, dtype=np.int64),
        weight=np.array([0.1 * capacity.sum()]),
        channel=np.zeros(customers, dtype=np.int64),
        maximum_moves=np.array([customers // 10]),
    )


def run(customers: int, reps: int, result: Path) -> None:
    """Assign a company and write what came out."""
    problem = company(customers, reps)
    solution = solve(problem)
    rows = np.arange(customers)

    def spread(rep: np.ndarray) -> float:
        load = problem.load.copy()
        placed = rows[rep != UNASSIGNED]
        np.add.at(load, rep[placed], problem.minutes[placed, rep[placed]])
        high, low = extremes(problem, load)
        return float((high - low)[0])

    result.write_text(
        json.dumps(
            {
                "pairs": int(np.isfinite(problem.cost).sum()),
                "moves": int(np.count_nonzero((solution.rep != problem.current) & (solution.rep != UNASSIGNED))),
                "unassigned": int(np.count_nonzero(solution.rep == UNASSIGNED)),
                "before": spread(problem.current),
                "after": spread(solution.rep),
                "is_exact": solution.is_exact,
                "gap": (solution.objective - solution.bound) / solution.objective,
                "nodes": solution.nodes,
            }
        ),
        encoding="utf-8",
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--reps", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.result is not None:
        run(arguments.customers, arguments.reps, arguments.result)
        return 0
    print(
        "| Assignment alone | Pairs | Proven optimal | Gap | Nodes | Moves | Unassigned | Load spread | after"
        " | Wall s | Processor s | Peak memory GiB |"
    )
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for customers, reps in SIZES:
        with tempfile.TemporaryDirectory(prefix="kundenwert-bench-") as name:
            result = Path(name) / "result.json"
            measured = measure(
                f"{customers:,} customers, {reps} reps",
                Path(name),
                "benchmarks.territory_scale",
                *("--customers", str(customers), "--reps", str(reps), "--result", str(result)),
            )
            found = json.loads(result.read_text(encoding="utf-8"))
        print(
            f"| {measured.name} | {found['pairs']:,} | {'yes' if found['is_exact'] else 'no'} | {found['gap']:.3%}"
            f" | {found['nodes']:,} | {found['moves']:,} | {found['unassigned']} | {found['before']:.3f}"
            f" | {found['after']:.3f} | {measured.wall_seconds:.1f} | {measured.processor_seconds:.1f}"
            f" | {measured.peak_memory_gib:.2f} |",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
