"""Ingestion from end to end: look at everything, then load everything in one transaction.

All files are hashed, opened, matched and staged before anything is written, so that all problems are reported at once
and none leaves half a load. The load itself is one transaction: when the process dies, the warehouse is as it was
before, and the same command completes.
"""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.ingest.content import ContentError, sha256_of
from orchestration.ingest.conversion import Conventions, detect_conventions
from orchestration.ingest.csv_file import open_csv, prepare_csv, stage_csv
from orchestration.ingest.delivery import (
    Delivery,
    FeedDelivery,
    all_files,
    check_settled,
    known_system,
    read_delivery,
)
from orchestration.ingest.errors import IngestError
from orchestration.ingest.excel_file import stage_excel
from orchestration.ingest.feeds import System, load_systems
from orchestration.ingest.headers import map_headers
from orchestration.ingest.load import (
    LoadContext,
    excess_notices,
    insert_files,
    merge_counts,
    merge_rows,
    unreadable_file,
)
from orchestration.ingest.parquet_file import stage_parquet
from orchestration.ingest.plan import HashedFile, LoadPlan, load_id, plan_load, settings_hash
from orchestration.ingest.quarantine import write_quarantine_files
from orchestration.ingest.sources import SourceSpec
from orchestration.ingest.sql import quote_list, quote_text
from orchestration.ingest.staging import StagedFile
from orchestration.ingest.warehouse import (
    FileCounts,
    add_columns,
    content_fingerprint,
    current_files,
    insert_file,
    insert_load,
    next_load_number,
    prepare_tables,
    rename_files,
    retire_files,
    rows_in_table,
    table_name,
)

Progress = Callable[[str, int, int], None]
"""Called as ``progress(text, done, total)``: what is being done, and the files done of all files to do."""


@dataclass(frozen=True)
class FeedResult:
    """What became of one feed.

    ``status`` is ``loaded``, ``unchanged`` (all delivered files were loaded before) or ``absent`` (nothing was
    delivered). Row counts are those of this run: ``rows_read = rows_loaded + rows_quarantined``, superseded rows being
    part of the quarantined ones. ``rows_in_table`` is what the raw table holds of this data source now.
    ``missing_columns`` are declared columns that no read file had.
    """

    data_source: str
    system: str
    feed: str
    mode: str
    status: str
    load_id: str | None = None
    files_delivered: int = 0
    files_loaded: int = 0
    files_skipped: int = 0
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_superseded: int = 0
    rows_removed: int = 0
    rows_in_table: int = 0
    missing_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class IngestReport:
    """The result of an ingestion: one entry a declared feed and data source, notices, and the fingerprint."""

    feeds: tuple[FeedResult, ...]
    notices: tuple[str, ...]
    content_fingerprint: str
    quarantine_files: tuple[Path, ...] = ()

    @property
    def rows_loaded(self) -> int:
        """Rows loaded in this run."""
        return sum(feed.rows_loaded for feed in self.feeds)

    @property
    def rows_quarantined(self) -> int:
        """Rows put into quarantine in this run."""
        return sum(feed.rows_quarantined for feed in self.feeds)


@dataclass
class _Staged:
    hashed: HashedFile
    staged: StagedFile
    conventions: Conventions


@dataclass
class _FeedWork:
    delivery: FeedDelivery
    settings: str
    plan: LoadPlan = field(default_factory=LoadPlan)
    content_hashes: tuple[str, ...] = ()
    staged: list[_Staged] = field(default_factory=list)
    counts: dict[str, FileCounts] = field(default_factory=dict)
    rows_removed: int = 0
    load_id: str | None = None


def ingest(
    sources: Sequence[SourceSpec],
    home: Path,
    project_dir: Path,
    connection: duckdb.DuckDBPyConnection,
    progress: Progress | None,
    loaded_at: datetime.datetime,
) -> IngestReport:
    """Load the delivered files of ``sources`` into the raw tables of the warehouse behind ``connection``.

    ``connection`` must not be within a transaction; it may be an in-memory database. ``home`` receives the readable
    copies of the quarantine and, for the time of the run, temporary files. ``loaded_at`` is written to every new row
    (UTC). Raises IngestError with all problems found; then nothing of this run is loaded.
    """
    systems = load_systems(project_dir)
    notices: list[str] = []
    problems: list[str] = []
    stamp = loaded_at.astimezone(datetime.UTC).replace(tzinfo=None) if loaded_at.tzinfo else loaded_at
    deliveries = _read_deliveries(sources, systems, problems, notices)
    with _work_folder(home) as work, _ordered(connection):
        prepare_tables(connection, systems.values())
        tables: list[str] = []
        try:
            # Problems are collected over all steps: whoever delivers files wants to hear of all of them at once.
            works = _plan(connection, deliveries, problems, notices, progress)
            _stage(connection, works, work, tables, problems, notices, progress)
            if problems:
                raise IngestError(problems)
            _load(connection, works, stamp, notices, progress)
        finally:
            for table in tables:
                connection.execute(f"drop table if exists {table}")
        quarantine_files = write_quarantine_files(connection, home, [source.data_source for source in sources])
        feeds = tuple(_result(connection, one) for one in works)
        fingerprint = content_fingerprint(connection, sorted(source.data_source for source in sources))
    return IngestReport(feeds, tuple(dict.fromkeys(notices)), fingerprint, quarantine_files)


