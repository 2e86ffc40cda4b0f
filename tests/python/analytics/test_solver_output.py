"""Standard output while HiGHS is at work: its stray line is left out, everything else comes through."""

from __future__ import annotations

import ctypes
import os
import threading

import pytest

from orchestration.analytics.territory import quiet
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

    monkeypatch.setattr(quiet.os, "dup", closed)
    reached = []
    with without_stray_lines():
        reached.append(True)
    assert reached
