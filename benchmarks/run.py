"""Scale runs of the real commands: wall seconds, processor seconds and peak memory of the whole process.

`make bench` prints the table of docs/benchmarks.md. Each command runs as a process of its own in an empty home
and is accounted by the operating system when it ends, so that start-up, import and shutdown are included.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Measurement:
    """One finished process: seconds on the wall, seconds of processor time, peak resident memory in GiB."""

    name: str
    wall_seconds: float
    processor_seconds: float
    peak_memory_gib: float


def measure(name: str, home: Path, *arguments: str) -> Measurement:
    """Run a module of the project as a process and return what it took.

    Raises:
        RuntimeError: the command did not end with exit code 0.
    """
    environment = {**os.environ, "KUNDENWERT_HOME": str(home), "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
    started = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall_seconds = perf_counter() - started
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{name}: exit code {os.waitstatus_to_exitcode(status)}")
    return Measurement(name, wall_seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20)


def company(customers: int, refresh: bool) -> list[Measurement]:
    """Generate a demo company of `customers` customers and, where asked, refresh it twice."""
    home = Path(tempfile.mkdtemp(prefix="kundenwert-bench-"))
    try:
        generate = ("orchestration.demo", "--home", str(home), "--customers", str(customers))
        results = [measure(f"generate {customers:,} customers", home, *generate)]
        if refresh:
            landing = home / "demo" / "landing" / "canonical"
            command = ("orchestration.cli", "refresh", "--source", f"canonical={landing}", "--home", str(home))
            results.append(measure(f"refresh {customers:,} customers, first run", home, *command))
            results.append(measure(f"refresh {customers:,} customers, again", home, *command))
        return results
    finally:
        shutil.rmtree(home)


def main() -> None:
    """Print the table of all measurements as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=[55_000], help="sizes to generate and refresh")
    parser.add_argument("--generate-only", type=int, nargs="*", default=[1_000_000], help="sizes to generate only")
    arguments = parser.parse_args()
    print("| Command | Wall s | Processor s | Peak memory GiB |")
    print("|---|---:|---:|---:|")
    for customers, refresh in [
        *((size, True) for size in arguments.customers),
        *((size, False) for size in arguments.generate_only),
    ]:
        for result in company(customers, refresh):
            print(
                f"| {result.name} | {result.wall_seconds:.1f} | {result.processor_seconds:.1f}"
                f" | {result.peak_memory_gib:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
