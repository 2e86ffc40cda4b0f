"""Input that cannot be used ends in a sentence that names it, before anything is loaded."""

from __future__ import annotations

import gzip
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration.ingest import IngestError, SourceSpec, delivery, ingest
from tests.python.ingest.conftest import Shop, moment

GOOD = "order_id,line_number,net_amount\nA,1,1.50\n"


def problems(shop: Shop, source: Path | None = None) -> list[str]:
    with pytest.raises(IngestError) as caught:
        shop.ingest(source)
    assert caught.value.exit_code == 3
    assert shop.rows("select count(*) from duckdb_tables() where schema_name = 'raw_shop' and estimated_size > 0") == [
        (0,)
    ]
    return list(caught.value.problems)


def test_missing_path_is_named(shop: Shop) -> None:
    [problem] = problems(shop, shop.landing / "nowhere")
    assert problem == f"{shop.landing / 'nowhere'}: the path given for shop does not exist"


def test_empty_folder_is_named_with_what_was_expected(shop: Shop) -> None:
    [problem] = problems(shop)
    assert str(shop.landing) in problem
    assert "order_line.csv" in problem
    assert "found nothing" in problem


def test_folder_with_nothing_usable_lists_what_is_there(shop: Shop) -> None:
    shop.deliver("readme.md", "x")
    shop.deliver("orders_line.csv", GOOD)
    [problem] = problems(shop)
    assert "found orders_line.csv, readme.md" in problem


def test_empty_feed_folder_is_an_error(shop: Shop) -> None:
    shop.deliver("price.csv", "product_id\nA\n")
    (shop.landing / "order_line").mkdir()
    [problem] = problems(shop)
    assert problem.startswith(str(shop.landing / "order_line"))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"   \n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_empty_file_is_an_error(shop: Shop, content: bytes) -> None:
    path = shop.deliver("order_line.csv", content)
    [problem] = problems(shop)
    assert problem.startswith(f"{path}: is empty")


def test_header_only_is_an_empty_delivery_unless_the_feed_is_required(make_shop: Callable[..., Shop]) -> None:
    feeds = {"order_line": {"files": ["order_line.csv"], "required": True}, "price": {"files": ["price.csv"]}}
    shop = make_shop(feeds=feeds)
    shop.deliver("price.csv", "product_id,unit_price\n")
    path = shop.deliver("order_line.csv", "order_id,line_number\n")
    [problem] = problems(shop)
    assert problem.startswith(f"{path}: has a header but no rows, and order_line is required")
    shop.deliver("order_line.csv", GOOD)
    report = shop.ingest()
    assert {feed.feed: (feed.status, feed.rows_in_table) for feed in report.feeds} == {
        "order_line": ("loaded", 1),
        "price": ("loaded", 0),
    }


def test_required_feed_must_come_once_and_then_keeps_its_last_delivery(make_shop: Callable[..., Shop]) -> None:
    feeds = {"order_line": {"files": ["order_line.csv"], "required": True}, "price": {"files": ["price.csv"]}}
    shop = make_shop(feeds=feeds)
    shop.deliver("price.csv", "product_id\nP\n")
    [problem] = problems(shop)
    assert "order_line is required and was never delivered; expected order_line.csv" in problem
    path = shop.deliver("order_line.csv", GOOD)
    shop.ingest()
    path.unlink()
    shop.deliver("price.csv", "product_id\nQ\n")
    shop.ingest()
    assert shop.column("order_id") == ["A"]


def test_missing_column_names_the_closest_header(shop: Shop) -> None:
    path = shop.deliver("order_line.csv", "order_id,linenumber,net_amount\nA,1,1.5\n")
    [problem] = problems(shop)
    assert problem == (
        f"{path}: required column 'line_number' is missing; 'linenumber' looks like it: "
        'add columns: {"linenumber": line_number} to feeds.yml'
    )


