"""The process that evaluates the checks: it answers, and its end is noticed on both sides."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.gate.worker import GateWorker
from orchestration.home import Home
from orchestration.outcome import FAILED, TransformError

from ..harness import PROJECT
from .warehouse import write_warehouse

# Each starts a process that imports Great Expectations.
pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "logs").mkdir()
    return Home(tmp_path)


@pytest.fixture
def worker(home: Home) -> Iterator[GateWorker]:
    with GateWorker(home) as started:
        yield started


def process_of(worker: GateWorker) -> subprocess.Popen[str]:
    process = worker._process
    assert process is not None
    return process


def test_it_answers_again_after_a_request_that_it_could_not_answer(home: Home, worker: GateWorker) -> None:
    with pytest.raises(TransformError) as failure:
        worker.evaluate(home.root / "absent.duckdb", "input_layer")
    assert failure.value.exit_code == FAILED
    assert "the checks of input_layer could not be evaluated" in str(failure.value)
    assert str(home.logs / "gate.log") in str(failure.value)
    assert "Traceback" in (home.logs / "gate.log").read_text(encoding="utf-8")
    path = write_warehouse(
        home.warehouse, {"input_layer.rep": [{"rep_id": "R1", "full_time_equivalent": "3"}, {"rep_id": "Ä2"}]}
    )
    results, broken = worker.evaluate(path, "input_layer", ["rep"])
    assert {one.check_name: one.is_passed for one in results} == {
        "unique rep_id": True,
        "full_time_equivalent in range": False,
    }
    assert not broken
    process = process_of(worker)
    worker.close()
    assert process.returncode == 0


def test_its_death_is_an_error_that_names_the_log(home: Home, worker: GateWorker) -> None:
    process = process_of(worker)
    process.kill()
    process.wait()
    with pytest.raises(TransformError, match="ended early") as failure:
        worker.evaluate(home.warehouse, "input_layer")
    assert str(home.logs / "gate.log") in str(failure.value)


def test_it_ends_with_a_run_that_is_killed(home: Home) -> None:
    program = (
        "import sys, time\nfrom pathlib import Path\n"
        "from orchestration.gate.worker import GateWorker\nfrom orchestration.home import Home\n"
        "worker = GateWorker(Home(Path(sys.argv[1]))).start()\n"
        "print(worker._process.pid, flush=True)\ntime.sleep(600)\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", program, str(home.root)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    pid = int(run.stdout.readline())
    os.kill(pid, 0)
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 120
    while is_at_work(pid):
        assert time.monotonic() < deadline, "the worker outlives its run"
        time.sleep(0.1)


def is_at_work(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody has asked about is a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
