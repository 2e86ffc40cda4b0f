"""The refresh command: the daily job of Dagster, run in this process."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from orchestration import lock
from orchestration.history import OUTCOME_TAG, PUBLISHED, STARTED_BY_TAG, tags_of_failure
from orchestration.home import Home
from orchestration.outcome import GateBlockedError, TransformError
from orchestration.pipeline import RunRequest
from orchestration.progress import Progress
from orchestration.publish.snapshot import Publication
from orchestration.session import Session

if TYPE_CHECKING:
    from orchestration.schedule.alerts import Watch


def refresh(home: Home, request: RunRequest, progress: Progress, watch: Watch | None = None) -> Publication:
    """Load, compute, check and publish; returns what is published now.

    Raises the KundenwertError or IngestError that tells why not. The run is in Dagster's history either way, and
    ``watch`` learns that it is.
    """
    with lock.hold(home, "refresh"):
        session = Session(home, progress, request)
        try:
            session.worker.start()
            return _run_job(session, request, watch)
        finally:
            session.worker.close()


def _run_job(session: Session, request: RunRequest, watch: Watch | None) -> Publication:
    # Hundreds of modules are imported here and stay; collecting garbage among them costs a fifth of the time.
    gc.disable()
    from dagster._core.errors import DagsterExecutionInterruptedError
    from dagster._core.events import RunFailureReason
    from dagster._core.utils import make_new_run_id

    from orchestration.definitions import build
    from orchestration.schedule import killed
    from orchestration.schedule.instance import open_instance
    from orchestration.schedule.schedules import DAILY_JOB

    job = build(session).resolve_job_def(DAILY_JOB)
    gc.freeze()
    gc.enable()
    config: dict[str, object] = {"sources": [f"{one.data_source}={one.path}" for one in request.sources]}
    if request.quarters.first is not None:
        config["quarters"] = str(request.quarters)
    with open_instance(session.home) as instance:
        killed.close(instance)
        run_id = make_new_run_id()
        try:
            result = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_id=run_id,
                tags={STARTED_BY_TAG: "command"},
                run_config={
                    "ops": {"load": {"config": config}},
                    # The run tells its story in progress lines; Dagster's goes to its history only.
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
            )
            # Dagster's words for Ctrl-C, within a step of ours and elsewhere.
            reasons = [event.job_failure_data.failure_reason for event in result.all_events if event.is_job_failure]
            if (
                isinstance(session.failure, DagsterExecutionInterruptedError)
                or RunFailureReason.UNEXPECTED_TERMINATION in reasons
            ):
                session.failure = KeyboardInterrupt()
            instance.add_run_tags(
                run_id, {OUTCOME_TAG: PUBLISHED} if result.success else tags_of_failure(session.failure)
            )
        finally:
            if watch is not None:
                watch.has_run = instance.has_run(run_id)
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
