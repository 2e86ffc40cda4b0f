"""Properties of ingestion for any content: what is written comes back equal, and no row ever vanishes."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.ingest import IngestError, IngestReport, SourceSpec, ingest
from tests.python.ingest.conftest import moment, write_project

pytestmark = pytest.mark.slow

PROPERTY = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
COLUMNS = {
    "entry": {
        "entry_id": {"data_type": "varchar", "required": True},
        "amount": {"data_type": "decimal(18,2)"},
        "day": {"data_type": "date"},
        "text": {"data_type": "varchar"},
        "more": {"data_type": "varchar"},
    }
}
FEEDS = {"entry": {"files": ["entry.csv"], "mode": "snapshot"}}
HEADER = list(COLUMNS["entry"])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("project"), feeds=FEEDS, columns=COLUMNS)


@dataclass
class Entries:
    """What one file became: the report, and queries over its rows alone."""

    report: IngestReport
    connection: duckdb.DuckDBPyConnection
    data_source: str

    @property
    def counts(self) -> tuple[int, int, int]:
        [entry] = self.report.feeds
        return entry.rows_read, entry.rows_loaded, entry.rows_quarantined

    def loaded(self, columns: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(
            f"select {columns} from raw_shop.entry where _data_source = ? order by _row_number", [self.data_source]
        ).fetchall()

    def quarantined(self) -> set[int]:
        query = "select row_number from ingest.quarantine where data_source = ?"
        return {row[0] for row in self.connection.execute(query, [self.data_source]).fetchall()}


@pytest.fixture(scope="module")
def read(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bytes], Entries]]:
    """Ingest a file's bytes. Each file is an instance of its own, so that one warehouse serves all examples."""
    folder = tmp_path_factory.mktemp("work")
    numbers = itertools.count()
    with duckdb.connect() as connection:

        def ingest_bytes(content: bytes) -> Entries:
            source = SourceSpec("shop", f"n{next(numbers)}", folder / "entry.csv")
            source.path.write_bytes(content)
            report = ingest([source], folder / "home", project, connection, None, moment(2026, 1, 1))
            return Entries(report, connection, source.data_source)

        yield ingest_bytes


def written(rows: list[list[str]], delimiter: str, quote: str, line_end: str, *, quote_all: bool) -> str:
    def cell(value: str) -> str:
        special = {delimiter, quote, "\n", "\r"}
        if not quote_all and not special & set(value) and value == value.strip(" "):
            return value
        return quote + value.replace(quote, quote * 2) + quote

    return "".join(delimiter.join(map(cell, row)) + line_end for row in [HEADER, *rows])


def german(value: Decimal) -> str:
    return f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


NUMBER_STYLES = {
    "1234.50": lambda value: f"{value:.2f}",
    "1,234.50": lambda value: f"{value:,.2f}",
    "1'234.50": lambda value: f"{value:,.2f}".replace(",", "'"),
    "1234,50": lambda value: f"{value:.2f}".replace(".", ","),
    "1.234,50": german,
    "1 234,50": lambda value: f"{value:,.2f}".replace(",", "\u00a0").replace(".", ","),
    "1.234,50-": lambda value: german(abs(value)) + ("-" if value < 0 else ""),
    "(1,234.50)": lambda value: f"({abs(value):,.2f})" if value < 0 else f"{value:,.2f}",
}
DATE_STYLES = ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d")
LATIN = "".join(bytes([code]).decode("cp1252") for code in range(32, 256) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, list[tuple[object, ...]]]:
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    alphabet = (
        st.sampled_from(LATIN + "\n\r\t;,|'\"")
        if encoding == "cp1252"
        else st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\x00")
    )
    text = st.text(alphabet, max_size=12) | st.sampled_from(['"', ";", "\r\n", ' "x', "a,b", "'", "NULL", '""'])
    number_style = NUMBER_STYLES[draw(st.sampled_from(sorted(NUMBER_STYLES)))]
    date_style = draw(st.sampled_from(DATE_STYLES))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    quote = draw(st.sampled_from(['"', "'"]))
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    rows, expected = [], []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        amount = draw(st.decimals(-99999999, 99999999, places=2, allow_nan=False) | st.none())
        day = draw(st.dates(datetime.date(1000, 1, 1), datetime.date(9999, 12, 31)) | st.none())
        texts = [draw(text), draw(text)]
        if encoding == "cp1252":
            # Without a byte that is no UTF-8 the file would be read as what it also is.
            texts[0] += "\u20ac\u20ac"
        rows.append(
            [
                f"E{number}",
                "" if amount is None else number_style(amount),
                "" if day is None else f"{day.year:04d}{day.strftime(date_style)[4:]}" if date_style[1] == "Y"
                else day.strftime("%d.%m.") + f"{day.year:04d}",
                *texts,
            ]
        )  # fmt: skip
        expected.append((f"E{number}", amount, day, *(one or None for one in texts)))
    # Only quoted headers show that the quote is not the usual one.
    quote_all = quote == "'" or draw(st.booleans())
    content = written(rows, delimiter, quote, line_end, quote_all=quote_all)
    return content.encode(encoding), expected


