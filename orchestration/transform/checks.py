"""dbt's tests, compiled once a version of the project and evaluated in one pass over the warehouse.

What a test asks is dbt's: its compiled query, severity and thresholds. Only the asking is ours, because dbt takes some
40 ms of its own for each of hundreds of tests. A test whose query depends on what it finds in the database while it is
compiled stays with dbt.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

# Words in a macro or test that ask the database something at compile time.
_ASKS_DATABASE = ("adapter.", "run_query(", "statement(", "load_relation(", "get_relation(")


@dataclass(frozen=True)
class CompiledCheck:
    """A dbt test with its compiled query and what makes its result a warning or a failure."""

    unique_id: str
    name: str
    query: str
    severity: str
    fail_calc: str
    warn_if: str
    error_if: str
    limit: int | None


@dataclass(frozen=True)
class CheckOutcome:
    """What a test found: ``pass``, ``warn`` or ``fail`` as dbt would say, or ``error`` with a message."""

    check: CompiledCheck
    status: str
    failures: int
    message: str
    seconds: float


def can_be_compiled(manifest: Mapping[str, Any], unique_id: str) -> bool:
    """Whether a test's query depends on the project alone."""
    node = manifest["nodes"][unique_id]
    if node["config"].get("store_failures") or any(word in node["raw_code"] for word in _ASKS_DATABASE):
        return False
    return not any(
        word in manifest["macros"][macro]["macro_sql"]
        for macro in _project_macros(manifest, node["depends_on"]["macros"], node["package_name"])
        for word in _ASKS_DATABASE
    )


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    checks: Sequence[CompiledCheck],
    on_outcome: Callable[[CheckOutcome], None] = lambda outcome: None,
) -> list[CheckOutcome]:
    """Ask every query and judge the answer by dbt's rules for severity and thresholds."""
    outcomes = []
    for check in checks:
        outcome = _evaluate_one(connection, check)
        outcomes.append(outcome)
        on_outcome(outcome)
    return outcomes


def _evaluate_one(connection: duckdb.DuckDBPyConnection, check: CompiledCheck) -> CheckOutcome:
    began = time.monotonic()
    limited = f"{check.query}\nlimit {check.limit}" if check.limit is not None else check.query
    try:
        failures, should_warn, should_error = connection.execute(
            f"select {check.fail_calc}, {check.fail_calc} {check.warn_if}, {check.fail_calc} {check.error_if}"
            f" from (\n{limited}\n) as found"
        ).fetchall()[0]
    except duckdb.Error as error:
        return CheckOutcome(check, "error", 0, str(error), time.monotonic() - began)
    if check.severity == "error" and should_error:
        status = "fail"
    elif should_warn:
        status = "warn"
    else:
        status = "pass"
    message = "" if status == "pass" else f"got {failures} results"
    return CheckOutcome(check, status, int(failures or 0), message, time.monotonic() - began)


def compiled_checks(nodes: Iterable[Any]) -> list[CompiledCheck]:
    """Read compiled tests from the nodes that dbt compiled."""
    return [
        CompiledCheck(
            unique_id=node.unique_id,
            name=node.name,
            query=node.compiled_code.strip().rstrip(";"),
            severity=str(node.config.severity).lower(),
            fail_calc=node.config.fail_calc,
            warn_if=node.config.warn_if,
            error_if=node.config.error_if,
            limit=node.config.limit,
        )
        for node in nodes
    ]


def _project_macros(manifest: Mapping[str, Any], names: Iterable[str], package: str) -> set[str]:
    """The macros of our own that a test uses, directly or through others; dbt's own ask nothing when compiled."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found or name not in manifest["macros"] or not name.startswith(f"macro.{package}."):
            continue
        found.add(name)
        waiting += manifest["macros"][name]["depends_on"]["macros"]
    return found
