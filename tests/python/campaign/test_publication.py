"""What only dbt itself can show: lists that survive other runs, and a calendar that is refused."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ..harness import dbt

pytestmark = pytest.mark.slow

CALENDAR_COLUMNS = (
    "campaign_id,quarter_start_date,campaign_type,owner,goal,capacity_count,control_ratio,planned_effect_amount,"
    "salt,status,description"
)


@pytest.fixture(scope="module")
def home(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of its own with every model built and empty."""
    copy = tmp_path_factory.mktemp("campaign") / "home"
    shutil.copytree(empty_home, copy)
    yield copy
    shutil.rmtree(copy)


def write_calendar(home: Path, *campaigns: tuple[str, str, str, str, str]) -> None:
    """Replace the calendar of a home: campaign, first day of its quarter, capacity, control ratio, status."""
    (home / "policy").mkdir(exist_ok=True)
    lines = [
        f"{campaign},{quarter},SOW,Head of sales,goal,{capacity},{control_ratio},,{campaign},{status},remark"
        for campaign, quarter, capacity, control_ratio, status in campaigns
    ]
    text = "\n".join([CALENDAR_COLUMNS, *lines]) + "\n"
    (home / "policy" / "policy_campaign_calendar.csv").write_text(text, encoding="utf-8")


def execute(home: Path, statement: str) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(statement)


def run_lists(home: Path, quarters: list[date], proposals: list[tuple[str, date, str]]) -> list[tuple[Any, ...]]:
    """Publish the lists of a run over some quarters: campaign, its quarter and customer of each proposed target.

    Returns campaign, customer, version and moment of issue of everything that is published afterwards.
    """
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("delete from marts.dim_quarter")
        connection.execute("delete from intermediate.int_campaign__selection")
        for quarter in quarters:
            connection.execute("insert into marts.dim_quarter (quarter_start_date) values (?)", [quarter])
        for campaign, quarter, customer in proposals:
            connection.execute(
                "insert into intermediate.int_campaign__selection"
                " (campaign_id, quarter_start_date, customer_id, arm, snapshot_quarter_start_date)"
                " values ($1, $2, $3, 'TREATMENT', $2 - interval 3 month)",
                [campaign, quarter, customer],
            )
    dbt(home, "run", "--quiet", "--select", "campaign_targets")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select campaign_id, customer_id, list_version, frozen_at from published.campaign_targets order by all"
        ).fetchall()


@pytest.mark.long
def test_a_list_changes_only_with_the_quarter_it_rests_on(home: Path) -> None:
    third, fourth, next_year = date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)
    execute(home, "insert into policy.policy_campaign_calendar (campaign_id) values ('first'), ('second'), ('dropped')")
    published = run_lists(
        home,
        [date(2026, 4, 1), third, fourth],
        [("dropped", third, "K0"), ("first", fourth, "K1"), ("first", fourth, "K2"), ("second", next_year, "K3")],
    )
    assert published == [
        ("dropped", "K0", 0, None),
        ("first", "K1", 0, None),
        ("first", "K2", 0, None),
        ("second", "K3", 0, None),
    ]

    # A run over the campaign's own quarter: the first list rests on the quarter before and stays. The second rests on
    # this quarter, which gives nobody any more: it does not stay behind. A campaign that left the calendar goes.
    execute(home, "delete from policy.policy_campaign_calendar where campaign_id = 'dropped'")
    assert run_lists(home, [fourth], []) == [("first", "K1", 0, None), ("first", "K2", 0, None)]

    # Once issued, the list stands, whatever its quarter or any other gives.
    for ledger_table in ("ledger.campaign_target", "intermediate.int_campaign__issued_target"):
        execute(
            home,
            f"insert into {ledger_table} (campaign_id, quarter_start_date, customer_id, list_version, frozen_at)"
            " values ('first', date '2026-10-01', 'K1', 1, timestamp '2026-10-01 08:00:00')",
        )
    issued = ("first", "K1", 1, datetime.fromisoformat("2026-10-01T08:00:00"))
    assert run_lists(home, [third], [("first", fourth, "K4")]) == [issued]

    # What was issued may hold nobody; then nothing stays of what was proposed before, whatever the quarters of the run.
    assert run_lists(home, [fourth], [("second", next_year, "K3")]) == [issued, ("second", "K3", 0, None)]
    execute(
        home,
        "insert into ledger.campaign_list (campaign_id, quarter_start_date, list_version, frozen_at)"
        " values ('second', date '2027-01-01', 1, timestamp '2027-01-02 08:00:00')",
    )
    assert run_lists(home, [third], []) == [issued]


@pytest.mark.long
def test_four_campaigns_a_year_are_accepted_and_pointed_out(home: Path) -> None:
    write_calendar(
        home,
        ("2026Q1", "2026-01-01", "1", "0", "DONE"),
        ("2026Q2", "2026-04-01", "8", "0.999999", "DONE"),
        ("2026Q3", "2026-07-01", "8", "", "ACTIVE"),
        ("2026Q4", "2026-10-01", "8", "", "PLANNED"),
        ("2027Q1", "2027-01-01", "8", "", "PLANNED"),
    )
    printed = dbt(home, "build", "--select", "policy_campaign_calendar")
    assert "Warning in test policy_campaign_calendar_fourth_of_a_year_is_meant" in printed
    assert "WARN=1 ERROR=0" in printed


@pytest.mark.long
def test_what_a_calendar_may_not_hold_is_refused(home: Path) -> None:
    """A second focus in a quarter, a fifth campaign in a year, and values that no campaign can have."""
    write_calendar(
        home,
        *(
            (f"2025-{number}", f"2025-{month:02}-01", "8", "", "PLANNED")
            for number, month in enumerate([1, 4, 7, 10, 10])
        ),
        ("first focus", "2026-10-01", "8", "", "ACTIVE"),
        ("second focus", "2026-10-01", "8", "", "DONE"),
        ("nobody is treated", "2020-01-01", "8", "1", "PLANNED"),
        ("negative control", "2021-01-01", "8", "-0.000001", "PLANNED"),
        ("nobody is contacted", "2022-01-01", "0", "", "PLANNED"),
        ("inside a quarter", "2023-02-01", "8", "", "PLANNED"),
    )
    with pytest.raises(AssertionError) as failure:
        dbt(home, "build", "--select", "policy_campaign_calendar")
    printed = str(failure.value)
    for test, found in (
        ("policy_campaign_calendar_has_one_focus_a_quarter", 1),
        ("policy_campaign_calendar_has_at_most_four_a_year", 5),
        ("policy_campaign_calendar_control_ratio_is_possible", 2),
        ("policy_campaign_calendar_capacity_is_possible", 1),
        ("policy_campaign_calendar_date_begins_a_quarter", 1),
    ):
        assert re.search(rf"FAIL {found} {test} ", printed), printed
    assert "ERROR=5" in printed
