"""Plain dbt from the project root, as an engineer who changes one model uses it."""

from __future__ import annotations

import json
import shutil
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


@pytest.mark.long
def test_the_data_tests_hold_on_an_empty_company(home: Path) -> None:
    dbt(home, "test", "--select", "test_type:data", is_plain=True)
