"""The demo command: the demo company, generated into the home and published like any other delivery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from orchestration import lock
from orchestration.demo_campaign import issue_past_list
from orchestration.home import Home
from orchestration.ingest import SourceSpec
from orchestration.outcome import InputError
from orchestration.pipeline import RunRequest
from orchestration.progress import Progress
from orchestration.refresh import refresh
from orchestration.status import print_publication


def run_demo(home: Home, customers: int | None, progress: Progress) -> int:
    """Generate the demo company where it is not there already, and publish its tables; returns the exit code."""
    from orchestration.demo import DEFAULT_CUSTOMERS, DEFAULT_SEED, generate

    home.prepare()
    with progress.stage("Generating the demo company") as stage:
        try:
            summary = generate(home.root / "demo", customers or DEFAULT_CUSTOMERS, DEFAULT_SEED, progress=stage.update)
        except ValueError as error:
            raise InputError(f"--customers {customers}: {error}") from error
        state = "" if summary.is_fresh else ", there already"
        stage.summary = f"{summary.customers:,} customers, {summary.row_counts['invoice_line']:,} invoice lines{state}"
    with lock.hold(home, "demo"):
        issue_past_list(home, summary.landing, summary.truth)
    request = RunRequest((SourceSpec("canonical", None, summary.landing),), loaded_at=_loaded_at())
    publication = refresh(home, request, progress)
    print_publication(home, publication, progress)
    progress.say(f"  Truth        {summary.truth}")
    return 0


def _loaded_at() -> datetime:
    """Now, or the day after the demo company's last day where a clock lags behind its calendar."""
    from orchestration.demo.calendar import EPOCH, LAST_DAY

    day_after = datetime.combine(EPOCH + timedelta(days=LAST_DAY + 1), datetime.min.time(), UTC)
    return max(datetime.now(UTC), day_after)
