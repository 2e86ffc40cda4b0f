"""The refresh command: the daily job of Dagster, run in this process."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from orchestration import lock
from orchestration.home import Home
from orchestration.outcome import BAD_INPUT, BLOCKED, FAILED, GateBlockedError, TransformError, failure_of
from orchestration.pipeline import RunRequest
from orchestration.progress import Progress
from orchestration.publish.snapshot import Publication
from orchestration.session import Session
from orchestration.status import OUTCOME_TAG, REASON_TAG

if TYPE_CHECKING:
    from dagster import DagsterInstance, ExecuteInProcessResult

OUTCOMES = {FAILED: "failed", BLOCKED: "blocked", BAD_INPUT: "bad input"}
REASON_LENGTH = 300


def refresh(home: Home, request: RunRequest, progress: Progress) -> Publication:
    """Load, compute, check and publish; returns what is published now.

    Raises the KundenwertError or IngestError that tells why not. The run is in Dagster's history either way.
    """
    with lock.hold(home, "refresh"):
        session = Session(home, progress, request)
        try:
            session.worker.start()
            return _run_job(session, request)
        finally:
            session.worker.close()


def _run_job(session: Session, request: RunRequest) -> Publication:
    # Hundreds of modules are imported here and stay; collecting garbage among them costs a fifth of the time.
    gc.disable()
    from orchestration.definitions import build
    from orchestration.schedule.instance import open_instance
    from orchestration.schedule.schedules import DAILY_JOB

    job = build(session).resolve_job_def(DAILY_JOB)
    gc.freeze()
    gc.enable()
    config: dict[str, object] = {"sources": [f"{one.data_source}={one.path}" for one in request.sources]}
    if request.quarters.first is not None:
        config["quarters"] = str(request.quarters)
    with open_instance(session.home) as instance:
        _close_killed_runs(instance)
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={
                "ops": {"load": {"config": config}},
                # The run tells its story in progress lines; Dagster's goes to its history only.
                "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
            },
        )
        _write_down(instance, result, session)
    pipeline = session.pipeline()
    if result.success and pipeline.publication is not None:
        return pipeline.publication
    if session.failure is not None:
        raise session.failure
    blocking = [one.sentence() for one in pipeline.results if one.blocks]
    if blocking:
        raise GateBlockedError(*blocking)
    failures = [str(event.message) for event in result.all_events if event.is_failure]
    raise TransformError(f"the run stopped without a reason of its own: {'; '.join(failures) or 'no failure recorded'}")


def _close_killed_runs(instance: DagsterInstance) -> None:
    """End runs in the history whose process was killed: who holds the home's lock knows that none is at work."""
    from dagster import DagsterRunStatus, RunsFilter

    open_runs = RunsFilter(job_name="refresh", statuses=[DagsterRunStatus.STARTED, DagsterRunStatus.STARTING])
    for run in instance.get_runs(open_runs):
        instance.report_run_failed(run, "The process of this run was stopped from outside.")
        instance.add_run_tags(run.run_id, {OUTCOME_TAG: "stopped"})


def _write_down(instance: DagsterInstance, result: ExecuteInProcessResult, session: Session) -> None:
    """Note in the history how the run ended, in the words of the command."""
    known = failure_of(session.failure) if session.failure is not None else None
    if result.success:
        tags = {OUTCOME_TAG: "published"}
    elif known is None:
        tags = {OUTCOME_TAG: OUTCOMES[FAILED], REASON_TAG: str(session.failure or "")[:REASON_LENGTH]}
    else:
        code, problems = known
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        tags = {OUTCOME_TAG: OUTCOMES[code], REASON_TAG: f"{problems[0][:REASON_LENGTH]}{more}"}
    instance.add_run_tags(result.run_id, tags)
