"""Fixtures that several areas share."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from .harness import create_sources, dbt


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose warehouse holds every model, typed and without rows, and whose `target` holds the compiled SQL."""
    home = tmp_path_factory.mktemp("empty_home")
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        create_sources(connection)
    dbt(home, "build", "--quiet", "--resource-type", "seed", "--resource-type", "model")
    return home
