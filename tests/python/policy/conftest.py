"""The real check of the policy on the project's seeds, with single values changed."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.home import PROJECT_DIR, Home
from orchestration.outcome import InputError
from orchestration.transform import policy as policy_module
from orchestration.transform.checks import CheckOutcome, CompiledCheck, evaluate
from orchestration.transform.policy import check
from orchestration.transform.project import DbtProject

# Seed -> text of its file in the home.
Policy = Mapping[str, str]
CheckPolicy = Callable[..., tuple[str, ...]]


def seed_text(seed: str) -> str:
    return (PROJECT_DIR / "seeds" / f"{seed}.csv").read_text(encoding="utf-8")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def text_of(rows: list[dict[str, str]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def changed(seed: str, where: Mapping[str, str], **values: str) -> Policy:
    """The project's seed with values changed in the rows that agree with `where`; there has to be one."""
    rows = rows_of(seed_text(seed))
    found = [row for row in rows if all(row[name] == value for name, value in where.items())]
    assert found, f"{seed} has no row {where}"
    for row in found:
        row.update(values)
    return {seed: text_of(rows)}


def without(seed: str, **where: str) -> Policy:
    """The project's seed without the rows that agree with `where`."""
    rows = rows_of(seed_text(seed))
    kept = [row for row in rows if any(row[name] != value for name, value in where.items())]
    assert len(kept) < len(rows), f"{seed} has no row {where}"
    return {seed: text_of(kept)}


def added(seed: str, *lines: str) -> Policy:
    """The project's seed with further lines."""
    return {seed: seed_text(seed).rstrip("\n") + "\n" + "\n".join(lines) + "\n"}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    project = DbtProject(Home(tmp_path_factory.mktemp("parsed")))
    assert project.checks
    return project


@pytest.fixture(scope="session")
def outcomes() -> dict[object, CheckOutcome]:
    """What rules said, by rule and all that it looks at."""
    return {}


@pytest.fixture
def problems(
    project: DbtProject, outcomes: dict[object, CheckOutcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CheckPolicy:
    """Checks a policy as a run does, and returns what has to be corrected; nothing where it can be right.

    A rule that looks only at what an earlier test had likewise is not asked again: hundreds of tests change one seed.
    """

    def examine(policy: Policy, first_day: date | None = None) -> tuple[str, ...]:
        def ask(connection: duckdb.DuckDBPyConnection, rules: Sequence[CompiledCheck]) -> list[CheckOutcome]:
            return [ask_once(connection, rule) for rule in rules]

        def ask_once(connection: duckdb.DuckDBPyConnection, rule: CompiledCheck) -> CheckOutcome:
            parents = project.document["nodes"][rule.unique_id]["depends_on"]["nodes"]
            names = {parent.rpartition(".")[2] for parent in parents}
            looked_at = (rule.unique_id, first_day, *sorted((name, policy[name]) for name in names & set(policy)))
            if looked_at not in outcomes:
                [outcomes[looked_at]] = evaluate(connection, [rule])
            return outcomes[looked_at]

        monkeypatch.setattr(policy_module, "evaluate", ask)
        home = Home(tmp_path / "home")
        shutil.rmtree(home.policy, ignore_errors=True)
        home.policy.mkdir(parents=True)
        for seed, text in policy.items():
            (home.policy / f"{seed}.csv").write_text(text, encoding="utf-8")
        try:
            check(home, project, PROJECT_DIR, first_day)
        except InputError as error:
            return error.problems
        return ()

    return examine
