"""Parsing of a dbt project, on one of two models."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orchestration.home import PROJECT_DIR, Home
from orchestration.outcome import TransformError
from orchestration.transform import project as project_module
from orchestration.transform.project import QUARTERS, DbtProject

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
