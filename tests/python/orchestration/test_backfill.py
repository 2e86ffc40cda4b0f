"""Several quarters are computed anew in one run of Dagster, with the result of computing them one by one."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from dagster import AssetKey

from orchestration.home import Home
from orchestration.schedule.instance import open_instance

from ..harness import Outcome, kundenwert
from ..small_company import invoice_lines, write_company
from .dagster_command import backfill

pytestmark = [pytest.mark.slow, pytest.mark.long]
QUARTERS = ("2025Q1", "2025Q2", "2025Q3")
# What a run says about itself, and what is drawn up for the latest quarter of a run only.
ABOUT_THE_RUN = {
    "data_quality",
    *("crm_completeness", "crm_completeness_by_rep", "rating_to_do", "inside_sales_call_list"),
    *("territory_moves", "territory_plan", "territory_balance"),
}


def quarters_of(outcome: Outcome) -> dict[tuple[str, str], str]:
    """Hash of each quarter of each published table that has quarters; of a campaign's list, the quarter it rests on."""
    found = {}
    tables = outcome.query(
        "select table_name, max(column_name) from duckdb_columns() where schema_name = 'published'"
        " and column_name in ('quarter_start_date', 'snapshot_quarter_start_date') group by 1 order by 1"
    )
    for table, quarter_column in tables:
        if table in ABOUT_THE_RUN:
            continue
        for (quarter,) in outcome.query(f"select distinct {quarter_column} from published.{table} order by 1"):
            rows = outcome.query(f"select * from published.{table} where {quarter_column} = '{quarter}' order by all")
            found[table, str(quarter)] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def new_home(published: Outcome, home: Path) -> Path:
    """A home in which nothing ran yet, with the small company's policy and files."""
    shutil.copytree(published.home / "policy", home / "policy")
    shutil.copytree(published.home / "dbt_target", home / "dbt_target")
    read_next(home, published.home.parent / "delivery")
    return home


def read_next(home: Path, delivery: Path) -> None:
    (home / "sources.json").write_text(json.dumps({"canonical": str(delivery)}), encoding="utf-8")


def test_a_backfill_is_one_run_and_gives_what_separate_runs_give(published: Outcome, tmp_path: Path) -> None:
    apart = new_home(published, tmp_path / "apart")
    one_by_one = [kundenwert(apart, "refresh", "--quarters", quarter) for quarter in QUARTERS]
    assert [one.code for one in one_by_one] == [0, 0, 0], one_by_one[-1].output

    together = new_home(published, tmp_path / "together")
    at_once = backfill(together, "2025-01-01", "2025-07-01")
    assert at_once.code == 0, at_once.output
    assert (together / "published").readlink() == Path("publications/000001")

    expected, found = quarters_of(one_by_one[-1]), quarters_of(at_once)
    different = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
    assert different == []
    assert {quarter for _, quarter in found} >= {"2025-01-01", "2025-04-01", "2025-07-01"}

    with open_instance(Home(together)) as instance:
        [run] = instance.get_runs()
        assert run.tags["dagster/asset_partition_range_start"] == "2025-01-01"
        assert run.tags["dagster/asset_partition_range_end"] == "2025-07-01"
        assert instance.get_materialized_partitions(AssetKey("quarter_snapshot")) == {
            "2025-01-01",
            "2025-04-01",
            "2025-07-01",
        }


def test_a_backfill_changes_the_chosen_quarters_only(
    published: Outcome, published_copy: Callable[[], Path], tmp_path: Path
) -> None:
    """A posting that came late for the first of three quarters is in all windows of twelve months from then on."""
    late = "R99,1,invoice,K01,P1,2025-02-20,1,7700.00,7000.00,600.00,EUR\n"
    home = published_copy()
    read_next(home, write_company(tmp_path / "late", invoice_line=invoice_lines() + late))
    done = backfill(home, "2025-01-01", "2025-07-01")
    assert done.code == 0, done.output
    before, after = quarters_of(published), quarters_of(done)
    changed = {key[1] for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert changed == {"2025-01-01", "2025-04-01", "2025-07-01"}


def test_a_quarter_without_postings_is_named_and_nothing_is_published(published_copy: Callable[[], Path]) -> None:
    home = published_copy()
    refused = backfill(home, "2025-10-01", "2026-04-01")
    assert refused.code != 0
    assert "2026Q1, 2026Q2: there are no postings yet; the latest posting is in 2025Q4" in refused.output
    assert (home / "published").readlink() == Path("publications/000001")


def test_the_daily_run_marks_the_quarters_that_it_brought_up_to_date(published: Outcome) -> None:
    with open_instance(Home(published.home)) as instance:
        marked = instance.get_materialized_partitions(AssetKey("quarter_snapshot"))
    assert marked == {
        str(row[0]) for row in published.query("select distinct quarter_start_date from published.customer_segments")
    }
