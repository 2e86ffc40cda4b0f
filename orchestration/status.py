"""What the command tells about a home: what is published, how the last runs ended, and what blocked the last one."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from orchestration.history import OUTCOME_TAG, REASON_TAG
from orchestration.home import Home
from orchestration.progress import Progress
from orchestration.publish.snapshot import Publication, current
from orchestration.transform.parameters import quarter_label

SHOWN_RUNS = 5


def print_publication(home: Home, publication: Publication, progress: Progress) -> None:
    """Say what is published, where, and the key figures."""
    progress.say()
    progress.say(f"Published: run {publication.run_id[:12]}, sources {', '.join(publication.data_sources)}")
    width = max((len(name) for name in publication.tables), default=0)
    for name, rows in publication.tables.items():
        progress.say(f"  {name:<{width}}  {rows:>12,} rows")
    progress.say()
    width = max((len(label) for label, _ in publication.key_figures), default=0)
    for label, value in publication.key_figures:
        progress.say(f"  {label:<{width}}  {value}")
    progress.say()
    progress.say(f"  DuckDB file  {home.served_file}")
    progress.say(f"  Parquet      {home.published / 'parquet'}")


def print_status(home: Home, progress: Progress) -> None:
    """Say what is published, how the last runs ended, and what blocked the last one."""
    publication = current(home)
    if publication is None:
        progress.say(f"Nothing is published in {home.root}.")
    else:
        print_publication(home, publication, progress)
        progress.say(f"  Published    {publication.published_at} UTC, number {publication.number}")
        if publication.quarters:
            first, last = publication.quarters[0], publication.quarters[-1]
            progress.say(f"  Quarters     {_label(first)} to {_label(last)}")
    _print_runs(home, progress)
    _print_blocking(home, progress)


def _label(quarter: tuple[str, bool, int, str | None]) -> str:
    label = quarter_label(datetime.strptime(quarter[0], "%Y-%m-%d").replace(tzinfo=UTC).date())
    return f"{label} (running)" if quarter[1] else label


def _print_runs(home: Home, progress: Progress) -> None:
    progress.say("\nLast runs")
    if not (home.dagster / "dagster.yaml").exists():
        progress.say("  none")
        return
    from orchestration.schedule.instance import open_instance

    with open_instance(home) as instance:
        records = instance.get_run_records(limit=SHOWN_RUNS)
    for record in records:
        run = record.dagster_run
        started = datetime.fromtimestamp(record.start_time or record.create_timestamp.timestamp(), UTC)
        seconds = f"{record.end_time - record.start_time:6.1f} s" if record.end_time and record.start_time else ""
        outcome = run.tags.get(OUTCOME_TAG, run.status.value.lower())
        progress.say(f"  {started:%Y-%m-%d %H:%M} UTC  {run.job_name:<10} {outcome:<12} {seconds}")
        if REASON_TAG in run.tags:
            progress.say(f"      {run.tags[REASON_TAG]}")
    if not records:
        progress.say("  none")


def _print_blocking(home: Home, progress: Progress) -> None:
    """Say what kept the last computed run from being published."""
    if not home.warehouse.exists():
        return
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as connection:
            rows = connection.execute(
                "select entity, check_name, observed, expected, detail, remedy from quality.gate_result"
                " where run_id = (select snapshot_id from run.parameter) and severity = 'critical' and not is_passed"
                " order by all"
            ).fetchall()
    except duckdb.IOException:
        progress.say("\nA run is at work; what blocks it, if anything, is known when it ends.")
        return
    except duckdb.CatalogException:
        return
    if rows:
        progress.say("\nBlocked: the last run was not published because of")
    for entity, check, observed, expected, detail, remedy in rows:
        progress.say(f"  - {entity}: {check}: {observed}, expected {expected}")
        for more in (detail and f"for example {detail}", remedy):
            if more:
                progress.say(f"      {more}")
