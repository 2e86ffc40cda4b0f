"""How a run ended, in the words of the command, as tags of the run in Dagster's history."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.outcome import BAD_INPUT, BLOCKED, FAILED, failure_of

OUTCOME_TAG = "kundenwert/outcome"
REASON_TAG = "kundenwert/reason"
STARTED_BY_TAG = "kundenwert/started_by"

PUBLISHED = "published"
# Its process was ended from outside, or somebody at a terminal pressed Ctrl-C.
STOPPED = "stopped"
INTERRUPTED = "interrupted"
FAILURES = {FAILED: "failed", BLOCKED: "blocked", BAD_INPUT: "bad input"}
_REASON_LENGTH = 300


def tags_of_failure(error: BaseException | None) -> Mapping[str, str]:
    """Return the tags of a run that failed, by the failure that ended it."""
    if isinstance(error, KeyboardInterrupt):
        return {OUTCOME_TAG: INTERRUPTED}
    # What Dagster makes of a signal; by name, so that the command's quick answers need no Dagster.
    if type(error).__name__ == "DagsterExecutionInterruptedError":
        return {OUTCOME_TAG: STOPPED}
    known = failure_of(error) if error is not None else None
    if known is None:
        return {OUTCOME_TAG: FAILURES[FAILED], REASON_TAG: str(error or "")[:_REASON_LENGTH]}
    code, problems = known
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    reason = f"{problems[0][:_REASON_LENGTH]}{more}" if problems else ""
    return {OUTCOME_TAG: FAILURES[code], REASON_TAG: reason}
