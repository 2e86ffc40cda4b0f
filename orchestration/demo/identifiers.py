"""How the demo company's systems number what they know."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.demo import columns
from orchestration.demo.calendar import BoolArray, IntArray


def account_keys(numbers: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """CRM account numbers: A and seven digits, counted from 1."""
    return columns.keys("A", numbers.astype(np.int64) + 1, 7, missing)


def contact_keys(company: IntArray, place: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """Contact numbers: C and nine digits from the company and the contact's place in it."""
    return columns.keys("C", company.astype(np.int64) * 10 + place + 1, 9, missing)


def debtor_keys(numbers: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """ERP debtor numbers: D and seven digits, counted from 1000000."""
    return columns.keys("D", numbers.astype(np.int64) + 1_000_000, 7, missing)


def rep_keys(positions: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """Rep numbers: R and five digits, counted from 1; negative positions are missing."""
    gone = positions < 0
    highest = int(positions.max()) + 1 if len(positions) else 0
    values = columns.keys("R", np.arange(1, highest + 1), 5)
    return columns.coded(values, np.maximum(positions, 0), gone if missing is None else gone | missing)
