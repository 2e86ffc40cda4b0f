"""SQL that reads the text of a field as the declared type, and the conventions of a file that it depends on.

Whether a comma is a decimal comma and whether 3/4/2025 is in April are questions about a file, not about a value. They
are answered from all values of the file's numeric and date columns before any of them is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from orchestration.ingest.feeds import Column, Feed
from orchestration.ingest.sql import quote_identifier, quote_list, quote_text
from orchestration.ingest.staging import StagedFile

BLANKS = " \t\r\n\u00a0\u2007\u202f\ufeff"
_BLANK = f"[{BLANKS}]*"

DEFAULT_NULL_TEXTS = ("NULL", "null", "\\N")
"""Spellings of a missing value in columns that are not text, unless ``null_text`` says otherwise."""

EMPTY_DATES = ("0000-00-00", "00000000", "00.00.0000")
"""What SAP writes for no date."""

TRUE_TEXTS = ("true", "t", "1", "1.0", "yes", "y", "ja", "j", "wahr", "x")
FALSE_TEXTS = ("false", "f", "0", "0.0", "no", "n", "nein", "falsch")

CURRENCY_MARKS = (
    "€", "$", "£", "¥", "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN",
    "JPY", "CNY", "TRY", "CAD", "AUD", "INR", "BRL", "MXN", "ZAR", "RUB",
)  # fmt: skip

_AFFIX = "[^0-9.,]*"
_EXPONENT = "(?:[eE][-+]?[0-9]+)?"
_OFFSET = "[-+][01][0-9](?::?[0-5][0-9])?"


@dataclass(frozen=True)
class Conventions:
    """How numbers and dates are written in one file.

    ``decimal_separators`` holds the separator of each numeric column, ``day_first`` tells of each date column whether
    the day stands before the month in 3/4/2025, ``currency`` is the one currency mark that may stand at an amount.
    """

    decimal_separators: Mapping[str, str] = field(default_factory=dict)
    day_first: Mapping[str, bool] = field(default_factory=dict)
    currency: str | None = None

    @property
    def decimal_text(self) -> str:
        """The decimal separators in use, for the load log: ``.``, ``,`` or ``.,``; empty where there is no number."""
        return "".join(sorted(set(self.decimal_separators.values()), reverse=True))


@dataclass(frozen=True)
class Conversion:
    """SQL of one declared column.

    ``value`` is computed from the fields of the file. ``fault`` refers to the result by the name ``read_as``, so that
    it is computed once: 0 when the field is all right, MISSING when a required value is absent, UNREADABLE when there
    is something that is no value of the type; None where nothing can go wrong. ``reason`` is for a person.
    """

    column: Column
    source: str | None
    value: str
    read_as: str
    fault: str | None
    reason: str


MISSING, UNREADABLE = 1, 2


# ---------------------------------------------------------------------------------------------------------------------
# Conventions of a file
# ---------------------------------------------------------------------------------------------------------------------


def _evidence(decimal: str, thousands: str) -> str:
    """Shape of a number that can only be written with this decimal separator."""
    d, t = f"[{decimal}]", f"[{thousands}]"
    shapes = (
        f"[0-9]{{1,3}}(?:{t}[0-9]{{3}})+{d}[0-9]*",
        f"(?:[0-9]{{4,}}|0[0-9]*)?{d}[0-9]+",
        f"[0-9]{{1,3}}{d}(?:[0-9]{{0,2}}|[0-9]{{4,}})",
        f"[0-9]{{4,}}{d}",
        f"[0-9]{{1,3}}(?:{t}[0-9]{{3}}){{2,}}",
    )
    return f"{_AFFIX}(?:{'|'.join(shapes)}){_EXPONENT}{_AFFIX}"


_COMMA_EVIDENCE = _evidence(",", ".")
_POINT_EVIDENCE = _evidence(".", ",")


def detect_conventions(
    connection: duckdb.DuckDBPyConnection,
    staged: StagedFile,
    feed: Feed,
    delimiter: str | None,
    where: str,
    notices: list[str],
) -> Conventions:
    """Decide how the numbers and dates of a staged file are written; what was doubtful is added to ``notices``.

    Decimal separator: a column that proves one (12,5 or 1.234,50) has it. A column without proof, or with proof of
    both, takes what most values of the file prove. Where the whole file proves nothing but has values such as 1.234, a
    file with semicolons or German dates is read with decimal comma, any other with decimal point.
    """
    texts = {name: source.sql for name, source in staged.columns.items() if source.is_text and staged.rows_read > 0}
    columns = [feed.column(name) for name in texts]
    numeric = [column.name for column in columns if column.family in ("decimal", "integer", "double")]
    dates = [column.name for column in columns if column.family in ("date", "timestamp")]
    if not numeric and not dates:
        return Conventions()
    select: list[str] = []
    for name in numeric:
        text = texts[name]
        select += [
            f"count(*) filter (where {_proves(text, ',', '.')})",
            f"count(*) filter (where {_proves(text, '.', ',')})",
            f"count(*) filter (where not regexp_full_match({text}, '[-+0-9., ]*'))",
        ]
    for name in dates:
        select += [
            f"count(*) filter (where strpos({texts[name]}, '/') between 2 and 4 "
            f"or strpos({texts[name]}, '-') between 2 and 4)",
            f"count(*) filter (where strpos({texts[name]}, '.') between 2 and 4)",
        ]
    counts = _one_row(connection, f"select {', '.join(select)} from {staged.relation}")
    found = {name: counts[3 * index : 3 * index + 3] for index, name in enumerate(numeric)}
    shapes = {
        name: counts[3 * len(numeric) + 2 * index : 3 * len(numeric) + 2 * index + 2]
        for index, name in enumerate(dates)
    }
    has_german_date = any(german > 0 for _, german in shapes.values())
    fallback = "," if delimiter == ";" or has_german_date else "."
    proof = {name: (one[0], one[1]) for name, one in found.items() if one[0] + one[1] > 0}
    marked = [name for name, one in found.items() if one[2] > 0]
    slashed = [name for name, one in shapes.items() if one[0] > 0]
    return Conventions(
        decimal_separators=_decimal_separators(
            connection, staged, feed, texts, numeric, proof, fallback, where, notices
        ),
        day_first=_day_first(connection, staged, feed, texts, slashed, where, notices),
        currency=_currency(connection, staged, texts, marked, where, notices),
    )


def _proves(text: str, decimal: str, thousands: str) -> str:
    """SQL that is true where a number can only be written with this decimal separator."""
    position = f"strpos({text}, {quote_text(decimal)})"
    other = f"strpos({text}, {quote_text(thousands)})"
    pattern = _COMMA_EVIDENCE if decimal == "," else _POINT_EVIDENCE
    # Most values need no pattern: without separators, with the decimal separator before the thousands separator, or
    # with fewer than three characters behind it, which are no group of thousands.
    return (
        f"case when {position} = 0 and {other} = 0 then false "
        f"when {position} > 0 and {other} > {position} then false "
        f"when {position} > 0 and length({text}) - {position} < 3 then true "
        f"else regexp_full_match({text}, {quote_text(pattern)}) end"
    )


def _one_row(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, ...]:
    row = connection.execute(statement).fetchone()
    return tuple(row) if row is not None else ()


def _decimal_separators(
    connection: duckdb.DuckDBPyConnection,
    staged: StagedFile,
    feed: Feed,
    texts: Mapping[str, str],
    numeric: list[str],
    proof: Mapping[str, tuple[int, int]],
    fallback: str,
    where: str,
    notices: list[str],
) -> dict[str, str]:
    given = feed.options.decimal_separator
    if given is not None:
        return dict.fromkeys(numeric, given)
    comma, point = sum(one for one, _ in proof.values()), sum(one for _, one in proof.values())
    if comma == point == 0:
        _report_ambiguous(connection, staged, texts, numeric, fallback, where, notices)
        return dict.fromkeys(numeric, fallback)
    common = fallback if comma == point else "," if comma > point else "."
    result = dict.fromkeys(numeric, common)
    for name, (comma_count, point_count) in proof.items():
        if (comma_count > 0) != (point_count > 0):
            result[name] = "," if comma_count > 0 else "."
    mixed = [name for name, (one, other) in proof.items() if one > 0 and other > 0]
    if mixed:
        reading = "comma" if common == "," else "point"
        notices.append(
            f"{where}: some values have a decimal comma, others a decimal point ({', '.join(mixed)}); read with "
            f"decimal {reading} like most values of the file, the others are in quarantine unless they fit too"
        )
    if len(set(result.values())) > 1:
        point_columns = ", ".join(name for name in proof if result[name] == ".")
        notices.append(f"{where}: decimal point in {point_columns}, decimal comma in the other columns")
    return result


def _report_ambiguous(
    connection: duckdb.DuckDBPyConnection,
    staged: StagedFile,
    texts: Mapping[str, str],
    numeric: list[str],
    reading: str,
    where: str,
    notices: list[str],
) -> None:
    if not numeric:
        return
    select = ", ".join(f"min({texts[name]}) filter (where regexp_matches({texts[name]}, '[.,]'))" for name in numeric)
    row = connection.execute(f"select {select} from {staged.relation}").fetchone() or ()
    examples = [f"{name} '{value}'" for name, value in zip(numeric, row, strict=True) if value is not None]
    if examples:
        notices.append(
            f"{where}: nothing tells a decimal separator from a thousands separator ({', '.join(examples)}); "
            f"read with decimal {'comma' if reading == ',' else 'point'}; if that is wrong set decimal_separator in "
            "feeds.yml"
        )


def _day_first(
    connection: duckdb.DuckDBPyConnection,
    staged: StagedFile,
    feed: Feed,
    texts: Mapping[str, str],
    slashed: list[str],
    where: str,
    notices: list[str],
) -> dict[str, bool]:
    if not slashed or feed.options.date_format is not None:
        return {}
    over_twelve = "(?:1[3-9]|2[0-9]|3[01])"
    patterns = (f"^ *{over_twelve}[-/]", f"^ *[0-9]{{1,2}}[-/]{over_twelve}[-/]")
    select = [
        f"count(*) filter (where regexp_matches({texts[name]}, {quote_text(pattern)}))"
        for name in slashed
        for pattern in patterns
    ]
    counts = _one_row(connection, f"select {', '.join(select)} from {staged.relation}")
    proof = {name: (counts[2 * index], counts[2 * index + 1]) for index, name in enumerate(slashed)}
    day, month = sum(one for one, _ in proof.values()), sum(one for _, one in proof.values())
    common = day >= month
    result = {name: (one >= other if one != other else common) for name, (one, other) in proof.items()}
    if day == month == 0:
        notices.append(
            f"{where}: nothing tells the day from the month in {', '.join(slashed)}; read with the day first; "
            "if that is wrong set date_format in feeds.yml, for example %m/%d/%Y"
        )
    for name, (one, other) in proof.items():
        if one > 0 and other > 0:
            notices.append(
                f"{where}: {name} has dates with the day first and dates with the month first; read with the "
                f"{'day' if result[name] else 'month'} first like most, impossible dates are in quarantine"
            )
    return result


def _currency(
    connection: duckdb.DuckDBPyConnection,
    staged: StagedFile,
    texts: Mapping[str, str],
    marked: list[str],
    where: str,
    notices: list[str],
) -> str | None:
    if not marked:
        return None
    marks = "|".join(mark.replace("$", "\\$") for mark in CURRENCY_MARKS)
    counts: dict[str, int] = {}
    pattern = quote_text(f"(?:^|[^A-Za-z])({marks})(?:$|[^A-Za-z])")
    for name in marked:
        rows = connection.execute(
            f"select regexp_extract({texts[name]}, {pattern}, 1) as mark, "
            f"count(*) from {staged.relation} where regexp_matches({texts[name]}, '[^-+0-9., ]') group by mark"
        ).fetchall()
        for mark, count in rows:
            if mark:
                counts[mark] = counts.get(mark, 0) + count
    if not counts:
        return None
    currency = min(counts, key=lambda mark: (-counts[mark], mark))
    others = [mark for mark in sorted(counts) if mark != currency]
    beyond = f"; rows with {', '.join(others)} are in quarantine" if others else ""
    notices.append(
        f"{where}: amounts carry '{currency}' ({', '.join(marked)}); the mark is dropped, the currency is that of the "
        f"row's currency column{beyond}"
    )
    return currency


# ---------------------------------------------------------------------------------------------------------------------
# Values
# ---------------------------------------------------------------------------------------------------------------------


def convert(column: Column, staged: StagedFile, feed: Feed, conventions: Conventions) -> Conversion:
    """Return the SQL that reads one declared column of a staged file; a column that the file lacks is null."""
    source = staged.columns.get(column.name)
    read_as = quote_identifier(f"read_{column.name}")
    if source is None:
        return Conversion(column, None, f"cast(null as {column.data_type})", read_as, None, "")
    if source.is_text:
        given = feed.options.null_text
        nulls = given if given is not None else () if column.family == "text" else DEFAULT_NULL_TEXTS
        if column.family in ("date", "timestamp"):
            nulls += EMPTY_DATES
        value = _read_text(column, source.sql, nulls, feed, conventions)
        absent = f"{source.sql} is null or {_is_one_of(source.sql, nulls)}"
    else:
        value, absent = _read_typed(column, source.sql, source.data_type)
    fault: str | None = None
    if column.family != "text":
        # Only where no value came out is the costlier question asked why.
        absence = str(MISSING if column.required else 0)
        fault = f"case when {read_as} is not null then 0 when {absent} then {absence} else {UNREADABLE} end"
    elif column.required:
        # Text of blanks is a value, but not one that will do where a value is required.
        # The comparison is true for everything that begins with a printable ASCII character, and costs next to nothing.
        begins = f"{read_as} > '!' and {read_as} < chr(128)"
        fault = (
            f"case when {read_as} is null then {MISSING} when {begins} then 0 "
            f"when {_is_one_of(read_as, ())} then {MISSING} else 0 end"
        )
    return Conversion(column, source.sql, value, read_as, fault, _reason(column, conventions))


def _is_one_of(text: str, spellings: tuple[str, ...]) -> str:
    """SQL that is true where a text is blank or, apart from blanks around it, one of the spellings."""
    if not spellings:
        return f"not regexp_matches({text}, {quote_text(f'[^{BLANKS}]')})"
    alternatives = "|".join(re.escape(spelling) for spelling in spellings)
    return f"regexp_full_match({text}, {quote_text(f'{_BLANK}(?:{alternatives})?{_BLANK}')})"


def excess_digits(column: Column, source: str, conventions: Conventions) -> str:
    """SQL that is true where a text has more decimals, other than zeros, than the declared type keeps."""
    separator = conventions.decimal_separators.get(column.name, ".")
    position = f"strpos({source}, {quote_text(separator)})"
    pattern = f"[{separator}][0-9]{{{column.scale}}}[0-9]*[1-9]{_AFFIX}$"
    return (
        f"case when {position} = 0 or length({source}) - {position} <= {column.scale} then false "
        f"else regexp_matches({source}, {quote_text(pattern)}) end"
    )


def _read_text(column: Column, source: str, nulls: tuple[str, ...], feed: Feed, conventions: Conventions) -> str:
    if column.family == "text":
        empty = f"nullif({source}, '')"
        return f"case when {_is_one_of(source, nulls)} then null else {empty} end" if nulls else empty
    if column.family in ("decimal", "double"):
        return _number(column, source, conventions)
    if column.family == "integer":
        return _integer(column, source, conventions)
    if column.family == "boolean":
        cleaned = f"lower(trim({source}, {quote_text(BLANKS)}))"
        return (
            f"case when lower({source}) in ({quote_list(TRUE_TEXTS)}) then true "
            f"when lower({source}) in ({quote_list(FALSE_TEXTS)}) then false "
            f"when {cleaned} in ({quote_list(TRUE_TEXTS)}) then true "
            f"when {cleaned} in ({quote_list(FALSE_TEXTS)}) then false end"
        )
    moment = _moment(column, source, feed, conventions)
    return f"cast({moment} as date)" if column.family == "date" else moment


def _canonical_number(source: str, separator: str, currency: str | None) -> str:
    """SQL that turns a number as accountants write it into one that can be cast; null for anything else.

    Accepted are a sign before or after (12,50-), parentheses for negative amounts, the file's currency mark, thousands
    in groups of three (separated by point, comma, blank or apostrophe) and exponents.
    """
    thousands = "." if separator == "," else ","
    spaces = " \u00a0\u2007\u202f"
    groups = "|".join(f"[0-9]{{1,3}}(?:{one}[0-9]{{3}})+" for one in (f"[{thousands}]", f"[{spaces}]", "['\u2019]"))
    number = f"(?:(?:{groups}|[0-9]+)(?:[{separator}][0-9]*)?|[{separator}][0-9]+){_EXPONENT}"
    mark = f"(?:{currency.replace('$', '[$]')})?" if currency is not None else ""
    blank = f"[{spaces}]*"
    signed = f"(?:[-+\u2212\u2013]{blank}{mark}|{mark}{blank}[-+\u2212\u2013]?){blank}{number}{blank}{mark}"
    trailing = f"{mark}{blank}{number}{blank}{mark}{blank}[-\u2212\u2013]{blank}{mark}"
    bracketed = f"[(]{blank}{mark}{blank}{number}{blank}{mark}{blank}[)]"
    is_number = f"regexp_full_match({source}, {quote_text(f'{_BLANK}(?:{signed}|{trailing}|{bracketed}){_BLANK}')})"
    is_negative = f"regexp_matches({source}, '^[^0-9]*[-\u2212\u2013(]|[-\u2212\u2013][^0-9]*$')"
    apostrophes = "'\u2019"
    body = f"[0-9.,][0-9.,{spaces}{apostrophes}]*{_EXPONENT}"
    digits = f"regexp_extract({source}, {quote_text(body)})"
    removed = thousands + spaces + apostrophes
    # translate() puts the point for the decimal comma and drops what has no counterpart.
    plain = f"translate({digits}, {quote_text(separator + removed)}, '.')"
    return f"case when {is_number} then (case when {is_negative} then '-' else '' end) || {plain} end"


def _number(column: Column, source: str, conventions: Conventions) -> str:
    separator = conventions.decimal_separators.get(column.name, ".")
    slow = f"try_cast({_canonical_number(source, separator, conventions.currency)} as {column.data_type})"
    if separator == ".":
        plain = f"regexp_full_match({source}, '-?[0-9]+(?:[.][0-9]+)?')"
        fast = f"try_cast({source} as {column.data_type})"
    else:
        plain = f"regexp_full_match({source}, '-?(?:[0-9]{{1,3}}(?:[.][0-9]{{3}})+|[0-9]+)(?:,[0-9]+)?')"
        fast = f"try_cast(replace(replace({source}, '.', ''), ',', '.') as {column.data_type})"
    return f"case when {plain} then {fast} else {slow} end"


def _integer(column: Column, source: str, conventions: Conventions) -> str:
    separator = conventions.decimal_separators.get(column.name, ".")
    number = f"try_cast({_canonical_number(source, separator, conventions.currency)} as decimal(38, 9))"
    return (
        f"case when regexp_full_match({source}, '-?[0-9]+') then try_cast({source} as {column.data_type}) "
        f"when {number} = trunc({number}) then try_cast({number} as {column.data_type}) end"
    )


def _moment(column: Column, source: str, feed: Feed, conventions: Conventions) -> str:
    """SQL that reads a date, with or without a time of day, as TIMESTAMP.

    A zone offset is applied for TIMESTAMP columns (the result is UTC). A DATE column keeps the day as it is written.
    """
    cleaned = f"trim({source}, {quote_text(BLANKS)})"
    day = f"rtrim(regexp_extract({cleaned}, '^[^ T]+'), ',')"
    rest = f"trim(regexp_replace({cleaned}, '^[^ T]+[ T]*', ''))"
    day_value = _day(column, day, feed, conventions)
    time_value = _time_of_day(rest)
    if column.family == "date":
        timed = f"case when {time_value} is not null then {day_value} end"
    else:
        zone = f"regexp_extract({rest}, '(?:Z|UTC|{_OFFSET})$')"
        utc = f"(try_cast('1970-01-01 00:00:00' || {zone} as timestamptz) at time zone 'UTC')"
        shift = f"case when {zone} = '' then interval 0 second else {utc} - timestamp '1970-01-01' end"
        timed = f"{day_value} + ({time_value} - timestamp '1900-01-01') + ({shift})"
    value = (
        f"case {_plain_moments(column, source, feed, conventions)} when {rest} = '' then {day_value} else {timed} end"
    )
    if feed.options.date_format is not None:
        whole = f"try_strptime({cleaned}, [{quote_list(feed.options.date_format)}])"
        value = f"coalesce(case when regexp_matches({cleaned}, '[0-9]') then {whole} end, {value})"
    # Years below 1000 are slips of the pen (0202-01-01), not history.
    return f"case when {value} >= timestamp '1000-01-01' then {value} end"


def _plain_moments(column: Column, source: str, feed: Feed, conventions: Conventions) -> str:
    """SQL cases for the spellings that most files have, without the cost of the general ones."""
    if feed.options.date_format is not None:
        return ""
    # strptime checks the rest; where the separators stand is enough to choose the format.
    cases = [
        f"when strpos({source}, '-') = 5 and length({source}) = 10 then try_strptime({source}, '%Y-%m-%d')",
        f"when strpos({source}, '.') = 3 and length({source}) = 10 then try_strptime({source}, '%d.%m.%Y')",
    ]
    if column.name in conventions.day_first:
        numbers = "%d/%m/%Y" if conventions.day_first[column.name] else "%m/%d/%Y"
        shape = "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
        cases.append(
            f"when regexp_full_match({source}, {quote_text(shape)}) then try_strptime({source}, {quote_text(numbers)})"
        )
    if column.family == "timestamp":
        # The cast leaves an offset out of account, therefore only UTC may be one here.
        seconds = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,9})?(?:Z|[+]00:?00)?"
        cases.append(f"when regexp_full_match({source}, {quote_text(seconds)}) then try_cast({source} as timestamp)")
    return " ".join(cases)


def _day(column: Column, day: str, feed: Feed, conventions: Conventions) -> str:
    has_digit = f"regexp_matches({day}, '[0-9]')"
    if feed.options.date_format is not None:
        return f"case when {has_digit} then try_strptime({day}, [{quote_list(feed.options.date_format)}]) end"
    numbers = ("%d{0}%m{0}%y", "%d{0}%m{0}%Y")
    if not conventions.day_first.get(column.name, True):
        numbers = ("%m{0}%d{0}%y", "%m{0}%d{0}%Y")
    # Two-digit years come first: %Y would read 31.12.25 as the year 25.
    formats = ["%d.%m.%y", "%d.%m.%Y", "%Y.%m.%d", *(one.format("/") for one in numbers), "%Y/%m/%d"]
    formats += [numbers[1].format("-"), "%Y-%m-%d"]
    return (
        f"case when regexp_full_match({day}, '[0-9]{{8}}') then try_strptime({day}, '%Y%m%d') "
        # strptime knows the words epoch and infinity.
        f"when regexp_full_match({day}, '[0-9]+') or not {has_digit} then null "
        f"when regexp_full_match({day}, '[0-9]{{4}}-.*') then try_strptime({day}, '%Y-%m-%d') "
        f"else try_strptime({day}, [{quote_list(formats)}]) end"
    )


def _time_of_day(rest: str) -> str:
    """SQL that reads a time of day, without regard to its zone, as TIMESTAMP on 1900-01-01."""
    formats = ("%H:%M:%S.%f", "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
    clock = f"regexp_replace({rest}, ' *(?:Z|UTC|{_OFFSET})$', '')"
    clock = f"regexp_replace({clock}, '([.][0-9]{{6}})[0-9]+', '\\1')"
    return f"try_strptime(upper({clock}), [{quote_list(formats)}])"


_INTEGERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
)


def _read_typed(column: Column, source: str, data_type: str) -> tuple[str, str]:
    """SQL that casts an already typed field (Parquet), and SQL that tells whether the field is absent."""
    absent = f"{source} is null"
    floating = data_type in ("DOUBLE", "FLOAT")
    target = column.data_type
    if floating:
        # A missing number in a data frame is NaN.
        absent = f"{source} is null or isnan({source})"
    if data_type == target:
        return (f"case when isfinite({source}) then {source} end" if floating else source), absent
    if column.family == "text":
        return _typed_to_text(source, data_type), absent
    if column.family in ("decimal", "double"):
        return f"try_cast({source} as {target})", absent
    if column.family == "integer":
        if data_type in _INTEGERS:
            return f"try_cast({source} as {target})", absent
        return f"case when {source} = trunc({source}) then try_cast({source} as {target}) end", absent
    if column.family == "boolean":
        return f"case when {source} = 1 then true when {source} = 0 then false end", absent
    moment = f"{source} at time zone 'UTC'" if data_type == "TIMESTAMP WITH TIME ZONE" else source
    return f"try_cast({moment} as {target})", absent


def _typed_to_text(source: str, data_type: str) -> str:
    if data_type in ("DOUBLE", "FLOAT"):
        # Keys that a data frame turned into floating point: 10248.0 is the key 10248.
        return (
            f"case when isnan({source}) then null when {source} = trunc({source}) and abs({source}) < 1e15 "
            f"then cast(cast({source} as bigint) as varchar) else cast({source} as varchar) end"
        )
    if data_type == "BLOB":
        return f"nullif(try(decode({source})), '')"
    if data_type.startswith(("STRUCT", "MAP", "UNION")) or data_type.endswith("]"):
        return f"cast(to_json({source}) as varchar)"
    return f"nullif(cast({source} as varchar), '')"


def can_read(column: Column, data_type: str) -> bool:
    """Whether a typed field (Parquet) can hold values of the declared column at all."""
    numeric = data_type in (*_INTEGERS, "DOUBLE", "FLOAT") or data_type.startswith("DECIMAL")
    moment = data_type.startswith(("DATE", "TIMESTAMP"))
    if data_type in ("VARCHAR", "NULL", '"NULL"') or column.family == "text":
        return True
    if column.family in ("decimal", "integer", "double"):
        return numeric
    if column.family == "boolean":
        return data_type == "BOOLEAN" or data_type in _INTEGERS
    return moment


def _reason(column: Column, conventions: Conventions) -> str:
    correct = "correct it at the source"
    separator = conventions.decimal_separators.get(column.name, ".")
    written = "a decimal comma" if separator == "," else "a decimal point"
    hint = f"{correct}, or set decimal_separator in feeds.yml"
    return {
        "decimal": f"not a number with {written} that fits {column.data_type}: {hint}",
        "double": f"not a number with {written}: {hint}",
        "integer": f"not a whole number that fits {column.data_type} (decimal separator '{separator}'): {hint}",
        "boolean": f"not a yes or no (true, false, 1, 0, yes, no, ja, nein, x): {correct}",
        "date": f"not a date (2025-12-31, 31.12.2025): {correct}, or set date_format in feeds.yml",
        "timestamp": f"not a date with time (2025-12-31 14:30:00): {correct}, or set date_format in feeds.yml",
        "text": "",
    }[column.family]


def missing_reason(column: Column) -> str:
    """Reason for a person where a required value is absent."""
    return f"a value is required ({column.description.rstrip('.') or column.name}): fill it in at the source"
