"""The typed insert of staged files into a raw table, with everything that does not fit in quarantine."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.ingest.conversion import MISSING, Conventions, Conversion, convert, excess_digits, missing_reason
from orchestration.ingest.errors import IngestError
from orchestration.ingest.feeds import LOAD_COLUMNS, Feed
from orchestration.ingest.sql import quote_identifier, quote_text
from orchestration.ingest.staging import StagedFile
from orchestration.ingest.warehouse import FileCounts, table_name

SUPERSEDED = (
    "superseded: a later row of the same delivery has the same key; nothing to do, "
    "unless both are to be kept: then the key of the feed is too short"
)


@dataclass(frozen=True)
class LoadContext:
    """What is the same for all rows of a file's load."""

    data_source: str
    feed: Feed
    load_id: str
    source_file: str
    path: str
    loaded_at: datetime.datetime


def insert_files(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[tuple[LoadContext, StagedFile, Conventions]],
    target: str,
) -> dict[str, FileCounts]:
    """Insert the rows of a feed's staged files that can be read into ``target``, and the others into quarantine.

    All files go in with one statement: rows that arrive together are written as whole row groups, by all cores.
    Returns the counts by source file. Raises IngestError when rows read differ from rows loaded plus rows quarantined.
    """
    readings = [_Reading.of(*file) for file in files]
    if not readings:
        return {}
    connection.execute(f"insert into {target} by name {' union all by name '.join(one.readable for one in readings)}")
    loaded: dict[str, int] = dict(
        connection.execute(
            f"select _source_file, count(*) from {target} where _load_id = ? group by _source_file",
            [files[0][0].load_id],
        ).fetchall()
    )
    return {
        one.context.source_file: _quarantine(connection, one, loaded.get(one.context.source_file, 0))
        for one in readings
    }


def unreadable_file(
    connection: duckdb.DuckDBPyConnection, files: Sequence[tuple[LoadContext, StagedFile, Conventions]]
) -> str | None:
    """Return the path of the first file that cannot be read to its end, after a statement over all of them failed."""
    for file in files:
        try:
            connection.execute(f"select count(*) from ({_Reading.of(*file).readable}) as r where hash(r) is null")
        except duckdb.Error:
            return file[0].path
    return None


@dataclass(frozen=True)
class _Reading:
    """How the values of a staged file are read."""

    context: LoadContext
    staged: StagedFile
    conversions: Sequence[Conversion]
    judged: str
    readable: str

    @classmethod
    def of(cls, context: LoadContext, staged: StagedFile, conventions: Conventions) -> _Reading:
        conversions = [convert(column, staged, context.feed, conventions) for column in context.feed.columns]
        judged = _judged(conversions, staged)
        values = {conversion.column.name: conversion.read_as for conversion in conversions}
        values |= {name: f"nullif({source.sql}, '')" for name, source in staged.pass_through.items()}
        load_values = (
            quote_text(context.data_source),
            quote_text(context.load_id),
            quote_text(context.source_file),
            "record_number",
            f"timestamp {quote_text(context.loaded_at.isoformat(sep=' '))}",
        )
        values |= dict(zip(LOAD_COLUMNS, load_values, strict=True))
        selected = ", ".join(f"{value} as {quote_identifier(name)}" for name, value in values.items())
        readable = f"select {selected} from ({judged}) as judged where not is_unusable"
        return cls(context, staged, conversions, judged, readable)


def _quarantine(connection: duckdb.DuckDBPyConnection, reading: _Reading, loaded: int) -> FileCounts:
    """Write down the rows of a file that were not loaded, and check that none is missing."""
    context, staged = reading.context, reading.staged
    quarantined = _quarantine_rejected(connection, context, staged)
    if loaded + quarantined != staged.rows_read:
        quarantined += _quarantine_unusable(connection, context, staged, reading.conversions, reading.judged)
    if loaded + quarantined != staged.rows_read:
        raise IngestError(
            [
                f"{context.path}: {staged.rows_read} rows were read, but {loaded} loaded and {quarantined} put into "
                "quarantine; nothing was loaded. This is an error of the program: keep the file and report it"
            ]
        )
    return FileCounts(staged.rows_read, loaded, quarantined, 0)


