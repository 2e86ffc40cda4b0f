"""The tables that ingestion keeps in the warehouse: raw tables, load log, loaded files and quarantine."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.ingest.errors import IngestError
from orchestration.ingest.feeds import LOAD_COLUMNS, Feed, System
from orchestration.ingest.sql import quote_identifier, quote_list, quote_text

_TABLES: Mapping[str, Mapping[str, str]] = {
    "load_log": {
        "load_number": "BIGINT",
        "load_id": "VARCHAR",
        "data_source": "VARCHAR",
        "system": "VARCHAR",
        "feed": "VARCHAR",
        "mode": "VARCHAR",
        "file_count": "BIGINT",
        "rows_read": "BIGINT",
        "rows_loaded": "BIGINT",
        "rows_quarantined": "BIGINT",
        "rows_superseded": "BIGINT",
        "rows_removed": "BIGINT",
        "quarantined_ratio": "DECIMAL(9,6)",
        "loaded_at": "TIMESTAMP",
        "status": "VARCHAR",
    },
    "load_file": {
        "load_number": "BIGINT",
        "load_id": "VARCHAR",
        "data_source": "VARCHAR",
        "system": "VARCHAR",
        "feed": "VARCHAR",
        "source_file": "VARCHAR",
        "content_hash": "VARCHAR",
        "settings_hash": "VARCHAR",
        "file_size": "BIGINT",
        "file_format": "VARCHAR",
        "encoding": "VARCHAR",
        "delimiter": "VARCHAR",
        "decimal_separator": "VARCHAR",
        "rows_read": "BIGINT",
        "rows_loaded": "BIGINT",
        "rows_quarantined": "BIGINT",
        "rows_superseded": "BIGINT",
        "is_current": "BOOLEAN",
        "loaded_at": "TIMESTAMP",
    },
    "quarantine": {
        "load_id": "VARCHAR",
        "data_source": "VARCHAR",
        "feed": "VARCHAR",
        "source_file": "VARCHAR",
        "row_number": "BIGINT",
        "line_number": "BIGINT",
        "column_name": "VARCHAR",
        "value": "VARCHAR",
        "reason": "VARCHAR",
        "raw_row": "VARCHAR",
    },
}


@dataclass(frozen=True)
class LoadedFile:
    """A file whose rows are in a raw table."""

    source_file: str
    content_hash: str
    settings_hash: str
    load_id: str


@dataclass(frozen=True)
class FileCounts:
    """Rows of one loaded file. ``rows_read = rows_loaded + rows_quarantined``; superseded rows are in the latter."""

    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    rows_superseded: int


def prepare_tables(connection: duckdb.DuckDBPyConnection, systems: Iterable[System]) -> None:
    """Create what is missing: the tables of ingestion and the raw table of every declared feed, typed and empty.

    A column that a declaration gained is added to its table; a changed type is applied to it.
    Raises IngestError when values that are loaded already do not fit the changed type.
    """
    declared = list(systems)
    schemas = ["ingest", *(f"raw_{system.name}" for system in declared)]
    for schema in schemas:
        connection.execute(f"create schema if not exists {quote_identifier(schema)}")
    existing = _existing_columns(connection, schemas)
    for name, columns in _TABLES.items():
        _ensure_table(connection, "ingest", name, columns, existing)
    problems: list[str] = []
    for system in declared:
        for feed in system.feeds.values():
            columns = {column.name: column.data_type for column in feed.columns}
            try:
                _ensure_table(connection, feed.schema, feed.name, {**columns, **LOAD_COLUMNS}, existing)
            except duckdb.ConversionException as error:
                problems.append(
                    f"{system.path / f'_{system.name}__sources.yml'}: {feed.name}: rows that are loaded already do not "
                    f"fit a changed data_type ({str(error).splitlines()[0]}); take the change back or start a new home"
                )
    if problems:
        raise IngestError(problems)


def table_name(feed: Feed) -> str:
    """Return the quoted name of a feed's raw table."""
    return f"{quote_identifier(feed.schema)}.{quote_identifier(feed.name)}"


def add_columns(connection: duckdb.DuckDBPyConnection, feed: Feed, names: Iterable[str]) -> None:
    """Add pass-through columns (VARCHAR) that a raw table does not have yet."""
    for name in sorted(set(names)):
        connection.execute(f"alter table {table_name(feed)} add column if not exists {quote_identifier(name)} VARCHAR")


def current_files(connection: duckdb.DuckDBPyConnection, data_source: str, feed: str) -> list[LoadedFile]:
    """Return the files of a feed whose rows are in its raw table, by name."""
    rows = connection.execute(
        "select source_file, content_hash, settings_hash, load_id from ingest.load_file "
        "where data_source = ? and feed = ? and is_current order by source_file, load_number",
        [data_source, feed],
    ).fetchall()
    return [LoadedFile(*row) for row in rows]


