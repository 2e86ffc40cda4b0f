"""The vocabulary of the suites: expectations that carry what a reader of a failure needs.

Each function returns a Great Expectations expectation. Its ``meta`` holds the name of the check, the expected value in
words, what to do when it fails, and, where one number says how good the data are, the query that yields it.
A query names the checked table ``{batch}``; other tables by schema and name. Limits that a company may want to move are
rows of the seed ``policy_quality_limit``; each suite is given those in force by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from great_expectations import ExpectationSuite
from great_expectations.expectations import (
    Expectation,
    ExpectColumnValuesToBeBetween,
    ExpectColumnValuesToBeInSet,
    ExpectColumnValuesToNotBeNull,
    UnexpectedRowsExpectation,
)
from great_expectations.expectations.metadata_types import FailureSeverity

Severity = Literal["critical", "warning", "info"]
Limits = Mapping[str, Decimal]
Bound = Decimal | int


def suite_of(name: str, *expectations: Expectation) -> ExpectationSuite:
    """Return the expectations as a suite."""
    return ExpectationSuite(name=name, expectations=list(expectations))


def unique(*columns: str) -> Expectation:
    """No two rows share these columns (critical)."""
    listed = ", ".join(columns)
    # Not the ready-made expectations of uniqueness: they carry every column of every row through a join with the
    # counts, which takes three times as long.
    return no_rows(
        f"unique {listed}",
        f"select {listed}, count(*) as row_count from {{batch}} group by {listed} having count(*) > 1",
        severity="critical",
        remedy="deliver each key once; where delivered files overlap, set the feed's mode to merge",
        expected="no key twice",
        column=listed,
    )


def present(column: str, severity: Severity = "critical", remedy: str = "") -> Expectation:
    """The column is never null."""
    return ExpectColumnValuesToNotBeNull(
        column=column,
        severity=FailureSeverity(severity),
        meta=_meta(check=f"{column} present", expected="never null", remedy=remedy, column=column),
    )


def one_of(column: str, values: Sequence[str], severity: Severity = "critical", remedy: str = "") -> Expectation:
    """The column holds nothing outside the list; null is accepted."""
    return ExpectColumnValuesToBeInSet(
        column=column,
        value_set=list(values),
        severity=FailureSeverity(severity),
        meta=_meta(check=f"{column} in list", expected=f"one of {', '.join(values)}", remedy=remedy, column=column),
    )


def between(
    column: str,
    minimum: Bound | None,
    maximum: Bound | None,
    severity: Severity,
    remedy: str,
    *,
    strictly_above: bool = False,
) -> Expectation:
    """The column lies within bounds, either of which may be open; null is accepted."""
    if minimum is None:
        expected = f"at most {maximum}"
    elif maximum is None:
        expected = f"above {minimum}" if strictly_above else f"at least {minimum}"
    else:
        expected = f"between {minimum} and {maximum}"
    return ExpectColumnValuesToBeBetween(
        column=column,
        min_value=None if minimum is None else float(minimum),
        max_value=None if maximum is None else float(maximum),
        strict_min=strictly_above,
        severity=FailureSeverity(severity),
        meta=_meta(check=f"{column} in range", expected=expected, remedy=remedy, column=column),
    )


def no_rows(
    check: str, query: str, severity: Severity, remedy: str, expected: str = "no rows", column: str = ""
) -> Expectation:
    """The query finds nothing. Its first columns are the keys that a failure shows."""
    return UnexpectedRowsExpectation(
        description=check,
        unexpected_rows_query=query,
        severity=FailureSeverity(severity),
        meta=_meta(check=check, expected=expected, remedy=remedy, column=column),
    )


def at_least(check: str, measure: str, minimum: Bound, severity: Severity, remedy: str) -> Expectation:
    """The one number that a query yields in its column ``observed`` reaches a minimum; null passes."""
    return UnexpectedRowsExpectation(
        description=check,
        unexpected_rows_query=f"select observed from ({measure}) as measured where observed < {minimum}",
        severity=FailureSeverity(severity),
        meta=_meta(check=check, expected=f"at least {minimum}", remedy=remedy, column="", measure=measure),
    )


def not_after_load(column: str, *key: str) -> Expectation:
    """Nothing is dated after the day on which data were last loaded (critical)."""
    columns = ", ".join((*key, column))
    return no_rows(
        f"{column} not after the load date",
        f"select {columns} from {{batch}} where {column} > (select max(loaded_at) from ingest.load_log)",
        severity="critical",
        remedy="correct the date in the source; what has not happened yet would be counted",
        expected="no date after the load",
        column=column,
    )


def convertible(date_column: str) -> Expectation:
    """Every foreign currency has a rate on or before the day (critical, one row a currency with its first such day)."""
    return no_rows(
        "exchange rate on or before the day",
        f"select entry.currency_code, min(entry.{date_column}) as {date_column}, count(*) as row_count"
        " from (select * from {batch}) as entry"
        " where entry.currency_code <> ("
        "select value from policy.policy_parameter where parameter = 'reporting_currency'"
        " order by valid_from desc limit 1)"
        " and not exists (select 1 from input_layer.input_layer__exchange_rate as rate"
        f" where rate.currency_code = entry.currency_code and rate.rate_date <= entry.{date_column})"
        " group by entry.currency_code order by entry.currency_code",
        severity="critical",
        remedy="deliver a rate for this currency on or before this day in exchange_rate",
        expected="a rate for each currency and day",
        column="currency_code",
    )


def _meta(check: str, expected: str, remedy: str, column: str, measure: str = "") -> dict[str, Any]:
    return {"check": check, "expected": expected, "remedy": remedy, "column": column, "measure": measure}
