"""Numbers, dates and booleans as people and systems write them are read, everything else is quarantined."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from tests.python.ingest.conftest import Shop, moment

HEADER = "order_id;line_number;posting_date;net_amount;note;weight;changed_at;is_express\n"


def deliver_column(shop: Shop, column: str, values: list[str], delimiter: str = ";") -> None:
    header = HEADER.strip().split(";")
    lines = [delimiter.join(header)]
    for number, value in enumerate(values, start=1):
        fields = {"order_id": f"O{number}", "line_number": str(number), column: value}
        lines.append(delimiter.join(_quoted(fields.get(name, ""), delimiter) for name in header))
    shop.deliver("order_line.csv", "\n".join(lines) + "\n")


def _quoted(value: str, delimiter: str) -> str:
    return '"' + value.replace('"', '""') + '"' if delimiter in value or '"' in value else value


def test_number_with_decimal_comma_is_read(shop: Shop) -> None:
    expected = dict(
        [
            ("0", "0.00"),
            ("12", "12.00"),
            ("-12,5", "-12.50"),
            ("1.234,50", "1234.50"),
            ("1.234.567,89", "1234567.89"),
            ("1.234", "1234.00"),
            ("1234,5", "1234.50"),
            ("12,", "12.00"),
            (",5", "0.50"),
            ("+12,50", "12.50"),
            ("12,50-", "-12.50"),
            ("12,50 -", "-12.50"),
            ("1.234,50-", "-1234.50"),
            ("(12,50)", "-12.50"),
            ("( 1.234,50 )", "-1234.50"),
            ("\u2212" + "12,50", "-12.50"),
            ("- 12,50", "-12.50"),
            ("  12,50  ", "12.50"),
            ("1 234,50", "1234.50"),
            ("1\u00a0234,50", "1234.50"),
            ("1\u202f234\u202f567,00", "1234567.00"),
            ("1'234,50", "1234.50"),
            ("1,5E+03", "1500.00"),
            ("1e3", "1000.00"),
            ("125e-1", "12.50"),
            ("0007,10", "7.10"),
            ("9999999999999999,99", "9999999999999999.99"),
        ]
    )
    deliver_column(shop, "net_amount", list(expected))
    shop.ingest()
    read = dict(zip(expected, shop.column("net_amount"), strict=True))
    assert read == {text: Decimal(number) for text, number in expected.items()}
    assert shop.quarantine() == []


def test_number_with_decimal_point_is_read(shop: Shop) -> None:
    expected = dict(
        [
            ("12.5", "12.50"),
            ("1,234.50", "1234.50"),
            ("1,234,567.89", "1234567.89"),
            ("1'234.50", "1234.50"),
            ("1 234.50", "1234.50"),
            ("-1234.5", "-1234.50"),
            ("12.50-", "-12.50"),
            ("(12.50)", "-12.50"),
            (".5", "0.50"),
            ("5.", "5.00"),
            ("1.5E+03", "1500.00"),
            ("1,234", "1234.00"),
        ]
    )
    deliver_column(shop, "net_amount", list(expected), delimiter=",")
    shop.ingest()
    read = dict(zip(expected, shop.column("net_amount"), strict=True))
    assert read == {text: Decimal(number) for text, number in expected.items()}


def test_what_is_no_number_is_quarantined_and_never_guessed(shop: Shop) -> None:
    texts = [
        "abc", "12,5,0", "1.23,50", "1.2345,00", "12.50.00", "--12", "1_000", "0x10", "NaN", "inf", "12,50%", "12 50",
        "12a", "1.000.00", "(12,50", "12,50)", "-", ",", "e5", "1,5 Mio", "99999999999999999,00", "#REF!", "12,50 Stk",
    ]  # fmt: skip
    deliver_column(shop, "net_amount", [*texts, "0,01", "0,02"])
    report = shop.ingest()
    assert shop.column("net_amount") == [Decimal("0.01"), Decimal("0.02")]
    assert [row[:4] for row in shop.quarantine()] == [
        ("order_line.csv", number, "net_amount", text) for number, text in enumerate(texts, start=1)
    ]
    assert all("not a number with a decimal comma" in row[4] for row in shop.quarantine())
    assert report.rows_quarantined == len(texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.345", "12.35"),
        ("12.344999", "12.34"),
        ("-12.345", "-12.35"),
        ("2.675", "2.68"),
        ("0.004", "0.00"),
        ("12.340", "12.34"),
    ],
)
def test_excess_decimals_are_rounded_half_up_and_reported(shop: Shop, text: str, expected: str) -> None:
    deliver_column(shop, "net_amount", [text, "1234.5"], delimiter=",")
    report = shop.ingest()
    assert shop.column("net_amount")[0] == Decimal(expected)
    said = [notice for notice in report.notices if "more than 2 decimals" in notice]
    assert len(said) == (0 if text == "12.340" else 1)


@pytest.mark.parametrize(
    ("values", "expected", "placed"),
    [
        (["12,50 €", "7,00 €", "3,10"], ["12.50", "7.00", "3.10"], 0),
        (["€12,50", "-€7,00", "€ -3,10"], ["12.50", "-7.00", "-3.10"], 0),
        (["EUR 12,50", "7,00 EUR-", "(3,10 EUR)"], ["12.50", "-7.00", "-3.10"], 0),
        (["12,50 €", "7,00 €", "3,10 $"], ["12.50", "7.00"], 1),
        (["$1,234.50", "($7.00)", "$3.10"], ["1234.50", "-7.00", "3.10"], 0),
    ],
)
def test_one_currency_mark_a_file_is_dropped_and_a_second_one_is_quarantined(
    shop: Shop, values: list[str], expected: list[str], placed: int
) -> None:
    deliver_column(shop, "net_amount", values)
    report = shop.ingest()
    assert shop.column("net_amount") == [Decimal(one) for one in expected]
    assert len(shop.quarantine()) == placed
    assert any("the mark is dropped" in notice for notice in report.notices)


def test_decimal_separator_is_decided_for_the_file_and_not_row_by_row(shop: Shop) -> None:
    # Read row by row, 1.234 would be 1.234 and 1.234,50 would be 1234.50.
    deliver_column(shop, "net_amount", ["1.234", "1.234,50", "2.000"])
    shop.ingest()
    assert shop.column("net_amount") == [Decimal("1234.00"), Decimal("1234.50"), Decimal("2000.00")]


def test_column_without_proof_follows_the_other_columns_of_its_file(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id;line_number;net_amount;weight\nA;1;1.234;0,5\nB;2;2.345;0,75\n")
    shop.ingest()
    assert shop.column("net_amount") == [Decimal("1234.00"), Decimal("2345.00")]
    assert shop.column("weight") == [0.5, 0.75]


def test_column_that_proves_the_other_separator_keeps_its_own(shop: Shop) -> None:
    # Amounts from the ERP, weights from a scale that knows no decimal comma.
    shop.deliver(
        "order_line.csv",
        "order_id;line_number;net_amount;weight\nA;1;1.234,50;52.516\nB;2;7,10;13.3777\nC;3;8,25;9.5\n",
    )
    report = shop.ingest()
    assert shop.column("net_amount") == [Decimal("1234.50"), Decimal("7.10"), Decimal("8.25")]
    assert shop.column("weight") == [52.516, 13.3777, 9.5]
    assert any("decimal point in weight" in notice for notice in report.notices)


def test_mixed_separators_are_read_as_most_are_and_the_others_quarantined(shop: Shop) -> None:
    deliver_column(shop, "net_amount", ["1,50", "2,50", "3.50"])
    report = shop.ingest()
    assert shop.column("net_amount") == [Decimal("1.50"), Decimal("2.50")]
    assert [row[1:4] for row in shop.quarantine()] == [(3, "net_amount", "3.50")]
    assert any("some values have a decimal comma" in notice for notice in report.notices)


@pytest.mark.parametrize(
    ("delimiter", "date", "expected"),
    [(";", "2025-01-02", "1234.00"), (",", "02.01.2025", "1234.00"), (",", "2025-01-02", "1.23")],
)
def test_ambiguous_file_is_read_by_the_documented_rule_and_reported(
    shop: Shop, delimiter: str, date: str, expected: str
) -> None:
    line = delimiter.join(["A", "1", date, "1.234"])
    header = delimiter.join(["order_id", "line_number", "posting_date", "net_amount"])
    shop.deliver("order_line.csv", f"{header}\n{line}\n")
    report = shop.ingest()
    assert shop.column("net_amount") == [Decimal(expected)]
    assert any("set decimal_separator in feeds.yml" in notice for notice in report.notices)


def test_decimal_separator_can_be_set_beside_the_files(shop: Shop) -> None:
    deliver_column(shop, "net_amount", ["1.234", "2.500"])
    shop.deliver("feeds.yml", "order_line: {decimal_separator: '.'}\n")
    shop.ingest()
    assert shop.column("net_amount") == [Decimal("1.23"), Decimal("2.50")]


def test_whole_number_is_read(shop: Shop) -> None:
    expected = dict([("12", 12), ("-3", -3), ("12.0", 12), ("1e2", 100), (" 7 ", 7), ("1,234", 1234), ("007", 7)])
    lines = "".join(f'A,"{text}",0.5\n' for text in expected)
    shop.deliver("order_line.csv", f"order_id,line_number,net_amount\n{lines}")
    shop.ingest()
    assert dict(zip(expected, shop.column("line_number"), strict=True)) == expected


@pytest.mark.parametrize("text", ["12.5", "12.345", "99999999999", "1e10", "x", "1-2"])
def test_what_is_no_whole_number_is_not_rounded_but_quarantined(shop: Shop, text: str) -> None:
    shop.deliver("order_line.csv", f"order_id,line_number,net_amount\nA,{text},0.5\nB,2,0.5\n")
    shop.ingest()
    assert shop.column("line_number") == [2]
    assert [row[1:4] for row in shop.quarantine()] == [(1, "line_number", text)]


def test_date_is_read(shop: Shop) -> None:
    expected = dict(
        [
            ("2025-12-31", (2025, 12, 31)),
            ("2025-1-5", (2025, 1, 5)),
            ("31.12.2025", (2025, 12, 31)),
            ("1.2.2025", (2025, 2, 1)),
            ("31.12.25", (2025, 12, 31)),
            ("20251231", (2025, 12, 31)),
            ("2025/12/31", (2025, 12, 31)),
            ("31/12/2025", (2025, 12, 31)),
            ("31-12-2025", (2025, 12, 31)),
            (" 2025-12-31 ", (2025, 12, 31)),
            ("2025-12-31 00:00:00", (2025, 12, 31)),
            ("2025-12-31T23:30:00+02:00", (2025, 12, 31)),
            ("2025-12-31T00:30:00.000Z", (2025, 12, 31)),
            ("31.12.2025 14:30", (2025, 12, 31)),
            ("9999-12-31", (9999, 12, 31)),
            ("29.02.2024", (2024, 2, 29)),
        ]
    )
    deliver_column(shop, "posting_date", list(expected))
    shop.ingest()
    read = dict(zip(expected, shop.column("posting_date"), strict=True))
    assert read == {text: datetime.date(*day) for text, day in expected.items()}


def test_what_is_no_date_is_quarantined(shop: Shop) -> None:
    texts = ["31.02.2025", "29.02.2023", "2025-13-01", "infinity", "epoch", "today", "45000", "2025123", "0202-01-01", "31.12.2025 25:00",
     "2025-12-31abc", "31. Dezember 2025", "12025-01-01", "1.2.205"]  # fmt: skip
    deliver_column(shop, "posting_date", [*texts, "2025-01-01"])
    shop.ingest()
    assert shop.column("posting_date") == [datetime.date(2025, 1, 1)]
    assert [row[1:4] for row in shop.quarantine()] == [
        (number, "posting_date", text) for number, text in enumerate(texts, start=1)
    ]


def test_empty_spellings_of_a_date_are_null(shop: Shop) -> None:
    texts = ["", "  ", "NULL", "0000-00-00", "00.00.0000", "00000000"]
    deliver_column(shop, "posting_date", texts)
    shop.ingest()
    assert shop.column("posting_date") == [None] * len(texts)
    assert shop.quarantine() == []


def test_day_and_month_are_told_apart_by_all_dates_of_the_file(shop: Shop) -> None:
    deliver_column(shop, "posting_date", ["3/4/2025", "12/31/2025"])
    shop.ingest()
    assert shop.column("posting_date") == [datetime.date(2025, 3, 4), datetime.date(2025, 12, 31)]


def test_dates_that_tell_nothing_are_read_with_the_day_first_and_reported(shop: Shop) -> None:
    deliver_column(shop, "posting_date", ["3/4/2025", "5/6/2025"])
    report = shop.ingest()
    assert shop.column("posting_date") == [datetime.date(2025, 4, 3), datetime.date(2025, 6, 5)]
    assert any("nothing tells the day from the month" in notice for notice in report.notices)


def test_date_format_can_be_set_and_is_then_the_only_one(shop: Shop) -> None:
    deliver_column(shop, "posting_date", ["03-Apr-2025", "3.4.2025"])
    shop.deliver("feeds.yml", "order_line: {date_format: '%d-%b-%Y'}\n")
    shop.ingest()
    assert shop.column("posting_date") == [datetime.date(2025, 4, 3)]
    assert [row[3] for row in shop.quarantine()] == ["3.4.2025"]


def test_timestamp_is_read_in_utc(shop: Shop) -> None:
    expected: dict[str, tuple[int, ...]] = dict(
        [
            ("2025-12-31 14:30:15", (2025, 12, 31, 14, 30, 15)),
            ("2025-12-31T14:30:15", (2025, 12, 31, 14, 30, 15)),
            ("2025-12-31T14:30:15Z", (2025, 12, 31, 14, 30, 15)),
            ("2025-12-31T14:30:15.000+0000", (2025, 12, 31, 14, 30, 15)),
            ("2025-12-31T14:30:15.1234567Z", (2025, 12, 31, 14, 30, 15, 123456)),
            ("2025-12-31T00:30:00+02:00", (2025, 12, 30, 22, 30, 0)),
            ("2025-12-31 14:30:15-0530", (2025, 12, 31, 20, 0, 15)),
            ("2025-12-31 14:30", (2025, 12, 31, 14, 30, 0)),
            ("31.12.2025 14:30", (2025, 12, 31, 14, 30, 0)),
            ("31.12.2025 9:05:07", (2025, 12, 31, 9, 5, 7)),
            ("31.12.2025, 14:30", (2025, 12, 31, 14, 30, 0)),
            ("12/31/2025 2:30 PM", (2025, 12, 31, 14, 30, 0)),
            ("2025-12-31", (2025, 12, 31, 0, 0, 0)),
            ("31.12.2025", (2025, 12, 31, 0, 0, 0)),
        ]
    )
    deliver_column(shop, "changed_at", list(expected))
    shop.ingest()
    read = dict(zip(expected, shop.column("changed_at"), strict=True))
    assert read == {text: moment(*parts) for text, parts in expected.items()}


def test_what_is_no_timestamp_is_quarantined(shop: Shop) -> None:
    texts = ["2025-12-31 25:00:00", "2025-12-31 14:61", "31.12.2025 noon", "14:30", "2025-12-31T14:30+99:99"]
    deliver_column(shop, "changed_at", texts)
    shop.ingest()
    assert [row[1:4] for row in shop.quarantine()] == [
        (number, "changed_at", text) for number, text in enumerate(texts, start=1)
    ]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["true", "TRUE", "1", "yes", "Ja", "x", "X", "wahr", " j ", "1.0"], True),
        (["false", "False", "0", "no", "NEIN", "falsch", "n", "0.0"], False),
    ],
)
def test_boolean_is_read_in_its_usual_spellings(shop: Shop, texts: list[str], expected: bool) -> None:
    deliver_column(shop, "is_express", texts)
    shop.ingest()
    assert shop.column("is_express") == [expected] * len(texts)


def test_blank_is_null_and_never_false(shop: Shop) -> None:
    deliver_column(shop, "is_express", ["x", "", "maybe"])
    shop.ingest()
    assert shop.column("is_express") == [True, None]
    assert [row[3] for row in shop.quarantine()] == ["maybe"]


def test_text_is_kept_as_delivered(shop: Shop) -> None:
    texts = [
        "  blanks around  ",
        'a "quoted" word',
        "semi;colon",
        "NULL",
        "\u00dcnic\u00f6de \U0001f600",
        "0012",
        "x' or 1=1 --",
    ]
    deliver_column(shop, "note", texts)
    shop.ingest()
    assert shop.column("note") == texts


def test_null_text_of_the_feed_applies_to_all_columns(shop: Shop) -> None:
    shop.deliver("order_line.csv", "order_id;line_number;net_amount;note\nA;1;n/a;n/a\nB;2;1,50;-\nC;3;NULL;x\n")
    shop.deliver("feeds.yml", "order_line: {null_text: ['n/a', '-']}\n")
    shop.ingest()
    assert shop.column("net_amount") == [None, Decimal("1.50")]
    assert shop.column("note") == [None, None]
    assert [row[1:4] for row in shop.quarantine()] == [(3, "net_amount", "NULL")]
