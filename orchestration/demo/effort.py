"""True minutes and direct costs by company, activity, pool and month: the raw material of the true cost to serve."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from orchestration.demo import calendar
from orchestration.demo.calendar import MONTH_COUNT, FloatArray, IntArray

Lane = tuple[str, str]
Cells = npt.NDArray[np.int64]

REP_ACTIVITIES: Final = ("visit", "call", "email", "video", "social")


class Effort:
    """Collects the true effort for one part of the population, event by event."""

    def __init__(self, company_count: int) -> None:
        self.company_count = company_count
        self._minutes: dict[Lane, list[tuple[Cells, npt.NDArray[np.float64]]]] = {}
        self._direct: dict[Lane, list[tuple[Cells, npt.NDArray[np.float64]]]] = {}

    def add(self, activity: str, pool: str, company: IntArray, day: IntArray, minutes: FloatArray) -> None:
        """Adds minutes (or whatever the pool's driver counts) of events by company and day."""
        self._put(self._minutes, (activity, pool), company, day, minutes)

    def add_direct(self, activity: str, pool: str, company: IntArray, day: IntArray, cents: IntArray) -> None:
        """Adds costs in EUR cents that are known event by event."""
        self._put(self._direct, (activity, pool), company, day, cents)

    def _put(
        self,
        book: dict[Lane, list[tuple[Cells, npt.NDArray[np.float64]]]],
        lane: Lane,
        company: IntArray,
        day: IntArray,
        amounts: FloatArray | IntArray,
    ) -> None:
        if len(company):
            cells = company.astype(np.int64) * MONTH_COUNT + calendar.month_of(day)
            book.setdefault(lane, []).append((cells, amounts.astype(np.float64)))

    def lanes(self) -> list[Lane]:
        """Activities and pools with any effort, in alphabetical order."""
        return sorted({*self._minutes, *self._direct})

    def by_company_month(self, lane: Lane) -> tuple[Cells, npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Company-months of a lane with any effort (company x 38 + month, ascending), minutes, direct cents."""
        minutes = self._minutes.get(lane, [])
        direct = self._direct.get(lane, [])
        cells = np.concatenate([cells for cells, _ in (*minutes, *direct)])
        size = self.company_count * MONTH_COUNT
        if len(cells) * 16 < size:
            found, place = np.unique(cells, return_inverse=True)
        else:
            found = np.flatnonzero(np.bincount(cells, minlength=size))
            place_of_cell = np.zeros(size, dtype=np.int64)
            place_of_cell[found] = np.arange(len(found))
            place = place_of_cell[cells]
        start = sum(len(part) for part, _ in minutes)
        spent: npt.NDArray[np.float64] = np.bincount(place[:start], _joined(minutes), len(found)).astype(np.float64)
        cents = np.bincount(place[start:], _joined(direct), len(found))
        return found.astype(np.int64), spent, cents.astype(np.int64)


def _joined(book: list[tuple[Cells, npt.NDArray[np.float64]]]) -> npt.NDArray[np.float64]:
    return np.concatenate([amounts for _, amounts in book]) if book else np.zeros(0)
