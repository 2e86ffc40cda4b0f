"""What tests run: the real command in a process of its own, and dbt on a warehouse of empty sources as declared."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
LOAD_COLUMNS = "_data_source varchar, _load_id varchar, _source_file varchar, _row_number bigint, _loaded_at timestamp"


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


@contextmanager
def made_once(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder of the whole test run and whether it is to be filled: parallel workers wait for the one that does."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    made = folder / "made"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder, not made.exists()
        made.touch()


def command(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the real command, as a user would, and return the process; both of its outputs come through stdout."""
    environment = {**os.environ, "KUNDENWERT_HOME": str(home), "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def kundenwert(home: Path, *arguments: str) -> Outcome:
    """Run the real command to its end."""
    with command(home, *arguments) as process:
        try:
            output, _ = process.communicate(timeout=900)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Outcome(process.returncode, output, home)


def declared_tables() -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Schema, table and columns of every declared source."""
    for path in [
        *(PROJECT / "models" / "staging").glob("*/_*__sources.yml"),
        PROJECT / "models" / "sources.yml",
    ]:
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                yield source["schema"], table["name"], table.get("columns") or []


def create_sources(connection: duckdb.DuckDBPyConnection) -> None:
    """Every declared source as an empty table of its declared types."""
    for schema, table, columns in declared_tables():
        definitions = [f'"{column["name"]}" {column["data_type"]}' for column in columns if "data_type" in column]
        if schema.startswith("raw_"):
            definitions.append(LOAD_COLUMNS)
        if definitions:
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f'create table {schema}."{table}" ({", ".join(definitions)})')


def dbt(home: Path, *arguments: str, is_plain: bool = False) -> str:
    """Run dbt on the warehouse of a home and return what it printed; fails the test when dbt fails.

    Plain dbt parses the project as an engineer's does, which takes most of the time; else what was parsed is reused.
    """
    environment = {
        **os.environ,
        "KUNDENWERT_HOME": str(home),
        "DBT_TARGET_PATH": str(home / "target"),
        "DBT_LOG_PATH": str(home / "logs"),
        "DO_NOT_TRACK": "1",
    }
    module = "dbt.cli.main" if is_plain else "tests.python.prepared_dbt"
    finished = subprocess.run(
        # What dbt logs to a file nobody reads here; writing it takes a tenth of the time of hundreds of unit tests.
        [sys.executable, "-m", module, "--no-use-colors", "--log-level-file", "none", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-20000:] + finished.stderr[-2000:]
    return finished.stdout


def insert(connection: duckdb.DuckDBPyConnection, table: str, loaded_from: str, **values: Any) -> None:
    """One raw row; columns that are not named are null."""
    names = [*values, "_data_source"]
    marks = ", ".join("?" for _ in names)
    connection.execute(f"insert into {table} ({', '.join(names)}) values ({marks})", [*values.values(), loaded_from])