def excess_notices(
    connection: duckdb.DuckDBPyConnection, context: LoadContext, staged: StagedFile, conventions: Conventions
) -> list[str]:
    """Say where values have more decimals than their column keeps; they are rounded half up (away from zero)."""
    columns = [
        (column, source.sql)
        for column in context.feed.columns
        if column.family == "decimal" and (source := staged.columns.get(column.name)) is not None and source.is_text
    ]
    if not columns:
        return []
    select = ", ".join(
        f"count(*) filter (where {excess_digits(column, source, conventions)})" for column, source in columns
    )
    row = connection.execute(f"select {select} from {staged.relation}").fetchone() or ()
    return [
        f"{context.path}: {count} values of {column.name} have more than {column.scale} decimals; "
        "they are rounded half up"
        for (column, _), count in zip(columns, row, strict=True)
        if count > 0
    ]


def merge_rows(
    connection: duckdb.DuckDBPyConnection,
    context: LoadContext,
    typed: str,
    file_order: Sequence[str],
) -> tuple[dict[str, int], int]:
    """Bring the typed rows of the delivered files into the raw table by the feed's key; the last row of a key wins.

    Rows of the delivery that a later one supersedes go to quarantine. Returns the number of superseded rows by file and
    the number of rows of earlier deliveries that were replaced.
    """
    feed = context.feed
    key = [quote_identifier(name) for name in feed.key]
    order = " ".join(f"when {quote_text(name)} then {index}" for index, name in enumerate(file_order))
    ranked = f"{typed}_ranked"
    connection.execute(
        f"create or replace temp table {ranked} as select *, "
        f"row_number() over (partition by {', '.join(key)} "
        f"order by case _source_file {order} end desc, _row_number desc) as _position from {typed}"
    )
    names = [name for (name,) in connection.execute(f"select column_name from (describe {typed})").fetchall()]
    listed = ", ".join(quote_identifier(name) for name in names)
    data = ", ".join(
        f"{quote_identifier(name)} := {quote_identifier(name)}" for name in names if name not in LOAD_COLUMNS
    )
    value = "concat_ws(' | ', " + ", ".join(f"cast({column} as varchar)" for column in key) + ")"
    connection.execute(
        "insert into ingest.quarantine select "
        f"{quote_text(context.load_id)}, {quote_text(context.data_source)}, {quote_text(feed.name)}, _source_file, "
        f"_row_number, null, {quote_text(', '.join(feed.key))}, {value}, "
        f"{quote_text(SUPERSEDED)}, "
        f"cast(to_json(struct_pack({data})) as varchar) from {ranked} where _position > 1"
    )
    superseded = dict(
        connection.execute(
            f"select _source_file, count(*) from {ranked} where _position > 1 group by _source_file"
        ).fetchall()
    )
    same_key = " and ".join(f"target.{column} is not distinct from winner.{column}" for column in key)
    replaced = _count(
        connection,
        f"delete from {table_name(feed)} as target using (select {', '.join(key)} from {ranked} where _position = 1) "
        f"as winner where target._data_source = {quote_text(context.data_source)} and {same_key}",
    )
    inserted = _count(
        connection,
        f"insert into {table_name(feed)} ({listed}) select {listed} from {ranked} where _position = 1 "
        f"order by _source_file, _row_number",
    )
    total = _count(connection, f"select count(*) from {typed}")
    if inserted + sum(superseded.values()) != total:
        raise IngestError(
            [
                f"{context.data_source}: {feed.name}: {total} rows to merge, but {inserted} merged and "
                f"{sum(superseded.values())} superseded; nothing was loaded. This is an error of the program: report it"
            ]
        )
    connection.execute(f"drop table {ranked}")
    return superseded, replaced


