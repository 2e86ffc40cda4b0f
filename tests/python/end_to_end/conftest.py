"""Runs the real command in a process of its own, as a user would."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Outcome:
    """What a command left behind: its exit code, what it printed, and the home it wrote to."""

    code: int
    output: str
    home: Path

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the served file, opened as a BI tool opens it."""
        with duckdb.connect(str(self.home / "published" / "kundenwert.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def warehouse(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def fingerprints(self) -> dict[str, str]:
        """Hash of each published table, exported ordered by all its columns."""
        result = {}
        for (table,) in self.query("select table_name from duckdb_tables() where schema_name = 'published' order by 1"):
            rows = self.query(f"select * from published.{table} order by all")
            result[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
        return result


def kundenwert(home: Path, *arguments: str) -> Outcome:
    environment = {**os.environ, "KUNDENWERT_HOME": str(home), "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
    finished = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    return Outcome(finished.returncode, finished.stdout + finished.stderr, home)


@pytest.fixture(scope="session")
def third_party_data() -> Path:
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("third-party data is not beside the project (../shared/data)")
    return folder
