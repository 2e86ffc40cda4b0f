"""From NumPy arrays to Arrow columns without a loop over rows.

Money is integer cents until it becomes DECIMAL(18,2); keys are integers until they become text of one width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.demo.calendar import BoolArray, FloatArray, IntArray

#: The four digits of 0 to 9,999 as ASCII, four bytes each.
_FOUR_DIGITS: Final = np.frombuffer("".join(f"{number:04d}" for number in range(10_000)).encode(), np.uint32)


def _validity(missing: BoolArray | None) -> tuple[pa.Buffer | None, int]:
    if missing is None or not missing.any():
        return None, 0
    return pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes()), int(missing.sum())


def keys(prefix: str, numbers: IntArray, digits: int, missing: BoolArray | None = None) -> pa.Array:
    """Text keys of one width: the prefix and the number padded with zeros to ``digits`` digits.

    Raises:
        ValueError: if a number that is not missing needs more digits.
    """
    head = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    width = len(head) + digits
    count = len(numbers)
    rest = numbers.astype(np.int64)
    if missing is not None:
        rest = np.where(missing, 0, rest)
    if count and (rest.max() >= 10**digits or rest.min() < 0):
        raise ValueError(f"{prefix}: a number does not fit into {digits} digits")
    if missing is not None and missing.any():
        # Missing keys take no bytes: Parquet and readers then see clean NULLs.
        present = keys(prefix, rest[~missing], digits)
        position = np.cumsum(~missing) - 1
        return present.take(pa.array(position, mask=missing))
    if count == 0:
        return pa.array([], type=pa.string())
    text = np.empty((count, width), dtype=np.uint8)
    end = width
    while end > len(head):
        quotient = rest // 10_000
        four = _FOUR_DIGITS[rest - quotient * 10_000]
        if end >= 4:
            # Four bytes at once; what spills over into the prefix is written again below.
            np.ndarray((count,), np.uint32, buffer=text.data, offset=end - 4, strides=(width,))[:] = four
        else:
            text[:, :end] = four.view(np.uint8).reshape(-1, 4)[:, 4 - end :]
        rest = quotient
        end -= 4
    text[:, : len(head)] = head
    offsets = (np.arange(count + 1, dtype=np.int64) * width).astype(np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))


def suffixed(text: pa.Array, suffix: str) -> pa.Array:
    """The text with the same suffix on every row."""
    return pc.binary_join_element_wise(text, pa.scalar(suffix), "")


def decimals(scaled: IntArray, scale: int, missing: BoolArray | None = None, precision: int = 18) -> pa.Array:
    """DECIMAL(precision, scale) from integers already multiplied by 10**scale."""
    low = np.ascontiguousarray(scaled, dtype=np.int64)
    words = np.empty((len(low), 2), dtype=np.int64)
    words[:, 0] = low
    words[:, 1] = low >> 63
    validity, null_count = _validity(missing)
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(low), [validity, pa.py_buffer(words)], null_count)


def money(cents: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """DECIMAL(18,2) from integer cents."""
    return decimals(cents, 2, missing)


def choice(values: Sequence[str], codes: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """Text of few distinct values from positions in ``values``.

    Raises:
        ValueError: if a value is listed twice; Arrow would then write bytes of uninitialised memory.
    """
    if len(set(values)) < len(values):
        raise ValueError(f"values listed twice: {list(values)}")
    indices = pa.array(codes.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(values), type=pa.string()))


def coded(values: pa.Array, positions: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """Text that occurs several times: positions in an array of its values, which are distinct and never NULL.

    With a value listed twice Arrow writes a dictionary page with bytes of uninitialised memory.
    """
    return pa.DictionaryArray.from_arrays(pa.array(positions.astype(np.int32), mask=missing), values)


def dates(days: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """DATE from days since 1970-01-01."""
    return pa.array(days.astype(np.int32), mask=missing).cast(pa.date32())


def moments(seconds: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """TIMESTAMP without time zone from seconds since 1970-01-01."""
    return pa.array(seconds.astype(np.int64) * 1_000_000, mask=missing).cast(pa.timestamp("us"))


def integers(values: IntArray, missing: BoolArray | None = None) -> pa.Array:
    """INTEGER."""
    return pa.array(values.astype(np.int32), mask=missing)


def degrees(values: FloatArray, missing: BoolArray | None = None) -> pa.Array:
    """DECIMAL(9,6) of latitudes and longitudes, to five places."""
    return decimals(np.rint(values * 100_000).astype(np.int64) * 10, 6, missing, precision=9)


def booleans(values: BoolArray, missing: BoolArray | None = None) -> pa.Array:
    """BOOLEAN."""
    return pa.array(values.astype(np.bool_), mask=missing)


def nothing(count: int, kind: pa.DataType) -> pa.Array:
    """A column of NULLs."""
    return pa.nulls(count, kind)


def take_text(values: Sequence[str], codes: IntArray) -> pa.Array:
    """Plain text (not dictionary-encoded) from positions in ``values``."""
    return pa.array(list(values), type=pa.string()).take(pa.array(codes.astype(np.int32)))


def joined(*parts: Any, separator: str = "") -> pa.Array:
    """Parts side by side; each part is a text column or a constant."""
    arguments = [pa.scalar(part) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*arguments, separator)


def where_missing(text: pa.Array, missing: npt.NDArray[np.bool_]) -> pa.Array:
    """The text with NULL where ``missing``."""
    return pc.if_else(pa.array(missing), pa.scalar(None, type=pa.string()), text)