def next_load_number(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the next load; loads are numbered in the order in which they were made."""
    row = connection.execute("select coalesce(max(load_number), 0) + 1 from ingest.load_log").fetchone()
    return int(row[0]) if row is not None else 1


def rows_in_table(connection: duckdb.DuckDBPyConnection, data_source: str, feed: Feed) -> int:
    """Return how many rows of a data source are in a raw table."""
    row = connection.execute(
        f"select count(*) from {table_name(feed)} where _data_source = ?", [data_source]
    ).fetchone()
    return int(row[0]) if row is not None else 0


def insert_load(
    connection: duckdb.DuckDBPyConnection,
    values: Mapping[str, str | int | float | bool | datetime.datetime | None],
) -> None:
    """Write one row of ``ingest.load_log``."""
    _insert(connection, "load_log", values)


def insert_file(
    connection: duckdb.DuckDBPyConnection,
    values: Mapping[str, str | int | float | bool | datetime.datetime | None],
) -> None:
    """Write one row of ``ingest.load_file``."""
    _insert(connection, "load_file", values)


def retire_files(
    connection: duckdb.DuckDBPyConnection, data_source: str, feed: str, source_files: Sequence[str]
) -> None:
    """Mark files whose rows have been replaced or removed."""
    if source_files:
        connection.execute(
            "update ingest.load_file set is_current = false where data_source = ? and feed = ? and is_current "
            f"and source_file in ({quote_list(source_files)})",
            [data_source, feed],
        )


def rename_files(
    connection: duckdb.DuckDBPyConnection, data_source: str, feed: Feed, renames: Mapping[str, str]
) -> None:
    """Give rows and file entries the new names of files that were delivered again, unchanged, under another name."""
    if not renames:
        return
    cases = " ".join(f"when {quote_text(old)} then {quote_text(new)}" for old, new in renames.items())
    condition = f"in ({quote_list(renames)})"
    connection.execute(
        f"update {table_name(feed)} set _source_file = case _source_file {cases} end "
        f"where _data_source = ? and _source_file {condition}",
        [data_source],
    )
    connection.execute(
        f"update ingest.load_file set source_file = case source_file {cases} end "
        f"where data_source = ? and feed = ? and is_current and source_file {condition}",
        [data_source, feed.name],
    )


def content_fingerprint(connection: duckdb.DuckDBPyConnection, data_sources: Sequence[str]) -> str:
    """Return a hash of what the raw tables hold for these data sources.

    It rests on content and reading rules of the files, not on times or places. Feeds that are merged depend on the
    order of their deliveries, therefore all of them count, in that order.
    """
    rows = connection.execute(
        "select data_source, feed, content_hash, settings_hash from ("
        "select load_file.*, load_log.mode from ingest.load_file "
        "join ingest.load_log on load_file.load_number = load_log.load_number) as loaded "
        f"where data_source in ({quote_list(data_sources) or 'null'}) and (is_current or mode = 'merge') "
        "order by data_source, feed, case when mode = 'merge' then load_number end, content_hash, settings_hash"
    ).fetchall()
    digest = hashlib.sha256()
    for row in rows:
        digest.update("\x1f".join(row).encode() + b"\x1e")
    return digest.hexdigest()


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    values: Mapping[str, str | int | float | bool | datetime.datetime | None],
) -> None:
    names = ", ".join(values)
    marks = ", ".join("?" for _ in values)
    connection.execute(f"insert into ingest.{table} ({names}) values ({marks})", list(values.values()))


def _existing_columns(
    connection: duckdb.DuckDBPyConnection, schemas: Sequence[str]
) -> dict[tuple[str, str], dict[str, str]]:
    """Return the columns and types of the tables in these schemas, by schema and table."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = current_database() "
        f"and schema_name in ({quote_list(schemas)})"
    ).fetchall()
    existing: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table in tables:
        qualified = f"{quote_identifier(schema)}.{quote_identifier(table)}"
        described = connection.execute(f"describe {qualified}").fetchall()
        existing[schema, table] = {str(row[0]): str(row[1]) for row in described}
    return existing


def _ensure_table(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    name: str,
    columns: Mapping[str, str],
    existing: Mapping[tuple[str, str], Mapping[str, str]],
) -> None:
    qualified = f"{quote_identifier(schema)}.{quote_identifier(name)}"
    present = existing.get((schema, name))
    if present is None:
        listed = ", ".join(f"{quote_identifier(column)} {data_type}" for column, data_type in columns.items())
        connection.execute(f"create table {qualified} ({listed})")
        return
    for column, data_type in columns.items():
        if column not in present:
            connection.execute(f"alter table {qualified} add column {quote_identifier(column)} {data_type}")
        elif present[column] != data_type:
            connection.execute(f"alter table {qualified} alter column {quote_identifier(column)} type {data_type}")
