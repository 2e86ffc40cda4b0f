"""Runs whose process was killed: the history calls them running until someone looks."""

from __future__ import annotations

import time

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from orchestration.history import OUTCOME_TAG, STARTED_BY_TAG, STOPPED

# A run of the daemon takes the home's lock within moments of its start, the command before it has a run at all.
GRACE_SECONDS = 60.0
_REASON = "The process of this run was stopped from outside."


def candidates(instance: DagsterInstance) -> list[str]:
    """Return the runs that are killed if nobody holds the home's lock."""
    now = time.time()
    found = []
    for record in instance.get_run_records(RunsFilter(statuses=[DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING])):
        began = record.start_time or record.create_timestamp.timestamp()
        if STARTED_BY_TAG in record.dagster_run.tags or now - began > GRACE_SECONDS:
            found.append(record.dagster_run.run_id)
    return found


def close(instance: DagsterInstance) -> int:
    """End such runs in the history; the caller holds the home's lock, so that none of them is at work."""
    closed = 0
    for run_id in candidates(instance):
        run = instance.get_run_by_id(run_id)
        if run is not None:
            # The tag first: who finds the run failed knows why.
            instance.add_run_tags(run_id, {OUTCOME_TAG: STOPPED})
            instance.report_run_failed(run, _REASON)
            closed += 1
    return closed