def test_what_the_message_says_about_a_renamed_column_works(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id,linenumber,net_amount\nA,1,1.5\n")
    shop.deliver("feeds.yml", 'order_line:\n  columns: {"linenumber": line_number}\n')
    shop.ingest()
    assert shop.column("line_number") == [1]


def test_renamed_optional_column_is_a_notice(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id,line_number,net_amnt\nA,1,1.5\n")
    report = shop.ingest()
    assert any("column 'net_amount' is missing; 'net_amnt' looks like it" in notice for notice in report.notices)
    [result] = [feed for feed in report.feeds if feed.feed == "order_line"]
    assert "net_amount" in result.missing_columns


def test_file_without_header_is_told_so(shop: Shop) -> None:
    path = shop.deliver("order_line.csv", "A,1,1.5\nB,2,2.5\n")
    [problem] = problems(shop)
    assert problem.startswith(f"{path}: the first line does not hold the column names; it reads 'A | 1 | 1.5'")


def test_duplicate_header_is_an_error(shop: Shop) -> None:
    path = shop.deliver("order_line.csv", "order_id,line_number,Order_ID\nA,1,B\n")
    [problem] = problems(shop)
    assert problem == f"{path}: the column 'Order_ID' is there more than once; remove or rename one of them"


@pytest.mark.parametrize(
    "name",
    [
        "order_line.csv.part",
        "order_line.csv.tmp",
        "order_line.csv.crdownload",
        "~$order_line.xlsx",
        ".~lock.order_line.csv#",
    ],
)
def test_file_that_is_still_being_written_by_its_name_is_an_error(shop: Shop, name: str) -> None:
    shop.deliver("price.csv", "product_id\nA\n")
    path = shop.deliver(name, GOOD)
    [problem] = problems(shop)
    assert problem.startswith(f"{path}: ")
    assert "repeat the command" in problem


def test_file_that_grows_between_two_looks_is_an_error(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "SETTLE_SECONDS", 0.4)
    path = shop.deliver("order_line.csv", GOOD)

    def write() -> None:
        time.sleep(0.15)
        with path.open("a") as stream:
            stream.write("B,2,2.50\n")

    writer = threading.Thread(target=write)
    writer.start()
    found = problems(shop)
    writer.join()
    assert found == [
        f"{path}: is still being written (it was 41 bytes, now 50); repeat the command when it is complete"
    ]


def test_file_that_changes_while_it_is_loaded_is_not_loaded(shop: Shop) -> None:
    path = shop.deliver("order_line.csv", GOOD)

    def report(text: str, done: int, total: int) -> None:
        if text.startswith("loading"):
            os.utime(path, (1, 1))

    with pytest.raises(IngestError, match="still being written"):
        ingest(
            [SourceSpec("shop", None, shop.landing)],
            shop.home,
            shop.project,
            shop.connection,
            report,
            moment(2026, 1, 1),
        )
    assert shop.column("order_id") == []
    assert shop.rows("select count(*) from ingest.load_log") == [(0,)]


def test_truncated_gzip_is_an_error(shop: Shop) -> None:
    path = shop.deliver("order_line.csv.gz", gzip.compress(GOOD.encode() * 1000)[:-20])
    [problem] = problems(shop)
    assert problem.startswith(f"{path}: the gzip file is cut off or damaged")


def test_truncated_parquet_and_workbook_are_errors(shop: Shop) -> None:
    whole = shop.landing / "price.parquet"
    duckdb.connect().execute(f"copy (select 'A' as product_id) to '{whole}' (format parquet)")
    whole.write_bytes(whole.read_bytes()[:-30])
    workbook = openpyxl.Workbook()
    book = shop.landing / "customer.xlsx"
    workbook.save(book)
    book.write_bytes(book.read_bytes()[:-300])
    assert [problem.split("(")[0] for problem in problems(shop)] == [
        f"{book}: is no readable workbook ",
        f"{whole}: is no complete Parquet file ",
    ]


def test_parquet_damaged_inside_is_an_error_and_loads_nothing(shop: Shop) -> None:
    path = shop.landing / "price.parquet"
    duckdb.connect().execute(
        f"copy (select md5(range::varchar) as product_id, range / 7 as unit_price from range(50000)) to '{path}' (format parquet)"
    )
    content = bytearray(path.read_bytes())
    content[2000:60000] = os.urandom(58000)
    path.write_bytes(bytes(content))
    shop.deliver("order_line.csv", GOOD)
    [problem] = problems(shop)
    assert str(path) in problem
    assert shop.column("order_id") == []


def test_parquet_column_of_another_kind_is_an_error(shop: Shop) -> None:
    path = shop.landing / "order_line.parquet"
    duckdb.connect().execute(
        f"copy (select 'A' as order_id, 1 as line_number, 5::bigint as posting_date) to '{path}' (format parquet)"
    )
    [problem] = problems(shop)
    assert problem == f"{path}: column 'posting_date' is BIGINT, expected DATE; write it with that type or as text"


def test_unknown_system_lists_the_known_ones(shop: Shop) -> None:
    with pytest.raises(IngestError, match=r"unknown system 'shopp'; did you mean 'shop'\? \(known: shop\)"):
        ingest(
            [SourceSpec("shopp", None, shop.landing)],
            shop.home,
            shop.project,
            shop.connection,
            None,
            moment(2026, 1, 1),
        )


def test_same_source_twice_is_an_error(shop: Shop) -> None:
    shop.deliver("order_line.csv", GOOD)
    sources = [SourceSpec("shop", None, shop.landing)] * 2
    with pytest.raises(IngestError, match="shop is given twice; name the second instance shop:NAME"):
        ingest(sources, shop.home, shop.project, shop.connection, None, moment(2026, 1, 1))


def test_feed_delivered_as_file_and_folder_is_an_error(shop: Shop) -> None:
    shop.deliver("order_line.csv", GOOD)
    shop.deliver("order_line/part.csv", GOOD)
    [problem] = problems(shop)
    assert "order_line is delivered more than once (order_line.csv, order_line/part.csv)" in problem


def test_unknown_file_is_a_notice_with_the_closest_feed(shop: Shop) -> None:
    shop.deliver("order_line.csv", GOOD)
    path = shop.deliver("prices.csv", "product_id\nA\n")
    assert f"{path}: not read, it belongs to no feed of shop; did you mean 'price'?" in shop.ingest().notices


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("orderline: {delimiter: ';'}", "unknown feed 'orderline'; did you mean 'order_line'?"),
        ("order_line: {delimitr: ';'}", "unknown key 'delimitr'; did you mean 'delimiter'?"),
        ("order_line: {delimiter: ';;'}", "delimiter must be one ASCII character, not ';;'"),
        ("order_line: {encoding: utf-9}", "unknown encoding 'utf-9'"),
        ("order_line: {decimal_separator: 'x'}", "decimal_separator must be ',' or '.', not 'x'"),
        ("order_line: {date_format: dd.mm.yyyy}", "date_format 'dd.mm.yyyy' has no fields"),
        ("order_line: {mode: replace}", "mode 'replace' is unknown"),
        ("order_line: {mode: merge}", "mode merge needs a key"),
        ("order_line: {mode: merge, key: [order]}", "key column 'order' is not declared; did you mean 'order_id'?"),
        ("order_line: {columns: {Betrag: amount}}", "'amount' is no column of order_line"),
        ("order_line: [1]", "expected a mapping of settings"),
        ("order_line: {", "not a readable yml file"),
    ],
)
def test_mistake_in_the_overrides_names_the_key(shop: Shop, content: str, message: str) -> None:
    shop.deliver("order_line.csv", GOOD)
    path = shop.deliver("feeds.yml", content)
    [problem] = problems(shop)
    assert problem.startswith(str(path))
    assert message in problem


