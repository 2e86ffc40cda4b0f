"""Runs as Dagster's daemon starts them: in a process of their own, from the definitions of a home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from orchestration.home import Home
from orchestration.schedule.instance import write_settings

from ..harness import PROJECT, Outcome


def dagster(home: Path, *arguments: str) -> Outcome:
    """Run a dagster command with the definitions and the instance of a home, which may be a copy of another."""
    write_settings(Home(home))
    environment = {
        **os.environ,
        "KUNDENWERT_HOME": str(home),
        "DAGSTER_HOME": str(home / "dagster"),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
    }
    finished = subprocess.run(
        [sys.executable, "-m", "dagster", *arguments, "-m", "orchestration.definitions"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    return Outcome(finished.returncode, finished.stdout + finished.stderr, home)


def campaign_job(home: Path, quarter_start: str, delivery: Path) -> Outcome:
    """The campaign job of a quarter, reading a delivery."""
    config = home / "campaign_job.json"
    config.write_text(
        json.dumps({"ops": {"load": {"config": {"sources": [f"canonical={delivery}"]}}}}), encoding="utf-8"
    )
    tags = json.dumps({"dagster/partition": quarter_start})
    return dagster(home, "job", "execute", "-j", "campaign", "--tags", tags, "-c", str(config))


def backfill(home: Path, first: str, last: str) -> Outcome:
    """The quarters from first to last, computed anew from what the home read last."""
    return dagster(
        home, "asset", "materialize", "--select", "quarter_snapshot", "--partition-range", f"{first}...{last}"
    )
