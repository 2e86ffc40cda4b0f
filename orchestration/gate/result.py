"""What a gate found: one result a check, and the table that keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

CRITICAL = "critical"
WARNING = "warning"
INFO = "info"

_COLUMNS = {
    "run_id": "varchar",
    "layer": "varchar",
    "source": "varchar",
    "entity": "varchar",
    "check_name": "varchar",
    "column_name": "varchar",
    "severity": "varchar",
    "observed": "varchar",
    "expected": "varchar",
    "is_passed": "boolean",
    "detail": "varchar",
    "remedy": "varchar",
}


@dataclass(frozen=True)
class GateResult:
    """One check of one run.

    ``layer`` is ``ingest``, ``input_layer``, ``models`` or ``published``; ``source`` the data sources that delivered
    the checked rows, joined by ``+``; ``detail`` the keys of some rows that fail. Counts and values are told as text.
    """

    layer: str
    source: str
    entity: str
    check_name: str
    severity: str
    observed: str
    expected: str
    is_passed: bool
    column_name: str = ""
    detail: str = ""
    remedy: str = ""

    @property
    def blocks(self) -> bool:
        """Whether this result keeps the run from being published."""
        return self.severity == CRITICAL and not self.is_passed

    def sentence(self) -> str:
        """Tell a failure in one line: where, what was found, what was expected, and what to do."""
        parts = [f"{self.entity}: {self.check_name}: {self.observed}, expected {self.expected}"]
        if self.detail:
            parts.append(f"for example {self.detail}")
        if self.remedy:
            parts.append(self.remedy)
        return "; ".join(parts)


@dataclass(frozen=True)
class BrokenCheck:
    """A check that could not be evaluated; a fault of the check or the program, not of the data."""

    entity: str
    check_name: str
    message: str


def ensure_table(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the table of results where it is missing."""
    columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
    connection.execute("create schema if not exists quality")
    connection.execute(f"create table if not exists quality.gate_result ({columns})")


def clear(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Remove the results of an earlier run on the same input, which this run replaces."""
    ensure_table(connection)
    connection.execute("delete from quality.gate_result where run_id = ?", [run_id])


def store(connection: duckdb.DuckDBPyConnection, run_id: str, results: Sequence[GateResult]) -> None:
    """Append results of a run, ordered by their key."""
    ensure_table(connection)
    rows = [
        [{"run_id": run_id, **asdict(result)}[name] for name in _COLUMNS]
        for result in sorted(results, key=lambda one: (one.layer, one.entity, one.source, one.check_name))
    ]
    if rows:
        marks = ", ".join("?" for _ in _COLUMNS)
        connection.executemany(f"insert into quality.gate_result values ({marks})", rows)


def from_documents(documents: Iterable[dict[str, Any]]) -> list[GateResult]:
    """Build results from what the evaluating process sent."""
    return [GateResult(**document) for document in documents]
