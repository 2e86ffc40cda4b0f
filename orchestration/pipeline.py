"""One run from files to publication, step by step. Dagster calls the steps; what they do is written here."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.gate import result as gate_table
from orchestration.gate.findings import failed_tests, is_about_policy, quarantine_results
from orchestration.gate.result import CRITICAL, GateResult
from orchestration.gate.worker import GateWorker
from orchestration.home import PROJECT_DIR, Home
from orchestration.ingest import IngestReport, SourceSpec, ingest
from orchestration.outcome import GateBlockedError, InputError, TransformError
from orchestration.progress import Progress
from orchestration.publish import campaign_export, crm_export, key_figures, ledger, snapshot
from orchestration.publish.snapshot import Publication
from orchestration.transform import policy
from orchestration.transform.checks import CheckOutcome, evaluate
from orchestration.transform.parameters import (
    QuarterRange,
    RunIdentity,
    check_quarters,
    identify,
    policy_files,
    write_parameters,
)
from orchestration.transform.project import DbtProject, NodeResult, release_warehouse
from orchestration.transform.stages import INPUT, TransformStage, stage_of

_LOCK_WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class RunRequest:
    """What a run is asked to do. ``loaded_at`` is the time written to rows that it loads."""

    sources: tuple[SourceSpec, ...]
    quarters: QuarterRange = field(default_factory=QuarterRange)
    loaded_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def data_sources(self) -> tuple[str, ...]:
        """The data sources of the run in order."""
        return tuple(sorted(source.data_source for source in self.sources))


class Pipeline:
    """The steps of one run in one home. Each leaves the warehouse closed, so that the next opens it afresh."""

    def __init__(
        self, home: Home, request: RunRequest, progress: Progress, worker: GateWorker, project: DbtProject | None = None
    ) -> None:
        self.home = home
        self.request = request
        self.progress = progress
        self.worker = worker
        self.project = project or DbtProject(home)
        self.results: list[GateResult] = []
        self.identity: RunIdentity | None = None
        self.publication: Publication | None = None
        self.is_full_refresh = False
        self._policy: policy.CheckedPolicy | None = None

    def check_policy(self) -> policy.CheckedPolicy:
        """Check the policy in force, once a run.

        Raises InputError naming every file, line and rule where it cannot be right.
        """
        if self._policy is None:
            self._policy = policy.check(self.home, self.project, PROJECT_DIR, self.request.quarters.first)
        return self._policy

    def load(self) -> IngestReport:
        """Load what is new and write down what the run is about. Raises InputError before, for impossible policy."""
        self.check_policy()
        with self.progress.stage("Loading files") as stage, self.warehouse() as connection:
            report = ingest(
                self.request.sources,
                self.home.root,
                PROJECT_DIR,
                connection,
                stage.update,
                self.request.loaded_at,
            )
            identity = identify(
                report.content_fingerprint,
                self.home,
                PROJECT_DIR,
                self.request.data_sources,
                self.request.quarters,
            )
            self.identity = identity
            write_parameters(connection, identity, self.request.quarters, self.request.data_sources)
            self._complete_ledger(connection)
            ledger.load(connection, self.home)
            campaign_export.complete(self.home)
            gate_table.clear(connection, identity.run_id)
            files = sum(feed.files_loaded for feed in report.feeds)
            known = sum(feed.files_skipped for feed in report.feeds)
            stage.summary = f"{files} files with {report.rows_loaded:,} rows loaded"
            if known:
                stage.summary += f", {known} files known already"
            if report.rows_quarantined:
                stage.summary += f", {report.rows_quarantined:,} rows to quarantine"
        for notice in report.notices:
            self.progress.say(f"          note: {notice}")
        return report

    def transform(
        self,
        half: TransformStage,
        select: Sequence[str] | None = None,
        wanted: Callable[[str], bool] = lambda test: True,
        on_event: Callable[[Any], None] = lambda event: None,
        on_check: Callable[[CheckOutcome], None] = lambda outcome: None,
    ) -> list[NodeResult]:
        """Run a half of the dbt project, or the models selected of it and the wanted tests; return how each ended.

        Raises InputError for policy that cannot be loaded or contradicts itself, and TransformError when a model or
        test could not be computed. Tests that found rows are collected; the gate after this half judges them.
        """
        known = self.check_policy().outcomes if half is INPUT else {}
        if half is not INPUT:
            self._prepare_published()
        checks = [
            check
            for check in self.project.checks
            if stage_of(self.project.document, check.unique_id) is half and wanted(check.unique_id)
        ]
        total = sum(
            1
            for unique_id, node in self.project.document["nodes"].items()
            if node["resource_type"] in ("model", "seed") and stage_of(self.project.document, unique_id) is half
        )
        with self.progress.stage(half.title) as stage:
            done = 0

            def follow(event: Any) -> None:
                nonlocal done
                if event.info.name == "NodeFinished":
                    done += 1
                    stage.update(event.data.node_info.node_name, done, max(total, done))
                on_event(event)

            results = self.project.build(
                select or half.select,
                half.exclude,
                indirect_selection=half.indirect_selection,
                full_refresh=self.is_full_refresh and half is not INPUT,
                on_event=follow,
            )
            release_warehouse()
            self._raise_errors(results)
            with self.warehouse() as connection:
                for check in checks:
                    if check.unique_id in known:
                        on_check(known[check.unique_id])
                        results.append(self._test_result(known[check.unique_id]))
                left = [check for check in checks if check.unique_id not in known]
                for outcome in evaluate(connection, left, on_check):
                    results.append(self._test_result(outcome))
                self._raise_errors(results)
                self._collect_failed_tests(connection, results)
                if half is INPUT:
                    check_quarters(connection, self.request.quarters)
                    self._check_policy_from(connection)
            tests = sum(1 for one in results if one.resource_type == "test")
            stage.summary = f"{len(results) - tests} tables and views, {tests} tests"
        return results

    def gate(self, layer: str, entities: Sequence[str] | None = None) -> list[GateResult]:
        """Check a layer, write the results down and return them.

        Raises GateBlockedError when a check that may not fail has failed, here or in a dbt test before, and
        TransformError when a check could not be evaluated.
        """
        title = "Checking the input layer" if layer == "input_layer" else "Checking the published tables"
        with self.progress.stage(title) as stage:
            results, broken = self.worker.evaluate(self.home.warehouse, layer, entities)
            with self.warehouse() as connection:
                if layer == "input_layer":
                    results += quarantine_results(connection, self.request.data_sources, self.home.quarantine)
                gate_table.store(connection, self.run_id, results)
            self.results += results
            warnings = sum(1 for one in results if not one.is_passed and not one.blocks)
            stage.summary = f"{len(results)} checks, {warnings} warnings"
            if broken:
                raise TransformError(
                    *(f"check '{one.check_name}' of {one.entity} is broken: {one.message}" for one in broken)
                )
            blocking = [one for one in self.results if one.blocks]
            if blocking:
                stage.summary = f"{len(results)} checks, {len(blocking)} that may not fail have failed"
                raise GateBlockedError(*(one.sentence() for one in blocking))
        return results

    def publish(self) -> Publication:
        """Put the computed tables into service and write the ledger."""
        with self.progress.stage("Publishing") as stage, self.warehouse() as connection:
            number = snapshot.prepare(self.home)
            ledger.record_overrides(connection, self.home, number, self.run_id, self.request.data_sources)
            publication = snapshot.publish(
                connection,
                self.home,
                snapshot.published_tables(self.project.document),
                self.run_id,
                self.request.data_sources,
                key_figures.of(connection, self.results),
                stage,
            )
            self._mark_published(connection, is_published=True)
            self._complete_ledger(connection)
            ledger.record_tiers(connection, self.home, self.request.data_sources)
            ledger.record_zones(connection, self.home, self.request.data_sources)
            ledger.record_focus_slots(connection, self.home, self.request.data_sources)
            ledger.record_losses(connection, self.home, self.request.data_sources)
            ledger.record_inside_sales(connection, self.home, self.request.data_sources)
            crm_export.write(connection, self.home, publication)
            stage.summary = f"{len(publication.tables)} tables, {sum(publication.tables.values()):,} rows"
        self.publication = publication
        return publication

    @property
    def run_id(self) -> str:
        """The identity of the run: of this process, or, in a process that only repeats a step, of the last load."""
        if self.identity is None:
            with self.warehouse() as connection:
                rows = connection.execute("select snapshot_id, policy_hash from run.parameter").fetchall()
            self.identity = RunIdentity(*rows[0])
        return self.identity.run_id

    @contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The warehouse, open for writing. Raises InputError when another program holds it open."""
        connection = open_warehouse(self.home.warehouse)
        try:
            yield connection
        finally:
            connection.close()

    def _raise_errors(self, results: Sequence[NodeResult]) -> None:
        errors = [one for one in results if one.is_error]
        seeds = [one for one in errors if one.resource_type == "seed"]
        if seeds:
            raise InputError(*(self._about_seed(one) for one in seeds))
        if errors:
            raise TransformError(
                *(f"{one.resource_type} {one.name} failed: {_one_line(one.message)}" for one in errors)
            )

    def _collect_failed_tests(self, connection: duckdb.DuckDBPyConnection, results: Sequence[NodeResult]) -> None:
        found = failed_tests(
            connection,
            results,
            self.project.document,
            ledger.source_set(self.request.data_sources),
            self.home.logs / "checks",
        )
        about_policy = {one.name for one in results if is_about_policy(one)}
        bad_policy = [one for one in found if one.severity == CRITICAL and one.check_name in about_policy]
        if bad_policy:
            raise InputError(*(f"policy {one.sentence()}" for one in bad_policy))
        gate_table.store(connection, self.run_id, found)
        self.results += found

    def _test_result(self, outcome: CheckOutcome) -> NodeResult:
        node = self.project.document["nodes"][outcome.check.unique_id]
        return NodeResult(
            unique_id=outcome.check.unique_id,
            name=outcome.check.name,
            resource_type="test",
            status=outcome.status,
            message=outcome.message,
            failures=outcome.failures,
            seconds=outcome.seconds,
            original_file_path=node["original_file_path"],
            compiled_code=outcome.check.query,
            parents=tuple(node["depends_on"]["nodes"]),
        )

    def _check_policy_from(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Check once more that the policy holds from the first quarter on, where the quarters follow from the data."""
        if self.request.quarters.first is None:
            [(first_day,)] = connection.execute(
                f"select min(quarter_start_date) from (\n{self.project.quarters_query}\n) as quarters"
            ).fetchall()
            if first_day is not None and not self.check_policy().holds_from(first_day):
                policy.check(self.home, self.project, PROJECT_DIR, first_day)

    def _about_seed(self, result: NodeResult) -> str:
        path = policy_files(self.home, PROJECT_DIR).get(result.name, Path(result.original_file_path))
        return f"{path}: cannot be loaded as policy: {_one_line(result.message)}"

    def _prepare_published(self) -> None:
        """Start from what is being served: undo a run that was not published, recompute for other sources."""
        last = snapshot.current(self.home)
        with self.warehouse() as connection:
            state = connection.execute(
                "select count(*) from information_schema.tables"
                " where table_schema = 'run' and table_name = 'publication'"
            ).fetchall()[0][0]
            if state and not connection.execute("select is_published from run.publication").fetchall()[0][0]:
                snapshot.restore(connection, self.home)
            self._mark_published(connection, is_published=False)
        wanted = ledger.source_set(self.request.data_sources)
        if last is not None and last.source_set != wanted:
            self.is_full_refresh = True
            self.progress.say(
                f"          note: the last publication rests on {last.source_set}, this run on {wanted}:"
                " all published tables are computed anew, quarters outside this run leave"
            )

    def _mark_published(self, connection: duckdb.DuckDBPyConnection, *, is_published: bool) -> None:
        connection.execute(
            "create or replace table run.publication as"
            f" select '{self.run_id}' as run_id, {is_published} as is_published"
        )

    def _complete_ledger(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Write down the present publication, also where an earlier run was stopped before it could."""
        last = snapshot.current(self.home)
        if last is not None:
            ledger.record_publication(
                connection,
                self.home,
                last.number,
                last.run_id,
                last.source_set,
                datetime.strptime(last.published_at, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC),
                snapshot.quarters_of(last),
            )


def open_warehouse(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the warehouse for writing, waiting a little for one who is about to let go of it.

    Raises InputError naming the program that holds it open.
    """
    deadline = time.monotonic() + _LOCK_WAIT_SECONDS
    while True:
        try:
            connection = duckdb.connect(str(path))
            connection.execute("set TimeZone = 'UTC'")
            # Rows are put in order where they are read; one checkpoint when the file is closed, not one a model.
            connection.execute("set preserve_insertion_order = false")
            connection.execute("set checkpoint_threshold = '1TB'")
            return connection
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise InputError(f"{path}: cannot be opened: {_one_line(str(error))}") from error
            if time.monotonic() > deadline:
                holder = re.search(r"held in (.+?) \(PID (\d+)\)", str(error))
                who = f"{holder[1]} (process {holder[2]})" if holder else "another program"
                raise InputError(
                    f"{path}: is open in {who}; close it there. Readers use the published file instead"
                ) from error
            time.sleep(0.2)


def _one_line(text: str) -> str:
    return " ".join(text.split())
