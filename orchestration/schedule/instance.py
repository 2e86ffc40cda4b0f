"""Dagster's instance in the home, the same for the command and for the web interface."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import yaml

from orchestration.home import Home

if TYPE_CHECKING:
    from dagster import DagsterInstance

WAREHOUSE_POOL = "warehouse"


def write_settings(home: Home) -> None:
    """Write dagster.yaml: no telemetry, one writer of the warehouse at a time, history as in ``event_log``."""
    settings: dict[str, Any] = {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        "freshness": {"enabled": True},
        "concurrency": {"pools": {"default_limit": 1, "granularity": "run"}, "runs": {"max_concurrent_runs": 1}},
        "event_log_storage": {
            "module": "orchestration.schedule.event_log",
            "class": "KeptConnectionEventLog",
            "config": {"base_dir": str(home.dagster / "history" / "runs")},
        },
        "run_storage": {
            "module": "dagster._core.storage.runs",
            "class": "SqliteRunStorage",
            "config": {"base_dir": str(home.dagster / "history")},
        },
        "schedule_storage": {
            "module": "dagster._core.storage.schedules",
            "class": "SqliteScheduleStorage",
            "config": {"base_dir": str(home.dagster / "schedules")},
        },
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
    }
    home.dagster.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(settings, sort_keys=False)
    target = home.dagster / "dagster.yaml"
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


def open_instance(home: Home) -> DagsterInstance:
    """Return the instance of the home, made where it is missing."""
    from dagster import DagsterInstance

    from orchestration.schedule.event_log import BATCH_SIZE

    write_settings(home)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.environ["DAGSTER_EVENT_BATCH_SIZE"] = str(BATCH_SIZE)
    return DagsterInstance.from_config(str(home.dagster))
