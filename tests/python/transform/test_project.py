"""Parsing of a dbt project, on one of two models."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from orchestration.home import PROJECT_DIR, Home
from orchestration.outcome import TransformError
from orchestration.transform import project as project_module
from orchestration.transform.project import QUARTERS, DbtProject, release_warehouse

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DbtProject:
    folder = tmp_path / "project"
    for name in project_module.PARSED_FOLDERS:
        (folder / name).mkdir(parents=True)
    (folder / "models" / "staging").mkdir()
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT_DIR / name, folder / name)
    (folder / "models" / f"{QUARTERS}.sql").write_text("select 1 as quarter_index", encoding="utf-8")
    (folder / "models" / "next_quarter.sql").write_text(
        f"select quarter_index + 1 as quarter_index from {{{{ ref('{QUARTERS}') }}}}", encoding="utf-8"
    )
    monkeypatch.setattr(project_module, "PREPARED", tmp_path / "nothing prepared")
    home = Home(tmp_path / "home")
    home.root.mkdir()
    return DbtProject(home, folder)


def test_what_an_earlier_version_left_in_a_home_does_not_keep_it_from_being_parsed(
    project: DbtProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dbt itself is asked, but that its parse from the earlier state fails as it did after an update."""
    invoke = DbtProject._invoke
    asked: list[tuple[str, ...]] = []

    def stale(self: DbtProject, arguments: Sequence[str], *others: Any) -> Any:
        asked.append(tuple(arguments))
        if arguments == ["parse"]:
            return SimpleNamespace(success=False, exception=Exception("source 'ledger.campaign_list' was not found"))
        return invoke(self, arguments, *others)

    monkeypatch.setattr(DbtProject, "_invoke", stale)
    assert set(project.document["nodes"]) == {f"model.kundenwert.{QUARTERS}", "model.kundenwert.next_quarter"}
    assert asked[:2] == [("parse",), ("parse", "--no-partial-parse")]


def test_a_project_that_cannot_be_parsed_is_named_with_the_model_that_is_wrong(project: DbtProject) -> None:
    (project.project_dir / "models" / "next_quarter.sql").write_text(
        "select * from {{ ref('nobody') }}", encoding="utf-8"
    )
    with pytest.raises(TransformError, match=r"(?s)cannot be parsed: .*next_quarter.*nobody") as refused:
        _ = project.document
    assert str(project.project_dir) in str(refused.value)


def test_declared_columns_are_compared_with_what_is_there(project: DbtProject) -> None:
    models = project.project_dir / "models"
    shutil.copy(
        PROJECT_DIR / "tests" / "generic" / "declared_columns_present.sql", project.project_dir / "tests" / "generic"
    )
    (models / "delivered.sql").write_text(
        "select cast(1 as decimal(18, 2)) as amount, 1 as number, 2 as x_score, 3 as xscore", encoding="utf-8"
    )
    (models / "delivered.yml").write_text(
        "models: [{name: delivered, data_tests: [declared_columns_present], columns: ["
        "{name: amount, data_type: 'decimal(18, 2)'}, {name: number, data_type: bigint}, {name: name, data_type: text}]}]",
        encoding="utf-8",
    )
    results = project.build(["fqn:*"])
    release_warehouse()
    assert {result.status for result in results} == {"success"}
    [check] = project.checks
    with duckdb.connect(str(project.home.warehouse)) as connection:
        assert sorted(connection.execute(check.query).fetchall()) == [
            ("name", "text", "absent"),
            ("number", "bigint", "integer"),
            ("xscore", "absent", "integer"),
        ]


def test_a_test_that_asks_the_database_is_left_to_dbt(project: DbtProject) -> None:
    (project.project_dir / "tests" / "singular" / "a_quarter_is_next.sql").write_text(
        "{% set found = run_query('select * from ' ~ ref('next_quarter')) %}"
        "select 1 as quarter_index where {{ found.rows | length if found else 0 }} = 1",
        encoding="utf-8",
    )
    ended = {result.name: (result.resource_type, result.status) for result in project.build(["fqn:*"])}
    release_warehouse()
    assert project.checks == []
    assert ended == {
        QUARTERS: ("model", "success"),
        "next_quarter": ("model", "success"),
        "a_quarter_is_next": ("test", "fail"),
    }
