"""Files: Parquet by one fixed writer, CSV in German dress, and the swap that makes a generation all or nothing."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROW_GROUP_ROWS: Final = 262_144
ENCODING: Final = "cp1252"


def _writer_options(table_schema: pa.Schema, encoded: Sequence[str]) -> dict[str, object]:
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": list(encoded),
        "write_statistics": False,
        "dictionary_pagesize_limit": 1 << 23,
        "store_schema": False,
        "store_decimal_as_integer": True,
        "data_page_version": "1.0",
        "version": "2.6",
    }


def plain_schema(table: pa.Table) -> pa.Schema:
    """The table's schema with dictionary columns as the text they are."""
    return pa.schema(
        [
            (field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type)
            for field in table.schema
        ]
    )


def check_schema(entity: str, table: pa.Table, expected: pa.Schema) -> None:
    """Raises ValueError when a table's columns are not exactly the contract's."""
    found = plain_schema(table)
    if found != expected:
        differing = [f"{field.name}: {field.type}" for field in found if field not in list(expected)]
        missing = [field.name for field in expected if field.name not in found.names]
        raise ValueError(f"{entity} is not as the contract says; differing {differing}, missing {missing}")


def write_parquet(table: pa.Table, path: Path) -> None:
    """Writes one Parquet file; the same table gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    encoded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    pq.write_table(table, path, row_group_size=ROW_GROUP_ROWS, **_writer_options(table.schema, encoded))


class ParquetStream:
    """One Parquet file written table by table in the order they come."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: pq.ParquetWriter | None = None
        self.row_count = 0
        path.parent.mkdir(parents=True, exist_ok=True)

    def write(self, table: pa.Table) -> None:
        """Appends one row group."""
        if self._writer is None:
            encoded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
            options = _writer_options(table.schema, encoded)
            self._writer = pq.ParquetWriter(self.path, table.schema, **options)
        self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self.row_count += table.num_rows

    def close(self) -> None:
        """Finishes the file."""
        if self._writer is not None:
            self._writer.close()


def german_text(column: pa.ChunkedArray) -> list[str]:
    """Values of one column as a German office program writes them; NULL is empty."""
    kind = column.type
    if pa.types.is_date(kind):
        text = pc.strftime(column, format="%d.%m.%Y")
    elif pa.types.is_decimal(kind):
        text = pc.replace_substring(column.cast(pa.string()), ".", ",")
    elif pa.types.is_boolean(kind):
        return ["" if value is None else "ja" if value else "nein" for value in column.to_pylist()]
    else:
        text = column.cast(pa.string())
    return ["" if value is None else value for value in text.to_pylist()]


def write_german_csv(table: pa.Table, path: Path, unreadable: dict[int, str] | None = None) -> None:
    """Writes a CSV with semicolons, decimal commas, German dates and Windows-1252.

    Args:
        table: what to write.
        path: the file.
        unreadable: raw lines to slip in before the data row of that position (0 = first).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [german_text(table.column(name)) for name in table.column_names]
    lines = [";".join(row) for row in zip(*texts, strict=True)]
    for position in sorted(unreadable or {}, reverse=True):
        lines.insert(position, (unreadable or {})[position])
    buffer = io.StringIO()
    buffer.write(";".join(table.column_names) + "\r\n")
    buffer.write("\r\n".join(lines))
    buffer.write("\r\n")
    path.write_bytes(buffer.getvalue().encode(ENCODING))


def swap_in(fresh: Path, target: Path) -> None:
    """Puts a finished folder in the place of an older one."""
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def spread_positions(count: int, wanted: int) -> list[int]:
    """Positions spread evenly over ``count`` rows."""
    return [int(position) for position in np.linspace(1, max(count - 1, 1), wanted + 2)[1:-1]]
