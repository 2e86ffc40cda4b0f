"""Reading of Parquet files: DuckDB scans them in place, the types in the file are checked against the declaration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.ingest.content import ContentError
from orchestration.ingest.conversion import can_read
from orchestration.ingest.feeds import Feed
from orchestration.ingest.headers import map_headers
from orchestration.ingest.sql import quote_identifier, quote_path
from orchestration.ingest.staging import SourceColumn, StagedFile


def stage_parquet(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    feed: Feed,
    renames: Mapping[str, str],
    where: str,
    problems: list[str],
    notices: list[str],
) -> StagedFile:
    """Describe a Parquet file as a staged file; the data is read by the load.

    Raises ContentError when it is no readable Parquet file. The number of rows is the one in the file's footer.
    """
    file = quote_path(path)
    scan = f"read_parquet({file}, file_row_number = true, hive_partitioning = false)"
    try:
        described = connection.execute(f"describe select * from {scan}").fetchall()
        footer = connection.execute(f"select num_rows from parquet_file_metadata({file})").fetchone()
    except duckdb.Error as error:
        raise ContentError(
            "is no complete Parquet file (cut off, damaged or still being written): deliver it again "
            f"({_first_line(error)})"
        ) from error
    fields = [(str(row[0]), str(row[1])) for row in described if row[0] != "file_row_number"]
    mapping = map_headers([name for name, _ in fields], feed, renames, where, problems, notices)
    columns: dict[str, SourceColumn] = {}
    for name, index in mapping.positions.items():
        field, data_type = fields[index]
        column = feed.column(name)
        # A column of nothing but nulls may have been written without a type.
        data_type = "VARCHAR" if data_type.strip('"') == "NULL" else data_type
        if not can_read(column, data_type):
            problems.append(
                f"{where}: column '{field}' is {data_type}, expected {column.data_type}; "
                "write it with that type or as text"
            )
        columns[name] = SourceColumn(f"c{index}", data_type)
    # Positional names, because a file may use the names of the load's own columns.
    renamed = ", ".join(
        f"{f'cast({quote_identifier(name)} as varchar)' if is_untyped else quote_identifier(name)} as c{index}"
        for index, (name, data_type) in enumerate(fields)
        for is_untyped in (data_type.strip('"') == "NULL",)
    )
    record = ", ".join(f"{quote_identifier(name)} := c{index}" for index, (name, _) in enumerate(fields))
    return StagedFile(
        relation=f"(select {renamed}, file_row_number as position from {scan}) as file",
        columns=columns,
        pass_through={name: SourceColumn(f"cast(c{index} as varchar)") for name, index in mapping.pass_through.items()},
        row_number="position + 1",
        line_number="null",
        raw_row=f"cast(to_json(struct_pack({record})) as varchar)",
        rows_read=int(footer[0]) if footer is not None else 0,
        missing=mapping.missing,
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
