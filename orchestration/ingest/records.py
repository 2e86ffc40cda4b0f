"""Separation of the good from the damaged records of a CSV file, line by line and set-based.

A CSV reader that meets a quote that never closes swallows the rest of the file. Here every line is classified by
regular expressions in DuckDB, once as if it began outside quotes and once as if it began inside; walking over the few
lines that leave a quote open then tells where records begin. A line whose quote does not lead to a record with the
right number of fields is damaged alone: the next line is a record again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.ingest.content import UNREADABLE
from orchestration.ingest.sql import quote_text

MAXIMUM_RECORD_BYTES = 2_000_000
BLOCK_BYTES = 64 * 1024 * 1024

_COMPLETE, _OPEN, _STRAY_QUOTE, _CARRIAGE_RETURN, _BLANK = range(5)
_STAYS, _CLOSES, _REOPENS = range(3)
_KIND = 10_000_000
"""Kind and number of fields of a line are computed as one number: kind times this, plus the fields."""

_GOOD, _FIELD_COUNT, _UNCLOSED, _AFTER_QUOTE, _LINE_END, _ENCODING, _TOO_LONG = range(7)

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SeparatedRecords:
    """Where the good records went. ``row_numbers`` and ``line_numbers`` belong to them in their order.

    ``rejected`` has the columns row_number, line_number, reason and raw_row. ``records`` counts good and rejected ones.
    """

    records: int
    row_numbers: Integers
    line_numbers: Integers
    rejected: pa.Table


def separate_records(
    connection: duckdb.DuckDBPyConnection,
    data: Bytes,
    *,
    delimiter: str,
    quote: str,
    escape: str,
    field_names: Sequence[str],
    first_line: int,
    encoding: str,
    good_path: Path,
) -> SeparatedRecords:
    """Write the good records of ``data`` (UTF-8) to ``good_path``, each ended by a line feed, and return the others.

    ``first_line`` is the number of lines above the first record (titles and header), ``field_names`` are the fields
    that a record must have. The names become the first line of ``good_path``: a reader takes its line end for that of
    the file, where a first record could have another one within its quotes.
    """
    field_count = len(field_names)
    ends = _line_ends(data)
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), ends])[first_line:]
    if len(offsets) < 2:
        offsets = np.array([len(data), len(data)], dtype=np.int64)
    lines = _strings(data, offsets)
    patterns = _Patterns(delimiter, quote, escape)
    kind, fields, unreadable = _classify_outside(connection, lines, patterns, field_count)
    last_line = np.arange(len(lines), dtype=np.int64)
    inside = np.zeros(len(lines), dtype=bool)
    if (kind == _OPEN).any():
        _join_lines(connection, lines, patterns, kind, fields, field_count, last_line, inside)

    first = np.flatnonzero(~inside & (kind != _BLANK)).astype(np.int64)
    last = last_line[first]
    starts, stops = offsets[first], offsets[last + 1]
    status = np.full(len(first), _GOOD, dtype=np.int8)
    single = first == last
    status[single & (fields[first] != field_count)] = _FIELD_COUNT
    status[single & (kind[first] == _OPEN)] = _UNCLOSED
    status[kind[first] == _STRAY_QUOTE] = _AFTER_QUOTE
    status[kind[first] == _CARRIAGE_RETURN] = _LINE_END
    status[stops - starts > MAXIMUM_RECORD_BYTES] = _TOO_LONG
    if unreadable.any():
        marked = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(unreadable)])
        status[marked[last + 1] > marked[first]] = _ENCODING

    row_numbers = np.arange(1, len(first) + 1, dtype=np.int64)
    line_numbers = first + first_line + 1
    good = status == _GOOD
    _write_good(data, starts[good], stops[good], delimiter.join(field_names), good_path)
    rejected = _rejected(
        data,
        starts[~good],
        stops[~good],
        row_numbers[~good],
        line_numbers[~good],
        _reasons(status[~good], fields[first[~good]], field_count, quote, encoding),
    )
    return SeparatedRecords(len(first), row_numbers[good], line_numbers[good], rejected)


class _Patterns:
    """Regular expressions (RE2) of the parts of a line. A field is quoted, or has no quote at its beginning."""

    def __init__(self, delimiter: str, quote: str, escape: str) -> None:
        q, d, e = re.escape(quote), re.escape(delimiter), re.escape(escape)
        body = f"(?:[^{q}]|{q}{q})*" if escape == quote else f"(?:[^{q}{e}]|{e}(?s:.))*"
        quoted = f" *{q}{body}{q} *"
        plain = f" *(?:[^{q}{d} \\r\\n][^{d}\\r\\n]*)?"
        field = f"(?:{quoted}|{plain})"
        self.delimiter, self.quote, self.field = delimiter, quote, field
        self.complete = f"{field}(?:{d}{field})*\\r?\\n?"
        self.open = f"((?:{field}{d})*) *{q}{body}"
        self.stays = body
        self.closes = f"{body}{q} *(?:{d}{field})*\\r?\\n?"
        self.reopens = f"({body}{q} *(?:{d}{field})*{d}) *{q}{body}"
        self.first_closing = f"^{body}{q}"
        self.quoted_field = f"{d}{quoted}"

    def has_exactly(self, text: str, fields: int) -> str:
        """SQL that is true for a line with this number of fields; false also where counting them is cheaper."""
        if fields > 200:
            return "false"
        pattern = f"(?s){self.field}(?:{re.escape(self.delimiter)}{self.field}){{{fields - 1}}}\\r?\\n?"
        return f"regexp_full_match({text}, {quote_text(pattern)})"

    def count_delimiters(self, text: str) -> str:
        """SQL that counts the delimiters outside quotes; the text begins with a delimiter or an unquoted field."""
        d = quote_text(self.delimiter)
        bare = f"regexp_replace({text}, {quote_text(self.quoted_field)}, {d}, 'g')"
        return f"(length({bare}) - length(replace({bare}, {d}, '')))"


def _strings(data: Bytes, offsets: Integers) -> pa.Array:
    """Lines as an Arrow array over the mapped bytes, without a copy."""
    return pa.Array.from_buffers(
        pa.large_string(),
        len(offsets) - 1,
        [None, pa.py_buffer(np.ascontiguousarray(offsets)), pa.py_buffer(data)],
    )


def _query_lines(connection: duckdb.DuckDBPyConnection, lines: pa.Array, select: str) -> dict[str, Integers]:
    table = pa.table({"line_index": np.arange(len(lines), dtype=np.int64), "line": lines})
    connection.register("ingest_lines", table)
    try:
        result = connection.execute(f"select line_index, {select} from ingest_lines").fetchnumpy()
    finally:
        connection.unregister("ingest_lines")
    order = np.argsort(result["line_index"], kind="stable")
    return {name: np.asarray(values)[order].astype(np.int64) for name, values in result.items()}


def _classify_outside(
    connection: duckdb.DuckDBPyConnection, lines: pa.Array, patterns: _Patterns, field_count: int
) -> tuple[Integers, Integers, Integers]:
    """Classify each line as if it began outside quotes; also count its fields (up to and with an open one)."""
    d, q = quote_text(patterns.delimiter), quote_text(patterns.quote)
    # A tab or blank is a separator, not an empty line, where it is the delimiter.
    something = "[^\\r\\n]" if patterns.delimiter.isspace() else "[^ \\t\\r\\n]"
    delimiters = patterns.count_delimiters(f"{d} || line")
    before_open = patterns.count_delimiters(f"{d} || regexp_extract(line, {quote_text(f'(?s)^{patterns.open}$')}, 1)")
    complete = quote_text(f"(?s){patterns.complete}")
    opened = quote_text(f"(?s){patterns.open}")
    # One number for kind and fields, so that each pattern is matched once. The cheap and the usual cases come first.
    code = f"""
        case
            when not regexp_matches(line, {quote_text(something)}) then {_BLANK * _KIND}
            when not contains(line, {q}) then
                case
                    when contains(line, chr(13)) and contains(regexp_replace(line, '\\r?\\n?$', ''), chr(13))
                        then {_CARRIAGE_RETURN * _KIND}
                    else {_COMPLETE * _KIND} + length(line) - length(replace(line, {d}, '')) + 1
                end
            when {patterns.has_exactly("line", field_count)} then {_COMPLETE * _KIND + field_count}
            when regexp_full_match(line, {complete}) then {_COMPLETE * _KIND} + {delimiters}
            when regexp_full_match(line, {opened}) then {_OPEN * _KIND} + {before_open}
            else {_STRAY_QUOTE * _KIND}
        end
    """
    unreadable = f"cast(contains(line, {quote_text(UNREADABLE)}) as integer)"
    result = _query_lines(connection, lines, f"{code} as code, {unreadable} as unreadable")
    return result["code"] // _KIND, result["code"] % _KIND, result["unreadable"]


def _join_lines(
    connection: duckdb.DuckDBPyConnection,
    lines: pa.Array,
    patterns: _Patterns,
    kind: Integers,
    fields: Integers,
    field_count: int,
    last_line: Integers,
    inside: npt.NDArray[np.bool_],
) -> None:
    """Join the lines of records with line ends inside quotes: sets ``last_line`` of their first line and ``inside``."""
    q = quote_text(patterns.quote)
    closes, reopens = quote_text(f"(?s){patterns.closes}"), quote_text(f"(?s){patterns.reopens}")
    broken = _REOPENS + 1
    kind_inside = f"""
        case
            when not contains(line, {q}) then {_STAYS}
            when regexp_full_match(line, {quote_text(f"(?s){patterns.stays}")}) then {_STAYS}
            when regexp_full_match(line, {closes}) then {_CLOSES}
            when regexp_full_match(line, {reopens}) then {_REOPENS}
            else {broken}
        end
    """
    beginning = quote_text(f"(?s){patterns.first_closing}")
    after_closing = patterns.count_delimiters(f"regexp_replace(line, {beginning}, '')")
    head = f"regexp_extract(line, {quote_text(f'(?s)^{patterns.reopens}$')}, 1)"
    before_open = patterns.count_delimiters(f"regexp_replace({head}, {beginning}, '')")
    further = f"""
        case
            when not contains(line, {q}) then 0
            when regexp_full_match(line, {closes}) then {after_closing}
            when regexp_full_match(line, {reopens}) then {before_open}
            else 0
        end
    """
    result = _query_lines(connection, lines, f"{kind_inside} as kind, {further} as fields")
    inside_kind, inside_fields = result["kind"], result["fields"]
    stops = np.flatnonzero((inside_kind == _CLOSES) | (inside_kind == broken))
    total = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(inside_fields)])
    finished = -1
    for start in np.flatnonzero(kind == _OPEN).tolist():
        if start <= finished:
            continue
        position = int(np.searchsorted(stops, start + 1))
        if position == len(stops):
            continue
        stop = int(stops[position])
        if inside_kind[stop] != _CLOSES or fields[start] + total[stop + 1] - total[start + 1] != field_count:
            continue
        last_line[start] = stop
        inside[start + 1 : stop + 1] = True
        finished = stop


def _line_ends(data: Bytes) -> Integers:
    """Positions behind each line end, and behind the last line where it has none."""
    found = [
        np.flatnonzero(data[start : start + BLOCK_BYTES] == 10).astype(np.int64) + start + 1
        for start in range(0, len(data), BLOCK_BYTES)
    ]
    ends = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    if len(ends) == 0 or ends[-1] != len(data):
        ends = np.append(ends, np.int64(len(data)))
    return ends


def _gathered(data: Bytes, starts: Integers, stops: Integers, dropped: Integers) -> Iterator[bytes]:
    """Yield the bytes of ranges that ascend and do not overlap, without those at ``dropped``, block by block."""
    position = 0
    while position < len(starts):
        low = int(starts[position])
        end = max(position + 1, int(np.searchsorted(stops, low + BLOCK_BYTES)))
        block = np.array(data[low : int(stops[end - 1])])
        change = np.zeros(len(block) + 1, dtype=np.int8)
        change[starts[position:end] - low] += 1
        change[stops[position:end] - low] -= 1
        keep = np.cumsum(change[:-1], dtype=np.int8).astype(bool)
        first, last = np.searchsorted(dropped, [low, low + len(block)])
        keep[dropped[first:last] - low] = False
        yield block[keep].tobytes()
        position = end


def _write_good(data: Bytes, starts: Integers, stops: Integers, header: str, path: Path) -> None:
    """Write the header and the records, each ended by one line feed."""
    with path.open("wb") as output:
        output.write(header.encode() + b"\n")
        if len(starts) == 0:
            return
        ends_line = data[stops - 1] == 10
        content_end = stops - ends_line
        returns = (content_end > starts) & (data[np.maximum(content_end - 1, 0)] == 13)
        for block in _gathered(data, starts, stops, content_end[returns] - 1):
            output.write(block)
        if not ends_line[-1]:
            output.write(b"\n")


def _rejected(
    data: Bytes,
    starts: Integers,
    stops: Integers,
    row_numbers: Integers,
    line_numbers: Integers,
    reasons: pa.Array,
) -> pa.Table:
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(stops - starts, dtype=np.int64)])
    joined = b"".join(_gathered(data, starts, stops, np.zeros(0, dtype=np.int64)))
    return pa.table(
        {
            "row_number": row_numbers,
            "line_number": line_numbers,
            "reason": reasons,
            "raw_row": _strings(np.frombuffer(joined, dtype=np.uint8), offsets),
        }
    )


def _reasons(status: npt.NDArray[np.int8], fields: Integers, field_count: int, quote: str, encoding: str) -> pa.Array:
    """The reason of each rejected record, in words."""
    counts, count_index = np.unique(fields, return_inverse=True)
    texts = [
        f"{count} field{'s' if count != 1 else ''} where the header has {field_count}: correct the line, "
        "or put values that hold the separator into quotes"
        for count in counts.tolist()
    ]
    fixed = {
        _UNCLOSED: f"a quote ({quote}) is opened and never closed: close it or double it where it belongs to the value",
        _AFTER_QUOTE: f"text follows a closing quote ({quote}): double the quotes that belong to the value",
        _LINE_END: "a carriage return stands within the line: remove it or put the value into quotes",
        _ENCODING: f"bytes (shown as \\x..) are not valid {encoding}: save the file in one encoding, "
        "or name it with encoding: in feeds.yml",
        _TOO_LONG: f"the record is longer than {MAXIMUM_RECORD_BYTES} bytes: shorten it; is a quote missing?",
    }
    dictionary = [*texts, *fixed.values()]
    position = {code: len(texts) + index for index, code in enumerate(fixed)}
    index = count_index.astype(np.int64)
    for code, place in position.items():
        index[status == code] = place
    return pa.DictionaryArray.from_arrays(pa.array(index), pa.array(dictionary, type=pa.string())).cast(pa.string())