@PROPERTY
@given(table=tables())
def test_any_table_comes_back_equal_in_any_layout(
    read: Callable[[bytes], Entries], table: tuple[bytes, list[tuple[object, ...]]]
) -> None:
    content, expected = table
    entries = read(content)
    assert entries.loaded(", ".join(HEADER)) == expected
    assert entries.counts == (len(expected), len(expected), 0)


CLEAN = [[f"E{number}", f"{number}.50", "2025-01-31", f"text {number}, more", "x"] for number in range(1, 8)]


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    content = bytearray(
        written(CLEAN, ",", '"', draw(st.sampled_from(["\n", "\r\n"])), quote_all=draw(st.booleans())).encode()
    )
    header = content.index(b"\n") + 1
    for _ in range(draw(st.integers(1, 4))):
        position = draw(st.integers(header, len(content)))
        kind = draw(st.sampled_from(["insert", "cut", "replace", "append"]))
        garbage = draw(
            st.binary(max_size=8) | st.sampled_from([b'"', b"\n", b"\r", b",", b'"\n', b'""', b"\xff", b'a"b', b' "'])
        )
        if kind == "insert":
            content[position:position] = garbage
        elif kind == "replace":
            content[position : position + len(garbage)] = garbage
        elif kind == "append":
            content += garbage
        else:
            del content[position : position + draw(st.integers(1, 20))]
    return bytes(content)


@settings(PROPERTY, max_examples=150)
@given(content=damaged_files())
def test_rows_read_are_rows_loaded_plus_rows_quarantined_whatever_the_bytes(
    read: Callable[[bytes], Entries], content: bytes
) -> None:
    # Damage below the header is no reason to refuse the file: an IngestError fails this test too.
    entries = read(content)
    rows_read, rows_loaded, rows_quarantined = entries.counts
    loaded, quarantined = {row[0] for row in entries.loaded("_row_number")}, entries.quarantined()
    assert rows_read == rows_loaded + rows_quarantined
    assert rows_loaded == len(loaded)
    assert loaded | quarantined == set(range(1, rows_read + 1))
    assert not loaded & quarantined


@settings(PROPERTY, max_examples=50)
@given(position=st.integers(0, 6), stray=st.sampled_from(['"', '"open', 'x""', ',"', '"a"b"']), quote_all=st.booleans())
def test_one_damaged_line_costs_no_other_line(
    read: Callable[[bytes], Entries], position: int, stray: str, quote_all: bool
) -> None:
    lines = written(CLEAN, ",", '"', "\n", quote_all=quote_all).splitlines()
    lines[position + 1] = f"E{position + 1},1.5,2025-01-31,{stray}"
    found = {row[0] for row in read("\n".join(lines).encode()).loaded("entry_id")}
    assert found | {f"E{position + 1}"} == {f"E{number}" for number in range(1, 8)}


@settings(PROPERTY, max_examples=100)
@given(content=st.binary(max_size=200))
def test_arbitrary_bytes_end_in_a_report_or_in_a_named_error(read: Callable[[bytes], Entries], content: bytes) -> None:
    try:
        rows_read, rows_loaded, rows_quarantined = read(content).counts
        assert rows_read == rows_loaded + rows_quarantined
    except IngestError as error:
        assert all("entry.csv" in problem for problem in error.problems)