def test_ten_broken_files_are_each_named_and_nothing_is_lost(make_shop: Callable[..., Shop]) -> None:
    """The landing folder of a bad day: all that cannot be used is said at once, and the rest comes in when it is gone."""
    names = [f"feed{number:02d}" for number in range(13)]
    column = {"id": {"data_type": "varchar", "required": True}, "amount": {"data_type": "decimal(18,2)"}}
    shop = make_shop(feeds={name: {"files": [f"{name}.csv"]} for name in names}, columns=dict.fromkeys(names, column))
    shop.deliver("feed00.csv", "id,amount\nA,1.5\n")
    broken = [
        shop.deliver("feed01.csv", b""),
        shop.deliver("feed02.csv", "ident,amount\nA,1.5\n"),
        shop.deliver("feed03.csv", "id,id,amount\nA,B,1.5\n"),
        shop.deliver("feed04.csv.gz", gzip.compress(b"id,amount\nA,1.5\n" * 500)[:-9]),
        shop.deliver("feed05.parquet", b"PAR1 and then nothing"),
        shop.deliver("feed06.xlsx", b"PK\x03\x04 broken"),
        shop.deliver("feed07.csv.part", "id,amount\nA,1.5\n"),
        shop.deliver("feed08.csv", "\n \n"),
        shop.deliver("feed09.csv", b"\x00\x01\x02\x03 binary \xff\xfe"),
        shop.deliver("feed10.csv", "id,amount\n"),
        shop.deliver("feed10.parquet", b"PAR1"),
    ]
    quarantined = shop.deliver("feed11.csv", b'id,amount\nA,1.5\nB,abc\n,2.5\nC\nD,"open\nE,2.5\nF\xfc,3.5\n')
    shop.deliver("feed12.csv", "id,amount\n")
    first = problems(shop)
    # Half-written and empty files are said in the first go together with everything that can be opened.
    said = "\n".join(first)
    assert [path.name for path in broken if path.name not in said] == []
    for path in broken:
        path.unlink()
    report = shop.ingest()
    counts = {feed.feed: (feed.rows_read, feed.rows_loaded, feed.rows_quarantined) for feed in report.feeds}
    assert counts["feed00"] == (1, 1, 0)
    assert counts["feed11"] == (7, 3, 4)
    assert counts["feed12"] == (0, 0, 0)
    assert shop.column("id", "feed11") == ["A", "E", "F\u00fc"]
    entries = shop.rows("select row_number, column_name from ingest.quarantine order by all")
    assert entries == [(2, "amount"), (3, "id"), (4, None), (5, None)]
    assert quarantined.exists()


