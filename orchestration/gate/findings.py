"""Results that come from ingestion and from dbt's own tests, in the same form as those of the suites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.gate.result import CRITICAL, WARNING, GateResult
from orchestration.transform.project import NodeResult

SAMPLE_SIZE = 5


def quarantine_results(
    connection: duckdb.DuckDBPyConnection, data_sources: Sequence[str], quarantine: Path
) -> list[GateResult]:
    """Judge the share of quarantined rows of each feed, by the files whose rows are loaded now."""
    marks = ", ".join("?" for _ in data_sources)
    [(maximum,)] = connection.execute(
        "select max_by(limit_value, valid_from) from policy.policy_quality_limit"
        " where limit_name = 'quarantine_maximum_ratio'"
    ).fetchall()
    rows = connection.execute(
        "select data_source, feed, sum(rows_quarantined), sum(rows_read), sum(rows_superseded) from ingest.load_file"
        f" where is_current and data_source in ({marks}) group by all order by all",
        list(data_sources),
    ).fetchall()
    results = []
    for data_source, feed, quarantined, read, superseded in rows:
        rejected = int(quarantined) - int(superseded)
        is_too_many = read > 0 and Decimal(rejected) > Decimal(maximum) * Decimal(read)
        results.append(
            GateResult(
                layer="ingest",
                source=data_source,
                entity=feed,
                check_name="rows in quarantine",
                severity=CRITICAL if is_too_many else WARNING,
                observed=f"{rejected} of {read} rows",
                expected=f"none, and at most {Decimal(maximum):.0%}",
                is_passed=rejected == 0,
                detail=_reasons(connection, data_source, feed) if rejected else "",
                remedy=f"correct the rows listed in {quarantine.name}/ and deliver the file again" if rejected else "",
            )
        )
    return results


def _reasons(connection: duckdb.DuckDBPyConnection, data_source: str, feed: str) -> str:
    rows = connection.execute(
        "select quarantine.source_file, quarantine.row_number, quarantine.column_name, quarantine.reason"
        " from ingest.quarantine as quarantine inner join ingest.load_file as file"
        " on file.load_id = quarantine.load_id and file.source_file = quarantine.source_file and file.is_current"
        " where quarantine.data_source = ? and quarantine.feed = ? order by all limit ?",
        [data_source, feed, SAMPLE_SIZE],
    ).fetchall()
    return " | ".join(
        f"{file} row {row}{f', {column}' if column else ''}: {reason}" for file, row, column, reason in rows
    )


def failed_tests(
    connection: duckdb.DuckDBPyConnection,
    results: Sequence[NodeResult],
    manifest: Mapping[str, Any],
    source: str,
    queries: Path,
) -> list[GateResult]:
    """Turn dbt tests that found rows into results; a test of severity error is critical.

    Each one's query is written to the folder ``queries``, to look at the rows. Tests that passed are not listed.
    """
    found = []
    for result in results:
        if result.resource_type != "test" or result.status not in ("fail", "warn"):
            continue
        node = manifest["nodes"][result.unique_id]
        query = queries / f"{result.name}.sql"
        queries.mkdir(parents=True, exist_ok=True)
        query.write_text(result.compiled_code.strip() + "\n", encoding="utf-8")
        found.append(
            GateResult(
                layer="models",
                source=source,
                entity=_tested(node, manifest),
                check_name=result.name,
                severity=CRITICAL if result.is_failed_check else WARNING,
                observed=f"{result.failures} rows",
                expected=" ".join((node.get("description") or "no rows").split()),
                is_passed=False,
                column_name=node.get("column_name") or "",
                detail=_rows(connection, result.compiled_code),
                remedy=f"the query that finds them is {query}",
            )
        )
    return found


def is_about_policy(result: NodeResult) -> bool:
    """Whether a test looks at policy seeds only, so that its failure is bad configuration."""
    return bool(result.parents) and all(parent.startswith("seed.") for parent in result.parents)


def _tested(node: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    attached = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), "")
    tested = manifest["nodes"].get(attached) or {}
    return str(tested.get("name") or node["name"]).removeprefix("input_layer__")


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    if not query.strip():
        return ""
    try:
        cursor = connection.execute(f"select * from ({query}) order by all limit {SAMPLE_SIZE}")
        names = [column[0] for column in cursor.description or []]
        rows = cursor.fetchall()
    except duckdb.Error:
        return ""
    return " | ".join(", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True)) for row in rows)
