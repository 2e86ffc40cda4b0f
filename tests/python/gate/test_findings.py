"""Results that come from ingestion and from dbt's tests, judged as the suites' own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.gate.findings import failed_tests, is_about_policy, quarantine_results
from orchestration.gate.result import GateResult, clear, store
from orchestration.transform.project import NodeResult


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("create schema ingest")
        opened.execute("create schema policy")
        opened.execute(
            "create table policy.policy_quality_limit as"
            " select 'quarantine_maximum_ratio' as limit_name, 0.05::decimal(18, 6) as limit_value,"
            " date '1900-01-01' as valid_from"
        )
        opened.execute(
            "create table ingest.load_file (load_id varchar, data_source varchar, feed varchar, source_file varchar,"
            " rows_read bigint, rows_quarantined bigint, rows_superseded bigint, is_current boolean)"
        )
        opened.execute(
            "create table ingest.quarantine (load_id varchar, data_source varchar, feed varchar, source_file varchar,"
            " row_number bigint, column_name varchar, reason varchar)"
        )
        yield opened


def judged(connection: duckdb.DuckDBPyConnection, *files: tuple[Any, ...]) -> list[GateResult]:
    """Judge files: source, feed, rows read, quarantined, superseded, whether current."""
    for number, (source, feed, read, quarantined, superseded, is_current) in enumerate(files):
        connection.execute(
            "insert into ingest.load_file values (?, ?, ?, ?, ?, ?, ?, ?)",
            [f"L{number}", source, feed, f"file{number}.csv", read, quarantined, superseded, is_current],
        )
    return quarantine_results(connection, ["canonical"], Path("home/quarantine"))


@pytest.mark.parametrize(
    ("rejected", "read", "severity", "is_passed", "blocks"),
    [
        (0, 100, "warning", True, False),
        (1, 100, "warning", False, False),
        (5, 100, "warning", False, False),
        (501, 10_000, "critical", False, True),
        (100, 100, "critical", False, True),
        (0, 0, "warning", True, False),
    ],
)
def test_a_feed_blocks_only_above_the_limit(
    connection: duckdb.DuckDBPyConnection, rejected: int, read: int, severity: str, is_passed: bool, blocks: bool
) -> None:
    [result] = judged(connection, ("canonical", "customer", read, rejected, 0, True))
    assert (result.severity, result.is_passed, result.blocks) == (severity, is_passed, blocks)
    assert result.observed == f"{rejected} of {read} rows"
    assert result.expected == "none, and at most 5%"


def test_the_share_counts_the_current_files_of_a_feed_together_without_superseded_rows(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    results = judged(
        connection,
        ("canonical", "customer", 50, 5, 0, True),
        ("canonical", "customer", 50, 3, 3, True),
        ("canonical", "customer", 10, 10, 0, False),
        ("canonical", "account", 10, 0, 0, True),
        ("sap", "customer", 10, 10, 0, True),
    )
    assert [(one.entity, one.observed, one.blocks) for one in results] == [
        ("account", "0 of 10 rows", False),
        ("customer", "5 of 100 rows", False),
    ]


def test_a_finding_names_files_rows_and_where_to_look(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "insert into ingest.quarantine values"
        " ('L0', 'canonical', 'customer', 'file0.csv', 7, 'created_at', 'no date'),"
        " ('L0', 'canonical', 'customer', 'file0.csv', 9, null, 'too few columns'),"
        " ('L9', 'canonical', 'customer', 'gone.csv', 1, null, 'of an earlier load')"
    )
    [result] = judged(connection, ("canonical", "customer", 100, 2, 0, True))
    assert result.detail == "file0.csv row 7, created_at: no date | file0.csv row 9: too few columns"
    assert result.remedy == "correct the rows listed in quarantine/ and deliver the file again"


def node_result(name: str, status: str, *parents: str) -> NodeResult:
    return NodeResult(
        unique_id=f"test.kundenwert.{name}",
        name=name,
        resource_type="test",
        status=status,
        message="",
        failures=2,
        seconds=0.0,
        original_file_path="",
        compiled_code="select number as customer_id from range(1, 3) as found (number)",
        parents=parents,
    )


MANIFEST = {
    "nodes": {
        "test.kundenwert.hard": {
            "name": "hard",
            "description": "Every customer\n  is known.",
            "column_name": "customer_id",
            "attached_node": "model.kundenwert.input_layer__customer",
            "depends_on": {"nodes": ["model.kundenwert.input_layer__customer"]},
        },
        "test.kundenwert.soft": {
            "name": "soft",
            "depends_on": {"nodes": ["model.kundenwert.whale_curve", "seed.kundenwert.policy_channel"]},
        },
        "model.kundenwert.input_layer__customer": {"name": "input_layer__customer"},
        "model.kundenwert.whale_curve": {"name": "whale_curve"},
    }
}


def test_failed_dbt_tests_become_results_with_rows_and_query(tmp_path: Path) -> None:
    results = [
        node_result("hard", "fail", "model.kundenwert.input_layer__customer"),
        node_result("soft", "warn", "model.kundenwert.whale_curve"),
        node_result("fine", "pass", "model.kundenwert.whale_curve"),
    ]
    with duckdb.connect() as connection:
        hard, soft = failed_tests(connection, results, MANIFEST, "canonical", tmp_path / "checks")
    assert (hard.entity, hard.severity, hard.blocks) == ("customer", "critical", True)
    assert (soft.entity, soft.severity, soft.blocks) == ("whale_curve", "warning", False)
    assert (hard.observed, hard.expected, hard.column_name) == ("2 rows", "Every customer is known.", "customer_id")
    assert hard.detail == "customer_id 1 | customer_id 2"
    assert hard.remedy == f"the query that finds them is {tmp_path / 'checks' / 'hard.sql'}"
    assert (tmp_path / "checks" / "hard.sql").read_text(encoding="utf-8").startswith("select number as customer_id")
    assert not (tmp_path / "checks" / "fine.sql").exists()


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        (("seed.kundenwert.policy_channel",), True),
        (("seed.kundenwert.policy_channel", "seed.kundenwert.policy_parameter"), True),
        (("seed.kundenwert.policy_channel", "model.kundenwert.dim_quarter"), False),
        ((), False),
    ],
)
def test_only_what_looks_at_nothing_but_seeds_is_about_policy(parents: tuple[str, ...], expected: bool) -> None:
    assert is_about_policy(node_result("any", "fail", *parents)) is expected


def test_a_run_on_the_same_input_replaces_its_own_results_and_no_others() -> None:
    result = GateResult("published", "canonical", "rep", "check", "critical", "1 rows", "none", is_passed=False)
    with duckdb.connect() as connection:
        clear(connection, "first")
        store(connection, "first", [result])
        store(connection, "second", [result])
        clear(connection, "second")
        store(connection, "second", [result, result])
        counts = connection.execute("select run_id, count(*) from quality.gate_result group by all order by all")
        assert counts.fetchall() == [("first", 1), ("second", 2)]
