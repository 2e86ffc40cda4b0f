"""The demo company's time: three closed years, the running quarter, working days and months.

Days are counted since 1970-01-01 (int32), moments in seconds since then (int64), months and quarters by
their position in the demo's calendar (0 = 2023-10 and 2023Q4).
"""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.integer]
FloatArray = npt.NDArray[np.floating]
BoolArray = npt.NDArray[np.bool_]

EPOCH: Final = dt.date(1970, 1, 1)


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


FIRST_DAY: Final = day_number(dt.date(2023, 10, 1))
LAST_DAY: Final = day_number(dt.date(2026, 11, 13))
DAY_COUNT: Final = LAST_DAY - FIRST_DAY + 1

QUARTER_COUNT: Final = 13
MONTH_COUNT: Final = 38
RUNNING_QUARTER: Final = QUARTER_COUNT - 1


def _month_start(position: int) -> dt.date:
    months = 2023 * 12 + 9 + position
    return dt.date(months // 12, months % 12 + 1, 1)


#: First day of each month, with the first day after the calendar's last month at the end.
MONTH_START: Final = np.array([day_number(_month_start(month)) for month in range(MONTH_COUNT + 2)], dtype=np.int32)
#: First day of each quarter, with the first day after the running quarter at the end.
QUARTER_START: Final = np.array(
    [day_number(_month_start(3 * quarter)) for quarter in range(QUARTER_COUNT + 1)], dtype=np.int32
)
#: First days of the three closed trading years and of the running quarter.
YEAR_START: Final = QUARTER_START[[0, 4, 8, 12]]
CAMPAIGN_QUARTER: Final = 10
EFFECT_QUARTER: Final = 11


def month_label(month: int) -> str:
    """Label of a month by position, such as ``2026-03``."""
    return _month_start(month).strftime("%Y-%m")


def quarter_start_date(quarter: int) -> dt.date:
    """First day of a quarter by position."""
    return _month_start(3 * quarter)


def _month_of_day() -> npt.NDArray[np.int8]:
    days = np.arange(FIRST_DAY, MONTH_START[MONTH_COUNT], dtype=np.int32)
    return (np.searchsorted(MONTH_START, days, side="right") - 1).astype(np.int8)


_MONTH_OF_DAY: Final = _month_of_day()


def month_of(days: IntArray) -> npt.NDArray[np.int8]:
    """Month positions of days inside the calendar."""
    return _MONTH_OF_DAY[days - FIRST_DAY]


def quarter_of(days: IntArray) -> npt.NDArray[np.int8]:
    """Quarter positions of days inside the calendar."""
    return _MONTH_OF_DAY[days - FIRST_DAY] // np.int8(3)


def _holidays() -> set[dt.date]:
    holidays = set()
    for year in range(2023, 2027):
        for month, day in ((1, 1), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31)):
            holidays.add(dt.date(year, month, day))
    for year, month, day in ((2024, 3, 29), (2025, 4, 18), (2026, 4, 3)):
        good_friday = dt.date(year, month, day)
        holidays.update(good_friday + dt.timedelta(days=offset) for offset in (0, 3, 41, 52))
    return holidays


def _working_days() -> npt.NDArray[np.int32]:
    holidays = _holidays()
    days = (EPOCH + dt.timedelta(days=number) for number in range(FIRST_DAY, LAST_DAY + 1))
    return np.array([day_number(day) for day in days if day.weekday() < 5 and day not in holidays], dtype=np.int32)


#: Working days of the calendar in order (no weekends, no national holidays).
WORKING_DAYS: Final = _working_days()


def _next_working_day() -> npt.NDArray[np.int32]:
    every_day = np.arange(FIRST_DAY, LAST_DAY + 1, dtype=np.int32)
    position = np.searchsorted(WORKING_DAYS, every_day, side="left")
    following = np.append(WORKING_DAYS, np.int32(LAST_DAY + 3))
    return following[position]


_NEXT_WORKING_DAY: Final = _next_working_day()


def next_working_day(days: IntArray) -> npt.NDArray[np.int32]:
    """The day itself when worked, else the next worked one; days after the calendar stay as they are."""
    inside = np.clip(days, FIRST_DAY, LAST_DAY) - FIRST_DAY
    return np.where(days > LAST_DAY, days, _NEXT_WORKING_DAY[inside]).astype(np.int32)


def random_working_day(uniform: FloatArray, first: IntArray, last: IntArray) -> npt.NDArray[np.int32]:
    """A working day between two days inclusive, by a uniform number in [0, 1).

    Where no working day lies between the two, the next one after ``first`` is taken (or the calendar's last).
    """
    low = np.searchsorted(WORKING_DAYS, first, side="left")
    high = np.searchsorted(WORKING_DAYS, last, side="right")
    position = low + np.floor(uniform * np.maximum(high - low, 1)).astype(np.int64)
    chosen: npt.NDArray[np.int32] = WORKING_DAYS[np.minimum(position, len(WORKING_DAYS) - 1)]
    return chosen
