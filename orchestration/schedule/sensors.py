"""The sensor on the landing folder, off until someone switches it on."""

import hashlib
import json
from pathlib import Path
from typing import Any

from dagster import DefaultSensorStatus, RunRequest, SensorEvaluationContext, SkipReason, sensor

TICK_SECONDS = 60


def state_of(landing: Path) -> str:
    """Return a fingerprint of names, sizes and times of the files below a landing folder; empty without files."""
    if not landing.is_dir():
        return ""
    entries = []
    for path in sorted(landing.rglob("*")):
        relative = path.relative_to(landing)
        if not path.is_file() or any(part.startswith(".") for part in relative.parts):
            continue
        status = path.stat()
        entries.append(f"{relative}|{status.st_size}|{status.st_mtime_ns}")
    return hashlib.sha256("\n".join(entries).encode()).hexdigest() if entries else ""


def decide(landing: Path, cursor: str | None) -> tuple[bool, str, str]:
    """Decide one tick: whether a run is due, why not, and the new cursor.

    A run starts when the files are the same at two ticks in a row, so that nothing is read while it is being written,
    and differ from those of the last run that was started.
    """
    before = json.loads(cursor) if cursor else {}
    seen = state_of(landing)
    after = json.dumps({"seen": seen, "started": before.get("started", "")})
    if not seen:
        return False, f"{landing} holds no files", after
    if seen == before.get("started"):
        return False, "nothing new since the last run", after
    if seen != before.get("seen"):
        return False, "files have changed since the last look; waiting until they are complete", after
    return True, "", json.dumps({"seen": seen, "started": seen})


def landing_sensor(job: Any, landing: Path) -> Any:
    """Start a refresh when a delivery is complete."""

    @sensor(
        name="landing_folder",
        job=job,
        minimum_interval_seconds=TICK_SECONDS,
        default_status=DefaultSensorStatus.STOPPED,
    )
    def landing_folder(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        is_due, reason, cursor = decide(landing, context.cursor)
        context.update_cursor(cursor)
        return RunRequest() if is_due else SkipReason(reason)

    return landing_folder
