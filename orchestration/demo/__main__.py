"""Command line: ``python -m orchestration.demo --home DIR --customers N --seed S``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from orchestration.demo.generator import DEFAULT_CUSTOMERS, DEFAULT_SEED, DemoSummary, generate


def main(arguments: list[str] | None = None) -> int:
    """Generates the demo company below a home folder and says what is where; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.demo",
        description="Generate the demo company (a tool trader) into HOME/demo, with the truth behind it.",
    )
    parser.add_argument("--home", type=Path, default=Path("home"), help="home folder (default ./home)")
    parser.add_argument(
        "--customers", type=int, default=DEFAULT_CUSTOMERS, help="buying companies, prospects come on top"
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="of all random streams")
    parser.add_argument("--threads", type=int, default=2, help="parts in work at a time")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    last = {"line": 0.0}

    def progress(stage: str, done: int, total: int) -> None:
        now = time.monotonic() - started
        if sys.stderr.isatty():
            print(f"\r{stage}: {done:,} of {total:,}, {now:.0f} s ", end="", file=sys.stderr, flush=True)
        elif done == total or now - last["line"] >= 5:
            last["line"] = now
            print(f"{stage}: {done:,} of {total:,}, {now:.0f} s", file=sys.stderr, flush=True)

    try:
        summary = generate(
            options.home / "demo", options.customers, options.seed, progress=progress, threads=options.threads
        )
    except ValueError as error:
        print(error, file=sys.stderr)
        return 3
    if sys.stderr.isatty() and summary.is_fresh:
        print(file=sys.stderr)
    print(_describe(summary, time.monotonic() - started))
    return 0


def _describe(summary: DemoSummary, seconds: float) -> str:
    revenue = summary.trailing_revenue_cents / 100
    verb = f"Generated in {seconds:.1f} s" if summary.is_fresh else "Already there"
    return (
        f"{verb}: {summary.customers:,} customers (seed {summary.seed}), "
        f"{summary.row_counts['invoice_line']:,} invoice lines, "
        f"{revenue:,.0f} EUR net revenue in the four quarters up to 2026Q3.\n"
        f"Files: {summary.landing}\nTruth: {summary.truth}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
