"""Plain dbt from the project root, as an engineer who changes one model uses it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
import yaml

from ..harness import PROJECT, dbt

pytestmark = pytest.mark.slow


def test_the_unit_tests_of_every_model_hold(empty_home: Path) -> None:
    dbt(empty_home, "seed", "--quiet")
    printed = dbt(empty_home, "test", "--select", "test_type:unit")
    declared = sum(
        len((yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("unit_tests", []))
        for path in (PROJECT / "models").rglob("*.yml")
    )
    results = json.loads((empty_home / "target" / "run_results.json").read_text())["results"]
    assert declared > 0
    assert [result["status"] for result in results] == ["pass"] * declared, printed


def test_an_empty_company_has_every_published_table_typed_and_without_rows(empty_home: Path) -> None:
    published = {path.stem for path in (PROJECT / "models" / "published").glob("*.sql")}
    with duckdb.connect(str(empty_home / "warehouse.duckdb"), read_only=True) as connection:
        built = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'published'"
        ).fetchall()
        assert {name for (name,) in built} == published
        for name in sorted(published - {"campaign_calendar"}):
            assert connection.execute(f"select count(*) from published.{name}").fetchall() == [(0,)], name


def test_the_data_tests_hold_on_an_empty_company(empty_home: Path) -> None:
    dbt(empty_home, "seed", "--quiet")
    dbt(empty_home, "test", "--select", "test_type:data")
