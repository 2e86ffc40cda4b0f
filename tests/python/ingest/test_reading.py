"""Files of every accepted format, encoding and layout come in with the same rows; damaged records are told apart."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.python.ingest.conftest import Shop, moment

GERMAN = "order_id;line_number;posting_date;net_amount;note\nM\u00fcller;1;31.12.2025;1.234,50;Stra\u00dfe\nB;2;01.02.2025;-7,10;\u20ac\n"


def names(shop: Shop) -> list[str]:
    return [str(value) for value in shop.column("order_id")]


@pytest.mark.parametrize(
    ("encoding", "prefix"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("cp1252", b""),
        ("utf-16", b""),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32", b""),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_german_file_is_read_in_every_encoding_and_with_every_line_end(
    shop: Shop, encoding: str, prefix: bytes, line_end: str
) -> None:
    shop.deliver("order_line.csv", prefix + GERMAN.replace("\n", line_end).encode(encoding))
    report = shop.ingest()
    assert shop.column("order_id") == ["M\u00fcller", "B"]
    assert shop.column("note") == ["Stra\u00dfe", "\u20ac"]
    assert shop.column("net_amount") == [Decimal("1234.50"), Decimal("-7.10")]
    assert shop.column("posting_date") == [datetime.date(2025, 12, 31), datetime.date(2025, 2, 1)]
    assert shop.quarantine() == []
    assert report.rows_loaded == 2


@pytest.mark.parametrize("encoding", ["cp850", "iso-8859-15", "latin-1"])
def test_other_encodings_are_read_when_named(shop: Shop, encoding: str) -> None:
    text = GERMAN.replace("\u20ac", "x")
    shop.deliver("order_line.csv", text.encode(encoding))
    shop.deliver("feeds.yml", f"defaults: {{encoding: {encoding}}}\n")
    shop.ingest()
    assert shop.column("note") == ["Stra\u00dfe", "x"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_delimiter_and_quote_are_found_by_the_column_names(shop: Shop, delimiter: str, quote: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quotechar=quote, quoting=csv.QUOTE_ALL, lineterminator="\n")
    # The values hold more commas than separators, which leads astray whoever counts characters.
    writer.writerows(
        [["order_id", "line_number", "note"], ["A", "1", "a, b, c, d; e|f"], ["B", "2", "say\n'x' or \"y\""]]
    )
    shop.deliver("order_line.csv", text.getvalue())
    shop.ingest()
    assert shop.column("note") == ["a, b, c, d; e|f", "say\n'x' or \"y\""]


def test_layout_can_be_overridden_beside_the_files(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id^line_number^note\nA^1^~a^b~\n")
    shop.deliver("feeds.yml", "order_line:\n  csv: {delimiter: '^', quote: '~'}\n")
    shop.ingest()
    assert shop.column("note") == ["a^b"]


def test_backslash_can_be_the_escape(shop: Shop) -> None:
    shop.deliver("order_line.csv", 'order_id,line_number,note\nA,1,"5\\" pipe, long"\nB,2,"x"\nC,3\n')
    shop.deliver("feeds.yml", "order_line: {escape: '\\'}\n")
    shop.ingest()
    assert shop.column("note") == ['5" pipe, long', "x"]
    assert [row[1] for row in shop.quarantine()] == [3]


def test_headers_match_in_any_case_and_with_blanks_and_can_be_renamed(shop: Shop) -> None:
    shop.deliver("order_line.csv", " Order_ID ;LINE_NUMBER; Nettobetrag \nA;1;1,50\n")
    shop.deliver("feeds.yml", "order_line:\n  columns: {nettobetrag: net_amount}\n")
    shop.ingest()
    assert shop.rows("select order_id, line_number, net_amount from raw_shop.order_line") == [("A", 1, Decimal("1.50"))]


@pytest.mark.parametrize("head", ["sep=;\n", "\n\n", "Orders of the year\n\nprinted;on;Monday\n"])
def test_lines_above_the_header_are_skipped(shop: Shop, head: str) -> None:
    shop.deliver("order_line.csv", head + "order_id;line_number\nA;1\nB;2\n")
    shop.ingest()
    assert shop.rows("select order_id, _row_number from raw_shop.order_line order by 2") == [("A", 1), ("B", 2)]


def test_quoted_line_ends_stay_one_record(shop: Shop) -> None:
    shop.deliver("order_line.csv", 'order_id,line_number,note\r\nA,1,"one\r\ntwo\n\nthree"\r\nB,2,x\r\n')
    shop.ingest()
    assert shop.rows("select note, _row_number from raw_shop.order_line order by 2") == [
        ("one\r\ntwo\n\nthree", 1),
        ("x", 2),
    ]


@pytest.mark.parametrize("name", ["order_line.csv.gz", "order_line.csv"])
def test_gzip_is_recognised_by_its_content(shop: Shop, name: str) -> None:
    packed = gzip.compress(GERMAN.encode("cp1252")[:40]) + gzip.compress(GERMAN.encode("cp1252")[40:])
    shop.deliver(name, packed)
    shop.ingest()
    assert shop.column("note") == ["Stra\u00dfe", "\u20ac"]


def test_folder_of_parts_is_one_feed_and_each_part_is_read_by_its_own_layout(shop: Shop) -> None:
    shop.deliver("order_line/2024.csv", "order_id;line_number;net_amount\nA;1;1.000,50\n")
    shop.deliver("order_line/2025/part.csv", "line_number,net_amount,order_id\n2,1000.50,B\n")
    shop.deliver("order_line/2026.csv.gz", gzip.compress(b"order_id|line_number|net_amount\nC|3|1.5\n"))
    shop.deliver("order_line/_SUCCESS", "")
    shop.deliver("order_line/.DS_Store", "x")
    report = shop.ingest()
    assert shop.rows("select order_id, net_amount, _source_file, _row_number from raw_shop.order_line order by 1") == [
        ("A", Decimal("1000.50"), "order_line/2024.csv", 1),
        ("B", Decimal("1000.50"), "order_line/2025/part.csv", 1),
        ("C", Decimal("1.50"), "order_line/2026.csv.gz", 1),
    ]
    assert report.notices == ()


def test_file_names_are_names_and_not_patterns(shop: Shop) -> None:
    # Read as a pattern, the first would be the second.
    shop.deliver("order_line/part [1].csv", "order_id,line_number\nA,1\n")
    shop.deliver("order_line/part 1.csv", "order_id,line_number\nB,2\n")
    shop.deliver("order_line/year=2025/it's*.csv", "order_id,line_number\nC,3\n")
    write_parquet(shop, "order_line/[x]?.parquet", "select 'D' as order_id, 4 as line_number")
    shop.ingest()
    assert sorted(shop.column("order_id")) == ["A", "B", "C", "D"]


def test_linked_folder_is_read_and_a_link_in_a_circle_does_no_harm(shop: Shop) -> None:
    real = shop.landing.parent / "elsewhere"
    real.mkdir()
    (real / "1.csv").write_text("order_id,line_number\nA,1\n")
    (real / "circle").symlink_to(shop.landing, target_is_directory=True)
    (shop.landing / "order_line").symlink_to(real, target_is_directory=True)
    shop.ingest()
    assert shop.column("order_id") == ["A"]


def test_parquet_may_use_the_names_of_the_load(shop: Shop) -> None:
    write_parquet(
        shop,
        "order_line.parquet",
        "select 'A' as order_id, 1 as line_number, 99 as record_number, true as is_unusable, 5 as position, null as note",
    )
    shop.ingest()
    assert shop.rows("select order_id, _row_number, note from raw_shop.order_line") == [("A", 1, None)]


def test_single_file_can_be_the_source(shop: Shop) -> None:
    path = shop.deliver("elsewhere/ORDER_LINE.CSV", "order_id,line_number\nA,1\n")
    shop.ingest(path)
    assert shop.rows("select order_id, _source_file from raw_shop.order_line") == [("A", "ORDER_LINE.CSV")]


def test_load_columns_tell_source_load_file_row_and_time(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id,line_number\nA,1\n")
    report = shop.ingest(name="north")
    [result] = [feed for feed in report.feeds if feed.feed == "order_line"]
    assert shop.rows(
        "select _data_source, _load_id, _source_file, _row_number, _loaded_at from raw_shop.order_line"
    ) == [("shop:north", result.load_id, "order_line.csv", 1, moment(2026, 1, 1, 1, 0))]


def test_all_raw_tables_exist_typed_also_without_delivery(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id,line_number\nA,1\n")
    shop.ingest()
    described = dict(row[:2] for row in shop.rows("describe raw_shop.price"))
    assert described == {
        "product_id": "VARCHAR",
        "unit_price": "DECIMAL(18,4)",
        "_data_source": "VARCHAR",
        "_load_id": "VARCHAR",
        "_source_file": "VARCHAR",
        "_row_number": "BIGINT",
        "_loaded_at": "TIMESTAMP",
    }
    assert shop.rows("select count(*) from raw_shop.price") == [(0,)]


def test_pass_through_columns_are_kept_as_text_and_other_extra_columns_are_reported(shop: Shop) -> None:
    shop.deliver("customer.csv", "customer_id,customer_name,X_Size Class,colour,x_empty\n1,A,007,red,\n")
    report = shop.ingest()
    assert shop.rows("select x_size_class, x_empty from raw_shop.customer") == [("007", None)]
    assert any("customer does not declare" in notice and "colour" in notice for notice in report.notices)


# -- Parquet -----------------------------------------------------------------------------------------------------------


def write_parquet(shop: Shop, name: str, query: str) -> Path:
    path = shop.landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect().execute(f"copy ({query}) to '{path}' (format parquet)")
    return path


def test_parquet_is_read_with_its_types_and_checked(shop: Shop) -> None:
    write_parquet(
        shop,
        "order_line.parquet",
        """select * from (values
            (10248::bigint, 1::bigint, timestamp '2025-12-31 10:00:00', 12.345::double, 'a', 'NaN'::double, timestamptz '2025-12-31 10:00:00+02', 1),
            (10249, 2, timestamp '2025-01-01', 1e30, 'b', 0.5, null, 0),
            (null, 3, null, 7.0, 'c', null, null, null)
        ) as t(order_id, line_number, posting_date, net_amount, note, weight, changed_at, is_express)""",
    )
    report = shop.ingest()
    assert shop.rows("select * exclude (_load_id, _loaded_at) from raw_shop.order_line") == [
        ("10248", 1, datetime.date(2025, 12, 31), Decimal("12.35"), "a", None,
         moment(2025, 12, 31, 8, 0), True, "shop", "order_line.parquet", 1),
    ]  # fmt: skip
    assert [row[1:3] for row in shop.quarantine()] == [(2, "net_amount"), (3, "order_id")]
    assert report.rows_quarantined == 2


def test_parquet_text_is_read_like_csv_text(shop: Shop) -> None:
    write_parquet(
        shop,
        "order_line.parquet",
        "select 'A' as order_id, '1' as line_number, '1.234,50' as net_amount, '31.12.2025' as posting_date",
    )
    shop.ingest()
    assert shop.rows("select line_number, net_amount, posting_date from raw_shop.order_line") == [
        (1, Decimal("1234.50"), datetime.date(2025, 12, 31))
    ]


def test_keys_that_a_data_frame_made_floating_point_are_whole_again(shop: Shop) -> None:
    write_parquet(shop, "price.parquet", "select 10248.0::double as product_id, 1.5::decimal(9,4) as unit_price")
    shop.ingest()
    assert shop.rows("select product_id, unit_price from raw_shop.price") == [("10248", Decimal("1.5000"))]


# -- Excel -------------------------------------------------------------------------------------------------------------


def write_workbook(shop: Shop, name: str, rows: list[list[object]], title: str = "Data") -> Path:
    workbook = openpyxl.Workbook()
    cover = workbook.active
    assert cover is not None
    cover.title = "Cover"
    cover.append(["Report of orders"])
    sheet = workbook.create_sheet(title)
    for row in rows:
        sheet.append(row)
    path = shop.landing / name
    workbook.save(path)
    return path


def test_workbook_is_read_with_typed_and_with_text_cells(shop: Shop) -> None:
    write_workbook(
        shop,
        "order_line.xlsx",
        [
            ["Orders", None],
            ["order_id", "line_number", "posting_date", "net_amount", "note", "weight", "changed_at", "is_express"],
            [
                10248,
                1,
                datetime.date(2025, 12, 31),
                1234.5,
                "a",
                0.1 + 0.2,
                moment(2025, 12, 31, 10, 5),
                True,
            ],
            ["007", "2", "31.12.2025", "1.234,56", 12.5, 2, "31.12.2025 10:05", "nein"],
            [None, None, None, None],
            ["C", 2.5, 45000, "abc", None, None, None, None],
        ],
    )
    report = shop.ingest()
    assert shop.rows("select * exclude (_data_source, _load_id, _loaded_at) from raw_shop.order_line order by _row_number") == [
        ("10248", 1, datetime.date(2025, 12, 31), Decimal("1234.50"), "a", 0.3,
         moment(2025, 12, 31, 10, 5), True, "order_line.xlsx", 1),
        ("007", 2, datetime.date(2025, 12, 31), Decimal("1234.56"), "12.5", 2.0,
         moment(2025, 12, 31, 10, 5), False, "order_line.xlsx", 2),
    ]  # fmt: skip
    # Row 3 of the data is row 6 of the sheet, which is where a person looks for it.
    assert shop.rows(
        "select row_number, line_number, column_name, value from ingest.quarantine order by column_name"
    ) == [
        (3, 6, "line_number", "2.5"),
        (3, 6, "net_amount", "abc"),
        (3, 6, "posting_date", "45000"),
    ]
    assert report.rows_loaded == 2
    assert report.rows_quarantined == 1


def test_typed_numbers_of_a_workbook_do_not_count_as_decimal_points(shop: Shop) -> None:
    # 1.234 as text is ambiguous; 0.5 is a number whose cell knows no separator at all.
    write_workbook(shop, "price.xlsx", [["product_id", "unit_price"], ["A", 0.5], ["B", "1.234,5"], ["C", "1.234"]])
    shop.ingest()
    assert shop.column("unit_price", "price") == [Decimal("0.5"), Decimal("1234.5"), Decimal("1234")]


def test_sheet_can_be_named(shop: Shop) -> None:
    write_workbook(shop, "price.xlsx", [["product_id", "unit_price"], ["A", 1]], title="Neu")
    shop.deliver("feeds.yml", "price: {sheet: Cover, columns: {Report of orders: product_id}}\n")
    assert shop.ingest().rows_loaded == 0
    shop.deliver("feeds.yml", "price: {sheet: Neu}\n")
    shop.ingest()
    assert shop.column("product_id", "price") == ["A"]


# -- Damaged records ---------------------------------------------------------------------------------------------------


def test_damaged_records_are_quarantined_alone_and_keep_the_row_numbers_of_the_others(shop: Shop) -> None:
    lines = [
        "order_id;line_number;posting_date;net_amount;note",
        "A;1;2025-01-01;1,00;fine",
        "B;2;2025-01-01",
        'C;3;2025-01-01;3,00;"two\nlines"',
        "D;4;2025-01-01;4,00;too;many",
        'E;5;2025-01-01;5,00;"never closed',
        "F;6;2025-01-01;6,00;fine",
        "",
        'G;7;2025-01-01;7,00;"closed" too early',
        'H;8;2025-01-01;8,00;27" monitor',
        "I;9;2025-01-01;9,00;\rreturn",
        "J;10;2025-01-01;10,00;last without line end",
    ]
    shop.deliver("order_line.csv", "\n".join(lines))
    report = shop.ingest()
    assert shop.rows("select order_id, _row_number, note from raw_shop.order_line order by 2") == [
        ("A", 1, "fine"),
        ("C", 3, "two\nlines"),
        ("F", 6, "fine"),
        ("H", 8, '27" monitor'),
        ("J", 10, "last without line end"),
    ]
    found = shop.rows(
        "select row_number, line_number, split_part(reason, ':', 1), raw_row from ingest.quarantine order by 1"
    )
    assert found == [
        (2, 3, "3 fields where the header has 5", "B;2;2025-01-01"),
        (4, 6, "6 fields where the header has 5", "D;4;2025-01-01;4,00;too;many"),
        (5, 7, 'a quote (") is opened and never closed', 'E;5;2025-01-01;5,00;"never closed'),
        (7, 10, 'text follows a closing quote (")', 'G;7;2025-01-01;7,00;"closed" too early'),
        (9, 12, "a carriage return stands within the line", "I;9;2025-01-01;9,00;\rreturn"),
    ]
    assert (report.rows_loaded, report.rows_quarantined) == (5, 5)


def test_quote_that_never_closes_does_not_swallow_the_rows_that_follow(shop: Shop) -> None:
    # A plain CSV reader loses all of these rows to one value, and a second stray quote 200 lines on does not bring them back.
    lines = ["order_id,line_number,note"] + [f'{n},{n},"note, {n}"' for n in range(1, 501)]
    lines[100] = '100,100,"stray'
    lines[300] = '300,300,"stray'
    shop.deliver("order_line.csv", "\n".join(lines) + "\n")
    report = shop.ingest()
    assert (report.rows_loaded, report.rows_quarantined) == (498, 2)
    assert [row[1] for row in shop.quarantine()] == [100, 300]


def test_bytes_that_are_no_utf8_cost_their_row_only(shop: Shop) -> None:
    shop.deliver(
        "order_line.csv",
        "order_id,line_number,note\nA,1,M\u00fcller\nB,2,".encode() + b"M\xfcller\nC,3," + "\u00d6l\n".encode(),
    )
    shop.ingest()
    assert shop.column("note") == ["M\u00fcller", "\u00d6l"]
    [(_, row, column, _, reason)] = shop.quarantine()
    assert (row, column) == (2, None)
    assert "not valid utf-8" in reason
    assert shop.rows("select raw_row from ingest.quarantine") == [("B,2,M\\xfcller",)]


def test_header_repeated_between_joined_parts_is_no_row(shop: Shop) -> None:
    shop.deliver("customer.csv", "customer_id,customer_name\n1,A\ncustomer_id,customer_name\n2,B\n")
    shop.ingest()
    assert shop.column("customer_id", "customer") == ["1", "2"]
    assert [(row[1], row[4].split(":")[0]) for row in shop.quarantine()] == [(2, "header line repeated")]


def test_one_entry_a_failing_column_and_one_row_in_the_count(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id,line_number,posting_date,net_amount\n,x,nodate,abc\nB,2,2025-01-01,1.5\n")
    report = shop.ingest()
    assert [row[1:4] for row in shop.quarantine()] == [
        (1, "line_number", "x"),
        (1, "net_amount", "abc"),
        (1, "order_id", None),
        (1, "posting_date", "nodate"),
    ]
    assert all(":" in row[4] for row in shop.quarantine()), "each reason says what to do"
    assert report.rows_quarantined == 1


@pytest.mark.parametrize("value", ["", "   ", '""', '" "', "\u00a0"])
def test_required_value_that_is_blank_is_missing(shop: Shop, value: str) -> None:
    shop.deliver("order_line.csv", f"order_id,line_number\n{value},1\nB,2\n")
    shop.ingest()
    assert shop.column("order_id") == ["B"]
    [(_, row, column, _, reason)] = shop.quarantine()
    assert (row, column) == (1, "order_id")
    assert reason == "a value is required (The order id): fill it in at the source"


def test_quarantine_is_copied_to_a_readable_file_and_again_when_the_copy_was_lost(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id,line_number,net_amount\nA,1,abc\nB,2,1.5\n")
    [path] = shop.ingest().quarantine_files
    assert path.parent == shop.home / "quarantine" / "shop"
    with path.open(encoding="utf-8", newline="") as stream:
        [row] = list(csv.DictReader(stream))
    assert (row["source_file"], row["row_number"], row["line_number"], row["column_name"], row["value"], row["raw_row"]) == (
        "order_line.csv", "1", "2", "net_amount", "abc", "A,1,abc"
    )  # fmt: skip
    # A run that is killed after its commit leaves no copy; the next one writes it although it loads nothing.
    path.unlink()
    shop.ingest()
    assert path.exists()
    assert list((shop.home / "tmp").iterdir()) == []
