"""Sensors: on the landing folder, off until someone switches it on, and on failed runs, always on."""

import hashlib
import json
from pathlib import Path
from typing import Any

from dagster import DagsterInstance, DefaultSensorStatus, RunRequest, SensorEvaluationContext, SkipReason, sensor

from orchestration import lock
from orchestration.home import Home
from orchestration.outcome import InputError
from orchestration.schedule import killed
from orchestration.schedule.alerts import Receivers, raise_due

TICK_SECONDS = 60
ALERT_SECONDS = 30


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
        description=f"Starts a refresh when a delivery in {landing} is complete: the same files at two looks in a row",
    )
    def landing_folder(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        is_due, reason, cursor = decide(landing, context.cursor)
        context.update_cursor(cursor)
        return RunRequest() if is_due else SkipReason(reason)

    return landing_folder


def alert_sensor(home: Home) -> Any:
    """Look every half minute for runs that failed or were killed and raise their alerts.

    Dagster's own run failure sensor sees failures of the daemon's runs only, from when it was switched on, and tries
    each once. This one also finds runs of the command that were killed, and tries again where a receiver was down.
    """

    @sensor(
        name="alerts",
        minimum_interval_seconds=ALERT_SECONDS,
        default_status=DefaultSensorStatus.RUNNING,
        description="Tells webhook and e-mail of failed, blocked and killed runs; see docs/runbook.md",
    )
    def alert(context: SensorEvaluationContext) -> SkipReason:
        closed = _close_killed(home, context.instance)
        receivers = Receivers.of()
        for problem in receivers.problems:
            context.log.warning(problem)
        if not receivers.all:
            return SkipReason("nobody is to be told: KUNDENWERT_ALERT_WEBHOOK and KUNDENWERT_ALERT_MAIL_TO are not set")
        undelivered: list[str] = list(receivers.problems)
        told = raise_due(home, context.instance, receivers.all, undelivered.append)
        for sentence in undelivered:
            context.log.warning(sentence)
        names = ", ".join(one.name for one in receivers.all)
        done = f"receivers: {names}; alerts delivered: {told}; killed runs found: {closed}"
        return SkipReason(". ".join([done, *undelivered]))

    return alert


def _close_killed(home: Home, instance: DagsterInstance) -> int:
    if not killed.candidates(instance):
        return 0
    try:
        with lock.hold(home, "alerts"):
            return killed.close(instance)
    except InputError:
        # Someone holds the home: the run is at work.
        return 0
