"""Standard output while HiGHS is at work: its stray line is left out, everything else comes through."""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading

import numpy as np
import pytest

from orchestration.analytics.territory import solver
from orchestration.analytics.territory.problem import UNITS_PER_MINUTE, Problem
from orchestration.analytics.territory.quiet import STRAY_LINE, without_stray_lines

LIBRARY = ctypes.CDLL(None)


def test_only_the_stray_line_is_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    LIBRARY.printf(b"before\n")
    with without_stray_lines():
        LIBRARY.printf(b"a message of the solver\n")
        LIBRARY.printf(STRAY_LINE)
        LIBRARY.fflush(None)
        other = threading.Thread(target=os.write, args=(1, b"another thread\n"))
        other.start()
        other.join()
        LIBRARY.printf(STRAY_LINE)
    LIBRARY.printf(b"after\n")
    LIBRARY.fflush(None)
    assert capfd.readouterr().out == "before\na message of the solver\nanother thread\nafter\n"


def test_what_was_printed_before_an_error_is_not_lost(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="no solution"), without_stray_lines():
        os.write(1, b"so far\n")
        raise ValueError("no solution")
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "so far\nafter\n"


def test_solvers_take_turns(capfd: pytest.CaptureFixture[str]) -> None:
    def solve(number: int) -> None:
        with without_stray_lines():
            os.write(1, f"{number}\n".encode() + STRAY_LINE)

    threads = [threading.Thread(target=solve, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(capfd.readouterr().out.split()) == [str(number) for number in range(8)]


def test_a_process_without_standard_output_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: int) -> int:
        raise OSError("Bad file descriptor")

    monkeypatch.setattr(os, "dup", closed)
    reached = []
    with without_stray_lines():
        reached.append(True)
    assert reached


def narrow_company() -> Problem:
    """60 customers and 6 reps with hardly more minutes than work: HiGHS has to repair what it finds."""
    draw = np.random.default_rng(195)
    customers, reps = 60, 6
    minutes = (np.rint(draw.lognormal(4, 0.8, customers)) + 1).astype(np.int64)
    distance = draw.uniform(0, 100, (customers, reps))
    current = (distance * draw.uniform(0.5, 1, reps)).argmin(axis=1)
    cost = np.where(distance < 70, distance * 2 + 60, np.inf)
    cost[np.arange(customers), current] -= 60
    capacity = int(minutes.sum() / reps * 1.15) + 1
    return Problem(
        cost=cost,
        minutes=np.repeat(minutes[:, None], reps, axis=1) * UNITS_PER_MINUTE,
        current=current,
        capacity=np.full(reps, capacity * UNITS_PER_MINUTE),
        load=np.zeros(reps, dtype=np.int64),
        group=np.zeros(reps, dtype=np.int64),
        weight=np.array([0.1 * capacity * reps]),
        channel=np.zeros(customers, dtype=np.int64),
        maximum_moves=np.array([customers // 4]),
    )


def test_an_assignment_prints_nothing(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    given = narrow_company()
    solution = solver.solve(given)
    LIBRARY.fflush(None)
    assert solution.nodes > 0
    assert capfd.readouterr().out == ""
    monkeypatch.setattr(solver, "without_stray_lines", contextlib.nullcontext)
    assert solver.solve(given).rep.tolist() == solution.rep.tolist()
    LIBRARY.fflush(None)
    if STRAY_LINE.decode() not in capfd.readouterr().out:
        pytest.skip("this build of HiGHS prints nothing here: where none does any more, quiet.py can go")
