"""Reading of workbooks (xlsx, xlsb, xls, ods) through calamine."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import python_calamine

from orchestration.ingest.content import ContentError
from orchestration.ingest.csv_file import PREAMBLE_LINES
from orchestration.ingest.feeds import Feed
from orchestration.ingest.headers import count_known, map_headers
from orchestration.ingest.sql import quote_identifier
from orchestration.ingest.staging import SourceColumn, StagedFile


def stage_excel(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    feed: Feed,
    renames: Mapping[str, str],
    where: str,
    problems: list[str],
    notices: list[str],
) -> StagedFile:
    """Read a sheet into the temporary table ``table``, all cells as text.

    The sheet is the one named by the option ``sheet``, else the visible one whose header holds most of the declared
    columns. Rows without any value are no records. Numbers keep the 15 digits that Excel itself keeps; in numeric
    columns they are written without a separator (125e-1), so that they never count as decimal comma or point. Raises
    ContentError when the workbook cannot be read.
    """
    sheet_name, rows, header_index = _choose_sheet(path, feed, renames)
    if header_index is None:
        raise ContentError("is empty: no sheet has a header and rows; deliver it again")
    header = [_header_text(cell) for cell in rows[header_index]]
    while header and not header[-1]:
        header.pop()
    mapping = map_headers(header, feed, renames, where, problems, notices)
    if header_index > 0 and any(_has_value(row) for row in rows[:header_index]):
        notices.append(f"{where}: the header was found in row {header_index + 1} of sheet '{sheet_name}'")
    body = [
        (number, row) for number, row in enumerate(rows[header_index + 1 :], start=header_index + 2) if _has_value(row)
    ]
    numeric = {
        index
        for name, index in mapping.positions.items()
        if feed.column(name).family in ("decimal", "integer", "double")
    }
    width = len(header)
    columns: dict[str, pa.Array] = {
        "row_number": pa.array(range(1, len(body) + 1), type=pa.int64()),
        "line_number": pa.array([number for number, _ in body], type=pa.int64()),
    }
    for index in range(width):
        write: Callable[[Any], str | None] = _number_text if index in numeric else _cell_text
        columns[f"c{index}"] = pa.array([write(row[index]) for _, row in body], type=pa.string())
    columns["raw_row"] = pa.array(
        ["\t".join(_cell_text(cell) or "" for cell in row) for _, row in body], type=pa.string()
    )
    connection.register("ingest_sheet", pa.table(columns))
    try:
        connection.execute(f"create or replace temp table {table} as select * from ingest_sheet order by row_number")
    finally:
        connection.unregister("ingest_sheet")
    return StagedFile(
        relation=table,
        columns={name: SourceColumn(quote_identifier(f"c{index}")) for name, index in mapping.positions.items()},
        pass_through={
            name: SourceColumn(quote_identifier(f"c{index}")) for name, index in mapping.pass_through.items()
        },
        row_number="row_number",
        line_number="line_number",
        raw_row="raw_row",
        rows_read=len(body),
        missing=mapping.missing,
        facts={"sheet": sheet_name},
        tables=(table,),
    )


def _choose_sheet(path: Path, feed: Feed, renames: Mapping[str, str]) -> tuple[str, list[list[Any]], int | None]:
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as workbook:
            visible = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible
                and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
            wanted = feed.options.sheet
            if wanted is not None:
                if wanted not in workbook.sheet_names:
                    raise ContentError(f"has no sheet '{wanted}'; it has {', '.join(workbook.sheet_names)}")
                visible = [wanted]
            best: tuple[tuple[bool, int], str, list[list[Any]], int] | None = None
            for name in visible or workbook.sheet_names:
                rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                index, rank = _find_header(rows, feed, renames)
                if index is not None and (best is None or rank > best[0]):
                    best = (rank, name, rows, index)
    except (python_calamine.CalamineError, OSError) as error:
        raise ContentError(
            f"is no readable workbook (damaged, cut off, protected or still being written): deliver it again ({error})"
        ) from error
    return ("", [], None) if best is None else best[1:]


def _find_header(
    rows: Sequence[Sequence[Any]], feed: Feed, renames: Mapping[str, str]
) -> tuple[int | None, tuple[bool, int]]:
    start = feed.options.skip_rows or 0
    candidates = [index for index in range(start, len(rows)) if _has_value(rows[index])][:PREAMBLE_LINES]
    if feed.options.skip_rows is not None:
        candidates = candidates[:1]
    if not candidates:
        return None, (False, 0)
    ranks = {}
    for index in candidates:
        known, complete = count_known([_header_text(cell) for cell in rows[index]], feed, renames)
        if complete and known > 0:
            return index, (True, known)
        ranks[index] = known
    return candidates[0], (False, ranks[candidates[0]])


def _has_value(row: Sequence[Any]) -> bool:
    return any(cell != "" and (not isinstance(cell, str) or cell.strip() != "") for cell in row)


def _header_text(cell: Any) -> str:
    return _cell_text(cell) or ""


def _cell_text(cell: Any) -> str | None:
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".15g")
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, datetime.timedelta):
        return str(cell.total_seconds() / 86400)
    return str(cell)


def _number_text(cell: Any) -> str | None:
    """A number as whole mantissa and exponent; everything else as in any column."""
    if not isinstance(cell, float):
        return _cell_text(cell)
    if cell != cell or cell in (float("inf"), float("-inf")):
        return None
    sign, digits, exponent = Decimal(format(cell, ".15g")).as_tuple()
    mantissa = "".join(map(str, digits))
    return f"{'-' if sign else ''}{mantissa}e{exponent}" if exponent else f"{'-' if sign else ''}{mantissa}"
