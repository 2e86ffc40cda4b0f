"""Plain dbt from the project root, as an engineer who changes one model uses it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from ..harness import PROJECT, dbt

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the empty home: an open warehouse is its writer's alone."""
    copy = tmp_path_factory.mktemp("plain_dbt") / "home"
    shutil.copytree(empty_home, copy)
    return copy


def test_the_unit_tests_of_every_model_hold(home: Path) -> None:
    printed = dbt(home, "test", "--select", "test_type:unit")
    declared = sum(
        len((yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("unit_tests", []))
        for path in (PROJECT / "models").rglob("*.yml")
    )
    results = json.loads((home / "target" / "run_results.json").read_text())["results"]
    assert declared > 0
    assert [result["status"] for result in results] == ["pass"] * declared, printed


def test_an_empty_company_has_every_published_table_typed_and_without_rows(home: Path) -> None:
    published = {path.stem for path in (PROJECT / "models" / "published").glob("*.sql")}
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        built = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'published'"
        ).fetchall()
        assert {name for (name,) in built} == published
        for name in sorted(published - {"campaign_calendar"}):
            assert connection.execute(f"select count(*) from published.{name}").fetchall() == [(0,)], name


def test_the_data_tests_hold_on_an_empty_company(home: Path) -> None:
    dbt(home, "test", "--select", "test_type:data", is_plain=True)


def test_cost_of_the_months_before_a_run_is_replaced_and_older_cost_stays(home: Path) -> None:
    """Profit reads the published cost: a quarter that the run computes anew and finds empty must not keep its old rows."""
    file = str(home / "warehouse.duckdb")
    row = "'customer', 'visit', 'field_sales', 1, 1, 1, 1.00, false, 'measured', null"
    with duckdb.connect(file) as connection:
        connection.execute(
            "insert into intermediate.int_cost__month (quarter_start_date, month_start_date)"
            " values (date '2025-04-01', date '2025-05-01')"
        )
        connection.execute(
            "insert into published.cost_to_serve"
            f" values (date '2025-04-01', date '2025-05-01', 'D1', {row}), (date '2025-01-01', date '2025-02-01', 'D1', {row})"
        )
    dbt(home, "run", "--select", "cost_to_serve")
    with duckdb.connect(file) as connection:
        kept = connection.execute("select quarter_start_date from published.cost_to_serve").fetchall()
        connection.execute("delete from intermediate.int_cost__month")
        connection.execute("delete from published.cost_to_serve")
    assert kept == [(date(2025, 1, 1),)]