def test_failed_run_leaves_earlier_loads_untouched(shop: Shop) -> None:
    shop.deliver("order_line.csv", GOOD)
    before = shop.ingest().content_fingerprint
    shop.deliver("order_line.csv", GOOD + "B,2,2.50\n")
    bad = shop.deliver("price.csv", b"")
    with pytest.raises(IngestError):
        shop.ingest()
    assert shop.column("order_id") == ["A"]
    bad.unlink()
    after = shop.ingest()
    assert shop.column("order_id") == ["A", "B"]
    assert after.content_fingerprint != before


def test_row_that_disappears_between_reader_and_table_is_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    # The number of records is counted from the bytes; a reader that drops one must not go unseen.
    from orchestration.ingest import csv_file

    real = csv_file.prepare_text

    def one_more(*arguments: object) -> object:
        content = real(*arguments)  # type: ignore[arg-type]
        return type(content)(content.path, content.start, content.encoding, content.records + 1, content.lines, False)

    monkeypatch.setattr(csv_file, "prepare_text", one_more)
    monkeypatch.setattr(csv_file, "separate_records", lambda *a, **k: pytest.fail("read a second time"))
    shop.deliver("order_line.csv", GOOD)
    with pytest.raises(BaseException, match="read a second time"):
        shop.ingest()
