"""Fixtures that several areas share."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import settings

from .harness import Outcome, create_sources, dbt, kundenwert, made_once
from .small_company import write_company, write_policy

# Where an example takes a second: few of them in every run, many with `--hypothesis-profile=thorough`.
settings.register_profile("quick", max_examples=6)
settings.register_profile("thorough", max_examples=100)
settings.load_profile("quick")

# Files that take a minute or more. They begin first, or one worker ends with one of them when the other has nothing left.
LONGEST = ("test_plain_dbt.py", "test_northwind.py", "test_served_file.py", "test_published.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the longest files to the front, in that order; all others stay as they are."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose warehouse holds every model, typed and without rows, and whose `target` holds the compiled SQL.

    One for all workers, for reading only.
    """
    with made_once(tmp_path_factory, "empty_home") as (home, is_missing):
        if is_missing:
            with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
                create_sources(connection)
            dbt(home, "build", "--quiet", "--resource-type", "seed", "--resource-type", "model")
    return home


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The small company, published by the real command; for reading only. Its files lie in `delivery` beside the home.

    One run for all workers.
    """
    with made_once(tmp_path_factory, "small_company") as (folder, is_missing):
        if is_missing:
            write_company(folder / "delivery")
            write_policy(folder / "home")
            outcome = kundenwert(folder / "home", "refresh", "--source", f"canonical={folder / 'delivery'}")
            (folder / "outcome").write_bytes(pickle.dumps(outcome))
        outcome = pickle.loads((folder / "outcome").read_bytes())
    assert outcome.code == 0, outcome.output
    return outcome


@pytest.fixture
def published_copy(published: Outcome, tmp_path: Path) -> Callable[[], Path]:
    """Copies the published home to a folder of the test's own, which it may change."""

    def copy() -> Path:
        home = tmp_path / "home"
        shutil.copytree(published.home, home, symlinks=True)
        return home

    return copy