def _judged(conversions: Sequence[Conversion], staged: StagedFile) -> str:
    """SQL of the records with their values (``read_<column>``) and whether they are unusable."""
    values = ", ".join(f"{conversion.value} as {conversion.read_as}" for conversion in conversions)
    tests = [f"coalesce({staged.header_row}, false)"] if staged.header_row != "false" else []
    tests += [f"{conversion.fault} > 0" for conversion in conversions if conversion.fault is not None]
    # random() < 2 is always true. A volatile term keeps the optimiser from moving the filter below the conversions,
    # which would compute every value twice.
    unusable = f"case when {' or '.join(f'({test})' for test in tests)} then random() < 2 else false end"
    return (
        f"select *, {unusable if tests else 'false'} as is_unusable "
        f"from (select *, {staged.row_number} as record_number, "
        f"cast({staged.line_number} as bigint) as record_line, {values} from {staged.relation}) as converted"
    )


def _quarantine_rejected(connection: duckdb.DuckDBPyConnection, context: LoadContext, staged: StagedFile) -> int:
    if staged.rejected is None:
        return 0
    return _count(
        connection,
        f"insert into ingest.quarantine select {_origin(context)}, row_number, line_number, null, null, reason, "
        f"raw_row from {staged.rejected} order by row_number",
    )


def _quarantine_unusable(
    connection: duckdb.DuckDBPyConnection,
    context: LoadContext,
    staged: StagedFile,
    conversions: Sequence[Conversion],
    judged: str,
) -> int:
    """Write one entry for each failing column of each unusable row; return the number of rows."""
    checked = [conversion for conversion in conversions if conversion.fault is not None]
    select = [
        "record_number as entry_row_number",
        "record_line as entry_line_number",
        f"{staged.raw_row} as entry_raw_row",
        f"coalesce({staged.header_row}, false) as repeats_header",
    ]
    for index, conversion in enumerate(checked):
        select.append(f"cast({_shown(conversion, staged)} as varchar) as value_{index}")
        select.append(f"{conversion.fault} as fault_{index}")
    connection.execute(
        f"create or replace temp table ingest_unusable as select {', '.join(select)} "
        f"from ({judged}) as judged where is_unusable"
    )
    rows = _count(connection, "select count(*) from ingest_unusable")
    where_header = "header line repeated: remove the line where the parts were joined"
    entries = [
        f"select entry_row_number, entry_line_number, null, null, {quote_text(where_header)}, entry_raw_row "
        "from ingest_unusable where repeats_header"
    ]
    for index, conversion in enumerate(checked):
        name = quote_text(conversion.column.name)
        entries.append(
            f"select entry_row_number, entry_line_number, {name}, value_{index}, "
            f"case when fault_{index} = {MISSING} then {quote_text(missing_reason(conversion.column))} "
            f"else {quote_text(conversion.reason)} end, entry_raw_row "
            f"from ingest_unusable where not repeats_header and fault_{index} > 0"
        )
    for entry in entries:
        connection.execute(
            f"insert into ingest.quarantine select {_origin(context)}, entry.* from ({entry} order by 1) as entry"
        )
    connection.execute("drop table ingest_unusable")
    return rows


def _shown(conversion: Conversion, staged: StagedFile) -> str:
    source = str(conversion.source)
    if "sheet" in staged.facts and conversion.column.family in ("decimal", "integer", "double"):
        # Numbers of a workbook are staged as 125e-1; people know them as 12.5.
        return (
            f"case when regexp_full_match({source}, '-?[0-9]+e-?[0-9]+') "
            f"then cast(cast({source} as double) as varchar) else {source} end"
        )
    return source


def _origin(context: LoadContext) -> str:
    return (
        f"{quote_text(context.load_id)}, {quote_text(context.data_source)}, "
        f"{quote_text(context.feed.name)}, {quote_text(context.source_file)}"
    )


def _count(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row is not None else 0


def merge_counts(counts: Mapping[str, FileCounts], superseded: Mapping[str, int]) -> dict[str, FileCounts]:
    """Move superseded rows from the loaded to the quarantined ones."""
    return {
        name: FileCounts(
            one.rows_read,
            one.rows_loaded - superseded.get(name, 0),
            one.rows_quarantined + superseded.get(name, 0),
            superseded.get(name, 0),
        )
        for name, one in counts.items()
    }
