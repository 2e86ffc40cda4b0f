"""Reading of CSV files: the dialect is found by the declared column names, DuckDB reads the records.

The usual path is one strict ``read_csv``. It is trusted when it reports no error and yields as many records as were
counted from the bytes. Otherwise the file has damaged rows and ``records`` separates them from the good ones first.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.ingest.content import (
    UNREADABLE,
    ContentError,
    TextContent,
    decode_head,
    mapped,
    prepare_text,
    read_head,
)
from orchestration.ingest.feeds import Feed
from orchestration.ingest.headers import HeaderMapping, count_known
from orchestration.ingest.records import MAXIMUM_RECORD_BYTES, separate_records
from orchestration.ingest.sql import quote_identifier, quote_path, quote_text
from orchestration.ingest.staging import SourceColumn, StagedFile

DELIMITERS = (",", ";", "\t", "|")
PREAMBLE_LINES = 20
"""How far down the header is looked for where titles stand above it."""


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written.

    ``preamble`` counts the lines above the header, ``header_lines`` those of the header itself; ``skipped_titles``
    tells whether lines above the header have text that nobody asked to skip.
    """

    delimiter: str
    quote: str
    escape: str
    header: tuple[str, ...]
    preamble: int
    header_lines: int
    skipped_titles: bool = False


def detect_dialect(head: str, feed: Feed, renames: Mapping[str, str]) -> Dialect:
    """Find the separators and the header line: those under which most declared columns are recognised.

    Raises ContentError when there is no line with anything in it.
    """
    options = feed.options
    lines = list(io.StringIO(head, newline=None))
    declared_separator: str | None = None
    start = options.skip_rows or 0
    if options.skip_rows is None and lines and re.fullmatch(r"sep=(.)\s*", lines[0], re.IGNORECASE):
        # Excel's own first line that names the separator.
        declared_separator = lines[0][4]
        start = 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    if start >= len(lines):
        raise ContentError("is empty: it has no header and no rows; deliver it again")
    delimiters = [options.delimiter or declared_separator] if options.delimiter or declared_separator else DELIMITERS
    quotes = [options.quote] if options.quote else ['"', "'"]
    last = start + 1 if options.skip_rows is not None else min(len(lines), start + PREAMBLE_LINES)

    best: tuple[tuple[bool, int, int], Dialect] | None = None
    for index in range(start, last):
        for delimiter in delimiters:
            for quote in quotes:
                fields, used = _first_record(lines[index : index + 50], str(delimiter), quote)
                known, complete = count_known(fields, feed, renames)
                dialect = Dialect(
                    str(delimiter), quote, options.escape or quote, tuple(fields), index, used, index > start
                )
                # Above the real header only titles stand, so a later line wins only by having all required columns.
                rank = (
                    complete and known > 0,
                    known if index == start or complete else 0,
                    len(fields) if index == start else 0,
                )
                if best is None or rank > best[0]:
                    best = (rank, dialect)
        if best is not None and best[0][0]:
            break
    assert best is not None  # the loop ran at least once
    return best[1]


def stage_csv(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    content: TextContent,
    dialect: Dialect,
    mapping: HeaderMapping,
    work_dir: Path,
) -> StagedFile:
    """Read a CSV file into the temporary table ``table``, all fields as text.

    Raises ContentError when it cannot be read at all.
    """
    names = [f"c{index}" for index in range(len(dialect.header))]
    rows_read = content.records - 1 - _preamble_records(content, dialect)
    tables = [table]
    rejected: str | None = None
    row_number, line_number = "rowid + 1", "null"
    is_clean = not content.has_unreadable and _read_strictly(connection, table, content.path, dialect, names, rows_read)
    if is_clean:
        if content.lines == content.records + dialect.preamble - _preamble_records(content, dialect):
            line_number = f"rowid + {1 + dialect.preamble + dialect.header_lines}"
    else:
        rejected = f"{table}_rejected"
        rows_read = _read_damaged(connection, table, rejected, content, dialect, names, work_dir)
        row_number, line_number = "row_number", "line_number"
        tables.append(rejected)

    fields = [quote_identifier(name) for name in names]
    return StagedFile(
        relation=table,
        columns={name: SourceColumn(fields[index]) for name, index in mapping.positions.items()},
        pass_through={name: SourceColumn(fields[index]) for name, index in mapping.pass_through.items()},
        row_number=row_number,
        line_number=line_number,
        raw_row=_raw_row(fields, dialect),
        rows_read=rows_read,
        rejected=rejected,
        header_row=_header_row(fields, dialect, mapping),
        missing=mapping.missing,
        facts={"encoding": content.encoding, "delimiter": dialect.delimiter},
        tables=tuple(tables),
    )


def open_csv(path: Path, feed: Feed, renames: Mapping[str, str]) -> tuple[bytes, Dialect]:
    """Return the first bytes of a CSV file and its dialect. Raises ContentError when it cannot be read."""
    head = read_head(path)
    if not head.strip():
        raise ContentError("is empty: it has no header and no rows; deliver it again")
    return head, detect_dialect(decode_head(head, feed.options.encoding), feed, renames)