def _read_deliveries(
    sources: Sequence[SourceSpec], systems: Mapping[str, System], problems: list[str], notices: list[str]
) -> list[Delivery]:
    deliveries: list[Delivery] = []
    if not sources:
        problems.append("no source is given; name one as SYSTEM=PATH")
    seen: set[str] = set()
    for source in sources:
        if source.data_source in seen:
            problems.append(
                f"{source.path}: {source.data_source} is given twice; name the second instance {source.system}:NAME"
            )
            continue
        seen.add(source.data_source)
        try:
            system = known_system(systems, source)
        except IngestError as error:
            problems.extend(error.problems)
            continue
        delivery = read_delivery(source, system, problems)
        if delivery is not None:
            deliveries.append(delivery)
            notices.extend(delivery.notices)
    check_settled(all_files(deliveries), problems)
    return deliveries


def _plan(
    connection: duckdb.DuckDBPyConnection,
    deliveries: Sequence[Delivery],
    problems: list[str],
    notices: list[str],
    progress: Progress | None,
) -> list[_FeedWork]:
    works: list[_FeedWork] = []
    total, done = len(all_files(deliveries)), 0
    for delivery in deliveries:
        for feed_delivery in delivery.feeds:
            settings = settings_hash(feed_delivery)
            hashed: list[HashedFile] = []
            for file in feed_delivery.files:
                _report(progress, f"looking at {feed_delivery.data_source} {file.source_file}", done, total)
                done += 1
                if file.size == 0:
                    problems.append(f"{file.path}: is empty (0 bytes); deliver it again")
                    continue
                try:
                    hashed.append(HashedFile(file, sha256_of(file.path)))
                except OSError as error:
                    problems.append(f"{file.path}: cannot be read: {error.strerror or error}")
            loaded = current_files(connection, feed_delivery.data_source, feed_delivery.feed.name)
            feed = feed_delivery.feed
            if feed.required and not feed_delivery.files and not loaded:
                problems.append(
                    f"{delivery.source.path}: {feed.name} is required and was never delivered; "
                    f"expected {' or '.join(feed.files)}"
                )
            plan = plan_load(feed_delivery, hashed, loaded, settings)
            notices.extend(plan.notices)
            hashes = tuple(one.content_hash for one in hashed)
            works.append(_FeedWork(feed_delivery, settings, plan, hashes))
    return works


def _stage(
    connection: duckdb.DuckDBPyConnection,
    works: Sequence[_FeedWork],
    work_folder: Path,
    tables: list[str],
    problems: list[str],
    notices: list[str],
    progress: Progress | None,
) -> None:
    """Open every file to be loaded and bring its records into a relation."""
    total = sum(len(one.plan.to_load) for one in works)
    done = 0
    for one in works:
        feed = one.delivery.feed
        for hashed in one.plan.to_load:
            _report(progress, f"reading {one.delivery.data_source} {hashed.file.source_file}", done, total)
            folder = work_folder / f"file_{done}"
            folder.mkdir()
            table = f"ingest_stage_{done}"
            done += 1
            tables += [table, f"{table}_rejected", f"{table}_fields"]
            try:
                staged = _stage_file(connection, table, one, hashed, folder, problems, notices)
            except ContentError as error:
                problems.append(f"{hashed.file.path}: {error}")
                continue
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            if staged is None:
                continue
            conventions = detect_conventions(
                connection, staged, feed, staged.facts.get("delimiter"), str(hashed.file.path), notices
            )
            one.staged.append(_Staged(hashed, staged, conventions))
        if _is_empty_state(one):
            listed = ", ".join(str(staged.hashed.file.path) for staged in one.staged)
            problems.append(f"{listed}: has a header but no rows, and {feed.name} is required; deliver it again")
    problems.extend(
        change for one in works for hashed in one.plan.to_load if (change := hashed.file.change()) is not None
    )


