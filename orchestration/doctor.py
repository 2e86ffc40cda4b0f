"""The doctor: looks at sources in a scratch warehouse, without touching the home's, one rung of a ladder at a time.

Structure first: what cannot be read is told and nothing else. Then logic: what contradicts itself or the contract.
Then key figures to compare with those of the source, and what each missing entity or column costs.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration import lock
from orchestration.gaps import COLUMN_GAPS, ENTITY_GAPS
from orchestration.gate.result import GateResult
from orchestration.gate.worker import GateWorker
from orchestration.home import Home
from orchestration.ingest import IngestReport, SourceSpec
from orchestration.outcome import BLOCKED, PUBLISHED, GateBlockedError
from orchestration.pipeline import Pipeline, RunRequest
from orchestration.progress import Progress
from orchestration.transform.parameters import QuarterRange
from orchestration.transform.project import DbtProject
from orchestration.transform.stages import INPUT


def examine(home: Home, sources: Sequence[SourceSpec], quarters: QuarterRange, progress: Progress) -> int:
    """Look at sources and print what was found; returns the exit code a refresh would have so far.

    Raises the same errors as a refresh for what cannot be read.
    """
    scratch = Home(home.root / "doctor")
    with lock.hold(home, "doctor"):
        _empty(scratch)
        scratch.prepare()
        if home.policy.is_dir():
            scratch.policy.symlink_to(home.policy, target_is_directory=True)
        try:
            with GateWorker(scratch) as worker:
                project = DbtProject(scratch, parsed=home.dbt_target)
                pipeline = Pipeline(scratch, RunRequest(tuple(sources), quarters), progress, worker, project)
                report = pipeline.load()
                pipeline.transform(INPUT)
                try:
                    pipeline.gate("input_layer")
                    code = PUBLISHED
                except GateBlockedError:
                    code = BLOCKED
                with pipeline.warehouse() as connection:
                    _print_structure(connection, report, progress)
                    _print_logic(pipeline.results, progress)
                    _print_key_figures(connection, progress)
                    _print_gaps(connection, progress)
            _conclude(code, progress)
            return code
        finally:
            home.prepare()
            _empty(scratch)


def _print_structure(connection: duckdb.DuckDBPyConnection, report: IngestReport, progress: Progress) -> None:
    progress.say("\n1. Structure: what was delivered\n")
    progress.say(f"  {'source':<16} {'feed':<22} {'files':>6} {'rows read':>12} {'quarantined':>12}")
    for one in report.feeds:
        if one.status == "absent":
            continue
        progress.say(
            f"  {one.data_source:<16} {one.feed:<22} {one.files_delivered:>6} {one.rows_read:>12,}"
            f" {one.rows_quarantined - one.rows_superseded:>12,}"
        )
    reasons = connection.execute(
        "select feed, coalesce(column_name, '') as column_name, reason, count(*) as row_count,"
        " min_by(source_file || ' row ' || row_number, row_number) as example"
        " from ingest.quarantine group by all order by feed, row_count desc, column_name, reason"
    ).fetchall()
    for feed, column, reason, count, example in reasons:
        progress.say(f"  ! {feed}{f'.{column}' if column else ''}: {reason}: {count:,} rows, for example {example}")


def _print_logic(results: Sequence[GateResult], progress: Progress) -> None:
    failed = [one for one in results if not one.is_passed]
    progress.say(f"\n2. Logic: {len(results)} checks, {len(failed)} with findings\n")
    for one in sorted(failed, key=lambda result: (not result.blocks, result.entity, result.check_name)):
        progress.say(f"  {'BLOCKS ' if one.blocks else one.severity:<8} {one.sentence()}")
    if not failed:
        progress.say("  nothing contradicts itself or the contract")


def _print_key_figures(connection: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    progress.say("\n3. Key figures: compare them with the source\n")
    figures = connection.execute(
        """
        with line as (select * from input_layer.input_layer__invoice_line),
        last as (select max(posting_date) as posting_date from line)
        select
            (select count(*) from input_layer.input_layer__account) as "CRM accounts",
            (select count(*) from input_layer.input_layer__customer) as "ERP debtors",
            (select count(*) from input_layer.input_layer__customer
             where crm_account_id is not null or vat_id is not null or duns_number is not null)
            as "Debtors with a key to the CRM",
            (select count(*) from line) as "Invoice lines",
            (select min(posting_date) from line) as "First posting",
            (select posting_date from last) as "Last posting",
            (select count(distinct erp_customer_id) from line, last
             where line.posting_date > last.posting_date - interval 12 month)
            as "Debtors that bought in the last twelve months"
        """
    )
    names = [column[0] for column in figures.description or []]
    for name, value in zip(names, figures.fetchall()[0], strict=True):
        progress.say(f"  {name:<46} {f'{value:,}' if isinstance(value, int) else value}")
    revenue = connection.execute(
        "with line as (select * from input_layer.input_layer__invoice_line)"
        " select currency_code, sum(net_amount) from line"
        " where posting_date > (select max(posting_date) from line) - interval 12 month"
        " group by currency_code order by 2 desc"
    ).fetchall()
    for currency, amount in revenue:
        progress.say(f"  {f'Net revenue of the last twelve months in {currency}':<46} {amount:,.2f}")


def _print_gaps(connection: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    progress.say("\n4. What is missing, and what that costs\n")
    gaps = find_gaps(connection)
    width = max((len(what) for what, _ in gaps), default=0)
    for what, cost in gaps:
        progress.say(f"  {f'no {what}:':<{width + 4}} {cost}")
    if not gaps:
        progress.say("  nothing: everything the models use was delivered")


def find_gaps(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return what is missing in the input layer and what that costs, entities before columns."""
    gaps: list[tuple[str, str]] = []
    delivered: set[str] = set()
    for entity, cost in ENTITY_GAPS.items():
        [(has_rows,)] = connection.execute(
            f'select exists (select 1 from input_layer."input_layer__{entity}")'
        ).fetchall()
        if has_rows:
            delivered.add(entity)
        else:
            gaps.append((entity, cost))
    for (entity, columns), cost in COLUMN_GAPS.items():
        if entity not in delivered:
            continue
        counts = ", ".join(f"count({column})" for column in columns)
        filled = connection.execute(f'select {counts} from input_layer."input_layer__{entity}"').fetchall()[0]
        if not any(filled):
            gaps.append((f"{entity}.{' / '.join(columns)}", cost))
    return gaps


def _conclude(code: int, progress: Progress) -> None:
    progress.say()
    if code == BLOCKED:
        progress.say("A refresh would be blocked by the checks marked BLOCKS.")
    else:
        progress.say("A refresh would go on to compute and publish. Nothing was loaded into the warehouse.")


def _empty(scratch: Home) -> None:
    """Remove what a doctor leaves or left behind; only files of its own folder."""
    folder: Path = scratch.root
    if folder.is_symlink():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)
