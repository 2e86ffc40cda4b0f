"""Text keys, money, dates and rates without a loop over rows."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.demo import calendar, columns
from orchestration.demo.files import german_text, write_german_csv
from orchestration.demo.market import exchange_rates


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**9 - 1)), max_size=30),
    st.sampled_from(["", "A", "SO-", "INV-"]),
    st.integers(9, 13),
)
def test_keys_are_the_padded_numbers(numbers: list[int | None], prefix: str, digits: int) -> None:
    missing = np.array([number is None for number in numbers], dtype=bool)
    values = np.array([number or 0 for number in numbers], dtype=np.int64)
    expected = [None if number is None else f"{prefix}{number:0{digits}d}" for number in numbers]
    assert columns.keys(prefix, values, digits, missing).to_pylist() == expected


@pytest.mark.parametrize("digits", [1, 2, 3, 4, 5, 7, 8])
def test_keys_of_every_width_keep_their_prefix(digits: int) -> None:
    assert columns.keys("T", np.array([0, 7, 10**digits - 1]), digits).to_pylist() == [
        f"T{0:0{digits}d}",
        f"T{7:0{digits}d}",
        f"T{10**digits - 1}",
    ]


def test_a_key_that_does_not_fit_is_refused() -> None:
    # A cut-off number would make two customers one.
    with pytest.raises(ValueError, match="does not fit"):
        columns.keys("A", np.array([10_000]), 4)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(-(10**17), 10**17), min_size=1, max_size=20))
def test_money_is_the_cents(cents: list[int]) -> None:
    assert columns.money(np.array(cents)).to_pylist() == [Decimal(value).scaleb(-2) for value in cents]


def test_missing_money_is_null() -> None:
    assert columns.money(np.array([1, 2]), np.array([True, False])).to_pylist() == [None, Decimal("0.02")]


@settings(max_examples=100, deadline=None)
@given(st.integers(-(10**9), 10**9), st.integers(0, calendar.DAY_COUNT - 1), st.sampled_from([0, 1, 2]))
def test_each_amount_is_converted_and_rounded_on_its_own(cents: int, day: int, currency: int) -> None:
    rates = exchange_rates(1)
    at = np.array([calendar.FIRST_DAY + day])
    rate = Decimal(int(rates.on(np.array([currency]), at)[0])).scaleb(-6)
    expected = (Decimal(cents) * rate).quantize(Decimal(1), ROUND_HALF_UP)
    assert rates.to_reporting(np.array([cents]), np.array([currency]), at)[0] == int(expected)


def test_weekends_have_fridays_rate() -> None:
    rates = exchange_rates(1)
    friday = calendar.day_number(dt.date(2025, 6, 13))
    week = np.arange(friday, friday + 4)
    assert len(set(rates.on(np.full(3, 1), week[:3]).tolist())) == 1
    assert [bool(rates.is_quoted[day - rates.first_day]) for day in week] == [True, False, False, True]


def test_working_days_leave_out_weekends_and_holidays() -> None:
    days = {calendar.EPOCH + dt.timedelta(days=int(day)) for day in calendar.WORKING_DAYS}
    assert dt.date(2026, 11, 13) in days
    for free in ("2023-10-03", "2024-12-25", "2025-04-18", "2025-04-21", "2025-05-29", "2025-06-09", "2026-11-08"):
        assert dt.date.fromisoformat(free) not in days
    after_christmas = calendar.next_working_day(np.array([calendar.day_number(dt.date(2024, 12, 25))]))
    assert after_christmas[0] == calendar.day_number(dt.date(2024, 12, 27))


def test_the_calendar_knows_its_quarters_and_months() -> None:
    days = np.array(
        [calendar.day_number(dt.date.fromisoformat(day)) for day in ("2023-10-01", "2026-09-30", "2026-11-13")]
    )
    assert calendar.quarter_of(days).tolist() == [0, 11, 12]
    assert calendar.month_of(days).tolist() == [0, 35, 37]
    assert calendar.month_label(37) == "2026-11"


def test_german_files_have_commas_points_and_umlauts(tmp_path: object) -> None:
    import pyarrow as pa

    table = pa.table(
        {
            "name": ["Schäfer", None],
            "amount": columns.money(np.array([-123_450, 5])),
            "day": columns.dates(np.array([calendar.FIRST_DAY, 0]), np.array([False, True])),
        }
    )
    assert german_text(table.column("amount")) == ["-1234,50", "0,05"]
    path = tmp_path / "file.csv"  # type: ignore[operator]
    write_german_csv(table, path, {1: "broken"})
    assert path.read_bytes() == "name;amount;day\r\nSchäfer;-1234,50;01.10.2023\r\nbroken\r\n;0,05;\r\n".encode(
        "cp1252"
    )