def _is_empty_state(work: _FeedWork) -> bool:
    """Whether a required feed would be left without rows: a snapshot of files that hold a header only."""
    feed, plan = work.delivery.feed, work.plan
    if not feed.required or feed.mode != "snapshot" or plan.unchanged > 0 or not plan.to_load:
        return False
    return len(work.staged) == len(plan.to_load) and all(one.staged.rows_read == 0 for one in work.staged)


def _stage_file(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    work: _FeedWork,
    hashed: HashedFile,
    folder: Path,
    problems: list[str],
    notices: list[str],
) -> StagedFile | None:
    """Stage one file; None when its columns do not fit (said in ``problems``)."""
    feed, renames = work.delivery.feed, work.delivery.renames
    path, where = hashed.file.path, str(hashed.file.path)
    known = len(problems)
    if hashed.file.file_format == "parquet":
        staged = stage_parquet(connection, path, feed, renames, where, problems, notices)
    elif hashed.file.file_format == "excel":
        staged = stage_excel(connection, table, path, feed, renames, where, problems, notices)
    else:
        head, dialect = open_csv(path, feed, renames)
        mapping = map_headers(dialect.header, feed, renames, where, problems, notices)
        if dialect.preamble and feed.options.skip_rows is None and dialect.skipped_titles:
            notices.append(
                f"{where}: the header was found in line {dialect.preamble + 1}; the lines above it are not read"
            )
        if len(problems) > known:
            return None
        content = prepare_csv(path, feed, dialect, head, folder)
        staged = stage_csv(connection, table, content, dialect, mapping, folder)
    return staged if len(problems) == known else None


def _load(
    connection: duckdb.DuckDBPyConnection,
    works: Sequence[_FeedWork],
    loaded_at: datetime.datetime,
    notices: list[str],
    progress: Progress | None,
) -> None:
    changed = [one for one in works if one.plan.has_changes]
    if not changed:
        return
    total = sum(len(one.staged) for one in changed)
    done = 0
    at_work = changed[0]
    # Structure first: a table that gains a column cannot take rows in the same transaction.
    for one in changed:
        add_columns(connection, one.delivery.feed, [name for file in one.staged for name in file.staged.pass_through])
    # Records have their numbers by now; the order of the rows in a raw table means nothing.
    connection.execute("set preserve_insertion_order = false")
    connection.execute("begin transaction")
    try:
        for at_work in changed:
            done = _load_feed(connection, at_work, loaded_at, notices, progress, done, total)
        late = [change for one in changed for file in one.staged if (change := file.hashed.file.change()) is not None]
        if late:
            raise IngestError(late)
        connection.execute("commit")
    except duckdb.Error as error:
        connection.execute("rollback")
        path = unreadable_file(connection, _files(at_work, loaded_at)) or at_work.delivery.data_source
        raise IngestError([f"{path}: could not be loaded: {str(error).splitlines()[0]}"]) from error
    except BaseException:
        connection.execute("rollback")
        raise


def _files(work: _FeedWork, loaded_at: datetime.datetime) -> list[tuple[LoadContext, StagedFile, Conventions]]:
    """Return the staged files of a feed with what their load needs."""
    return [
        (
            LoadContext(
                work.delivery.data_source,
                work.delivery.feed,
                work.load_id or "",
                file.hashed.file.source_file,
                str(file.hashed.file.path),
                loaded_at,
            ),
            file.staged,
            file.conventions,
        )
        for file in work.staged
    ]


def _load_feed(
    connection: duckdb.DuckDBPyConnection,
    work: _FeedWork,
    loaded_at: datetime.datetime,
    notices: list[str],
    progress: Progress | None,
    done: int,
    total: int,
) -> int:
    feed, data_source = work.delivery.feed, work.delivery.data_source
    target = table_name(feed)
    number = next_load_number(connection)
    work.load_id = load_id(data_source, feed.name, work.settings, work.content_hashes)
    if work.plan.removed:
        row = connection.execute(
            f"delete from {target} where _data_source = {quote_text(data_source)} "
            f"and _source_file in ({quote_list(work.plan.removed)})"
        ).fetchone()
        work.rows_removed += int(row[0]) if row is not None else 0
    retire_files(connection, data_source, feed.name, work.plan.retired)
    rename_files(connection, data_source, feed, work.plan.renamed or {})
    # The same files under the same rules give the same entries; those of an earlier time are not kept twice.
    connection.execute("delete from ingest.quarantine where load_id = ?", [work.load_id])

    is_merge = feed.mode == "merge"
    if is_merge:
        connection.execute(f"create or replace temp table ingest_typed as select * from {target} limit 0")
    _report(progress, f"loading {data_source} {feed.name}", done, total)
    files = _files(work, loaded_at)
    work.counts = insert_files(connection, files, "ingest_typed" if is_merge else target)
    for file in files:
        notices.extend(excess_notices(connection, *file))
    done += len(files)
    if is_merge and work.staged:
        context = LoadContext(data_source, feed, work.load_id, "", "", loaded_at)
        order = [file.hashed.file.source_file for file in work.staged]
        superseded, replaced = merge_rows(connection, context, "ingest_typed", order)
        work.counts = merge_counts(work.counts, superseded)
        work.rows_removed += replaced
        connection.execute("drop table ingest_typed")
    _write_log(connection, work, number, loaded_at)
    _report(progress, f"loaded {data_source} {feed.name}", done, total)
    return done