def prepare_csv(path: Path, feed: Feed, dialect: Dialect, head: bytes, work_dir: Path) -> TextContent:
    """Bring the file into UTF-8 and count its records; see ``prepare_text``."""
    return prepare_text(path, feed.options.encoding, dialect.quote, dialect.escape, head, work_dir)


def _first_record(lines: Sequence[str], delimiter: str, quote: str) -> tuple[list[str], int]:
    reader = csv.reader(lines, delimiter=delimiter, quotechar=quote)
    try:
        fields = next(reader, [])
    except csv.Error:
        return [], 1
    # A quote that never closes would make one record of everything that follows.
    if reader.line_num > 10:
        fields, used = next(csv.reader(lines[:1], delimiter=delimiter, quoting=csv.QUOTE_NONE), []), 1
        return fields, used
    return fields, reader.line_num


def _preamble_records(content: TextContent, dialect: Dialect) -> int:
    """Records that were counted above the header: lines there that are not blank."""
    if dialect.preamble == 0:
        return 0
    with content.path.open("rb") as stream:
        stream.seek(content.start)
        return sum(1 for _ in range(dialect.preamble) if stream.readline().strip(b"\r\n"))


def _read_strictly(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    dialect: Dialect,
    names: Sequence[str],
    expected_rows: int,
) -> bool:
    """Read with DuckDB's strict reader; False when it reports an error or another number of records."""
    columns = "{" + ", ".join(f"{quote_text(name)}: 'VARCHAR'" for name in names) + "}"
    statement = (
        f"create or replace temp table {table} as select * from read_csv({quote_path(path)}, "
        f"auto_detect = false, delim = {quote_text(dialect.delimiter)}, quote = {quote_text(dialect.quote)}, "
        f"escape = {quote_text(dialect.escape)}, header = true, skip = {dialect.preamble}, "
        f"columns = {columns}, compression = 'none', encoding = 'utf-8', strict_mode = true, "
        "hive_partitioning = false, "
        f"max_line_size = {MAXIMUM_RECORD_BYTES})"
    )
    try:
        connection.execute(statement)
    except duckdb.Error:
        connection.execute(f"drop table if exists {table}")
        return False
    # Fetched to the end: the connection takes no registration while a result is open.
    ((rows,),) = connection.execute(f"select count(*) from {table}").fetchall()
    return bool(rows == expected_rows)


def _read_damaged(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rejected: str,
    content: TextContent,
    dialect: Dialect,
    names: Sequence[str],
    work_dir: Path,
) -> int:
    """Separate damaged from good records, read the good ones; return the number of both together."""
    good_path = work_dir / "good.csv"
    separated = separate_records(
        connection,
        mapped(content),
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        field_names=names,
        first_line=dialect.preamble + dialect.header_lines,
        encoding=content.encoding,
        good_path=good_path,
    )
    fields = f"{table}_fields"
    if len(separated.row_numbers) == 0:
        columns = ", ".join(f"{quote_identifier(name)} varchar" for name in names)
        connection.execute(f"create or replace temp table {fields} ({columns})")
    elif not _read_strictly(
        connection, fields, good_path, replace(dialect, preamble=0), names, len(separated.row_numbers)
    ):
        raise ContentError(
            "cannot be read: its records are ambiguous under the separators found "
            f"(delimiter '{dialect.delimiter}', quote {dialect.quote}); set delimiter, quote or escape in feeds.yml"
        )
    good_path.unlink()
    numbers = pa.table({"row_number": separated.row_numbers, "line_number": separated.line_numbers})
    connection.register("ingest_numbers", numbers)
    connection.register("ingest_rejected", separated.rejected)
    try:
        connection.execute(
            f"create or replace temp table {table} as "
            f"select numbers.*, fields.* from ingest_numbers as numbers positional join {fields} as fields"
        )
        connection.execute(
            f"create or replace temp table {rejected} as select row_number, line_number, reason, "
            f"rtrim(replace(raw_row, {quote_text(UNREADABLE)}, ''), e'\\r\\n') as raw_row from ingest_rejected"
        )
    finally:
        connection.unregister("ingest_numbers")
        connection.unregister("ingest_rejected")
        connection.execute(f"drop table if exists {fields}")
    return separated.records


def _header_row(fields: Sequence[str], dialect: Dialect, mapping: HeaderMapping) -> str:
    """SQL that is true for a record that repeats the header, as in parts that were joined by hand."""
    used = sorted({*mapping.positions.values(), *mapping.pass_through.values()})
    if len(used) < 2:
        return "false"
    return " and ".join(f"{fields[index]} = {quote_text(dialect.header[index])}" for index in used)


def _raw_row(fields: Sequence[str], dialect: Dialect) -> str:
    quote, delimiter = dialect.quote, dialect.delimiter
    special = f"[{re.escape(delimiter)}{re.escape(quote)}\\r\\n]"
    parts = [
        f"case when regexp_matches({field}, {quote_text(special)}) then {quote_text(quote)} || "
        f"replace({field}, {quote_text(quote)}, {quote_text(quote * 2)}) || {quote_text(quote)} "
        f"else coalesce({field}, '') end"
        for field in fields
    ]
    return f"concat_ws({quote_text(delimiter)}, {', '.join(parts)})"
