"""What only dbt itself can show of results: which of them a run replaces."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ..harness import dbt

pytestmark = pytest.mark.long


@pytest.fixture
def home(empty_home: Path, tmp_path: Path) -> Iterator[Path]:
    """A home of its own with every model built and empty."""
    copy = tmp_path / "home"
    shutil.copytree(empty_home, copy)
    yield copy
    shutil.rmtree(copy)


def run_results(home: Path, outcome_quarter: date, measured: Sequence[tuple[str, date, int]]) -> list[tuple[str, int]]:
    """Publish the results of a run over one outcome quarter: campaign, its quarter and version of its list.

    Returns campaign and version of everything that is published afterwards.
    """
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("delete from marts.dim_quarter")
        connection.execute("insert into marts.dim_quarter (quarter_start_date) values (?)", [outcome_quarter])
        for table in ("int_campaign__measurement", "int_campaign__participant"):
            connection.execute(f"delete from intermediate.{table}")
        for campaign, quarter, version in measured:
            connection.execute(
                "insert into intermediate.int_campaign__measurement (campaign_id, quarter_start_date, list_version,"
                " outcome_quarter_start_date, as_of_date, campaign_type) values ($1, $2, $3, $4, $4, 'SOW')",
                [campaign, quarter, version, outcome_quarter],
            )
            connection.execute(
                "insert into intermediate.int_campaign__participant (campaign_id, customer_id, arm, is_known)"
                " values (?, 'K1', 'TREATMENT', true)",
                [campaign],
            )
    dbt(home, "run", "--quiet", "--select", "campaign_results")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select campaign_id, list_version from published.campaign_results where kpi = 'net_revenue' order by all"
        ).fetchall()


def test_a_result_is_replaced_when_its_outcome_quarter_is_computed(home: Path) -> None:
    first, second, third = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
    assert run_results(home, second, [("Q1", first, 1), ("gone", first, 1)]) == [("Q1", 1), ("gone", 1)]

    # Another outcome quarter leaves them alone, though none of the campaigns is in the calendar.
    assert run_results(home, third, [("Q2", second, 1)]) == [("Q1", 1), ("Q2", 1), ("gone", 1)]

    # The campaign's own quarter is not the one that its result depends on.
    assert run_results(home, first, []) == [("Q1", 1), ("Q2", 1), ("gone", 1)]

    # Their own outcome quarter replaces both, one by a newer version of its list and one by nothing.
    assert run_results(home, second, [("Q1", first, 2)]) == [("Q1", 2), ("Q2", 1)]