def _write_log(
    connection: duckdb.DuckDBPyConnection, work: _FeedWork, number: int, loaded_at: datetime.datetime
) -> None:
    feed = work.delivery.feed
    same = {
        "load_number": number,
        "load_id": work.load_id,
        "data_source": work.delivery.data_source,
        "system": feed.system,
        "feed": feed.name,
    }
    for file in work.staged:
        delivered = file.hashed.file
        counts = work.counts[delivered.source_file]
        insert_file(
            connection,
            {
                **same,
                "source_file": delivered.source_file,
                "content_hash": file.hashed.content_hash,
                "settings_hash": work.settings,
                "file_size": delivered.size,
                "file_format": delivered.file_format,
                "encoding": file.staged.facts.get("encoding"),
                "delimiter": file.staged.facts.get("delimiter"),
                "decimal_separator": file.conventions.decimal_text or None,
                "rows_read": counts.rows_read,
                "rows_loaded": counts.rows_loaded,
                "rows_quarantined": counts.rows_quarantined,
                "rows_superseded": counts.rows_superseded,
                "is_current": True,
                "loaded_at": loaded_at,
            },
        )
    totals = _totals(work)
    insert_load(
        connection,
        {
            **same,
            "mode": feed.mode,
            "file_count": len(work.staged),
            "rows_read": totals.rows_read,
            "rows_loaded": totals.rows_loaded,
            "rows_quarantined": totals.rows_quarantined,
            "rows_superseded": totals.rows_superseded,
            "rows_removed": work.rows_removed,
            "quarantined_ratio": (
                round((totals.rows_quarantined - totals.rows_superseded) / totals.rows_read, 6)
                if totals.rows_read
                else None
            ),
            "loaded_at": loaded_at,
            "status": "loaded",
        },
    )


def _totals(work: _FeedWork) -> FileCounts:
    counts = work.counts.values()
    return FileCounts(
        sum(one.rows_read for one in counts),
        sum(one.rows_loaded for one in counts),
        sum(one.rows_quarantined for one in counts),
        sum(one.rows_superseded for one in counts),
    )


def _result(connection: duckdb.DuckDBPyConnection, work: _FeedWork) -> FeedResult:
    feed, data_source = work.delivery.feed, work.delivery.data_source
    totals = _totals(work)
    delivered = len(work.delivery.files)
    missing = [set(file.staged.missing) for file in work.staged]
    status = "loaded" if work.plan.has_changes else "unchanged" if delivered else "absent"
    return FeedResult(
        data_source=data_source,
        system=feed.system,
        feed=feed.name,
        mode=feed.mode,
        status=status,
        load_id=work.load_id,
        files_delivered=delivered,
        files_loaded=len(work.staged),
        files_skipped=delivered - len(work.staged),
        rows_read=totals.rows_read,
        rows_loaded=totals.rows_loaded,
        rows_quarantined=totals.rows_quarantined,
        rows_superseded=totals.rows_superseded,
        rows_removed=work.rows_removed,
        rows_in_table=rows_in_table(connection, data_source, feed),
        missing_columns=tuple(
            column.name for column in feed.columns if missing and all(column.name in one for one in missing)
        ),
    )


def _report(progress: Progress | None, text: str, done: int, total: int) -> None:
    if progress is not None:
        progress(text, done, total)


@contextmanager
def _ordered(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Row numbers rest on the order of records, which DuckDB keeps unless told otherwise."""
    row = connection.execute("select current_setting('preserve_insertion_order')").fetchone()
    before = True if row is None else bool(row[0])
    connection.execute("set preserve_insertion_order = true")
    try:
        yield
    finally:
        connection.execute(f"set preserve_insertion_order = {str(before).lower()}")


@contextmanager
def _work_folder(home: Path) -> Iterator[Path]:
    """A folder for temporary files; those that a killed process left behind are removed."""
    base = home / "tmp"
    base.mkdir(parents=True, exist_ok=True)
    for entry in base.glob("ingest-*"):
        owner = entry.name.split("-")[1]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(entry, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"ingest-{os.getpid()}-", dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
