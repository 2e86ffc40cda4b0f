"""What only dbt itself can show: lists that survive other runs, and a calendar that is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ..harness import dbt

pytestmark = pytest.mark.slow

CALENDAR_COLUMNS = "campaign_id,quarter_start_date,campaign_type,owner,goal,capacity_count,control_ratio,planned_effect_amount,salt,status,description"


@pytest.fixture
def home(empty_home: Path, tmp_path: Path) -> Iterator[Path]:
    """A home of its own with every model built and empty."""
    copy = tmp_path / "home"
    shutil.copytree(empty_home, copy)
    yield copy
    shutil.rmtree(copy)


def write_calendar(home: Path, *campaigns: tuple[str, str, str]) -> None:
    """Replace the calendar of a home: campaign, first day of its quarter, status."""
    (home / "policy").mkdir(exist_ok=True)
    lines = [
        f"{campaign},{quarter},SOW,Head of sales,goal,8,,,salt,{status},remark"
        for campaign, quarter, status in campaigns
    ]
    text = "\n".join([CALENDAR_COLUMNS, *lines]) + "\n"
    (home / "policy" / "policy_campaign_calendar.csv").write_text(text, encoding="utf-8")


def execute(home: Path, *statements: str) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)


def targets(home: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select campaign_id, customer_id, list_version, frozen_at from published.campaign_targets order by all"
        ).fetchall()


def propose(home: Path, snapshot: date, campaign: str, quarter: date, *customers: str) -> None:
    """Run the list on what the models before it give for a run over one quarter."""
    execute(
        home,
        "delete from marts.dim_quarter",
        f"insert into marts.dim_quarter (quarter_start_date) values (date '{snapshot}')",
        "delete from intermediate.int_campaign__selection",
        *(
            "insert into intermediate.int_campaign__selection"
            " (campaign_id, quarter_start_date, snapshot_quarter_start_date, customer_id, arm)"
            f" values ('{campaign}', date '{quarter}', date '{snapshot}', '{customer}', 'TREATMENT')"
            for customer in customers
        ),
    )
    dbt(home, "run", "--quiet", "--select", "campaign_targets")


def test_a_list_changes_only_with_the_quarter_it_rests_on(home: Path) -> None:
    third, fourth, next_year = date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)
    write_calendar(home, ("Q4", "2026-10-01", "ACTIVE"), ("Q1", "2027-01-01", "PLANNED"))
    dbt(home, "seed", "--quiet", "--select", "policy_campaign_calendar")

    propose(home, third, "Q4", fourth, "K1", "K2")
    proposed = [("Q4", "K1", 0, None), ("Q4", "K2", 0, None)]
    assert targets(home) == proposed

    # The quarter of the campaign itself is run without the one before it: the list stays.
    propose(home, fourth, "Q1", next_year, "K3")
    assert targets(home) == [("Q1", "K3", 0, None), *proposed]

    # An old quarter is run again: nothing changes.
    propose(home, date(2025, 1, 1), "none", fourth)
    assert targets(home) == [("Q1", "K3", 0, None), *proposed]

    # The snapshot is run again and gives nobody any more: an old proposal does not stay behind.
    propose(home, fourth, "Q1", next_year)
    assert targets(home) == proposed

    # The list was issued: now it stands, whatever the snapshot gives.
    execute(
        home,
        "insert into intermediate.int_campaign__issued_target (campaign_id, quarter_start_date, customer_id, list_version,"
        " frozen_at) values ('Q4', date '2026-10-01', 'K1', 1, timestamp '2026-10-01 08:00:00')",
    )
    propose(home, third, "Q4", fourth, "K4")
    assert targets(home) == [("Q4", "K1", 1, datetime.fromisoformat("2026-10-01T08:00:00"))]

    # A campaign that left the calendar without having been issued leaves the lists.
    propose(home, fourth, "Q1", next_year, "K3")
    write_calendar(home, ("Q4", "2026-10-01", "ACTIVE"))
    dbt(home, "seed", "--quiet", "--select", "policy_campaign_calendar")
    propose(home, third, "Q4", fourth)
    assert targets(home) == [("Q4", "K1", 1, datetime.fromisoformat("2026-10-01T08:00:00"))]


def test_four_campaigns_a_year_are_accepted_and_pointed_out(home: Path) -> None:
    write_calendar(
        home,
        ("Q1", "2026-01-01", "DONE"),
        ("Q2", "2026-04-01", "DONE"),
        ("Q3", "2026-07-01", "ACTIVE"),
        ("Q4", "2026-10-01", "PLANNED"),
        ("also Q4", "2025-10-01", "ACTIVE"),
    )
    printed = dbt(home, "build", "--select", "policy_campaign_calendar")
    assert "assert_fourth_campaign_of_a_year_is_meant" in printed
    assert "WARN=1 ERROR=0" in printed


def test_a_second_focus_in_a_quarter_and_a_fifth_campaign_in_a_year_are_refused(home: Path) -> None:
    write_calendar(
        home,
        *((f"2025-{number}", f"2025-{month:02}-01", "PLANNED") for number, month in enumerate([1, 4, 7, 10, 10])),
        ("first", "2026-10-01", "ACTIVE"),
        ("second", "2026-10-01", "DONE"),
    )
    with pytest.raises(AssertionError) as failure:
        dbt(home, "build", "--select", "policy_campaign_calendar")
    printed = str(failure.value)
    assert "Failure in test assert_one_campaign_focus_a_quarter" in printed
    assert "Failure in test assert_at_most_four_campaigns_a_year" in printed
    assert "ERROR=2" in printed


def test_impossible_values_of_the_calendar_are_found(home: Path) -> None:
    """Four impossible campaigns, and two at the edge of what is possible."""
    write_calendar(home)
    execute(
        home,
        "insert into policy.policy_campaign_calendar (campaign_id, quarter_start_date, capacity_count, control_ratio) values"
        " ('nobody is treated', date '2020-01-01', 8, 1), ('negative control', date '2021-01-01', 8, -0.000001),"
        " ('negative capacity', date '2022-01-01', -1, null), ('inside a quarter', date '2023-02-01', 8, null),"
        " ('no control', date '2024-01-01', 0, 0), ('almost all', date '2025-01-01', 8, 0.999999)",
    )
    with pytest.raises(AssertionError, match="Got 4 results"):
        dbt(home, "test", "--select", "assert_campaign_calendar_values_are_possible")
