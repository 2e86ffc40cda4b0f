"""One small demo company for all tests of its facts, opened as DuckDB views."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.demo import DemoSummary, generate
from orchestration.demo.schema import ENTITIES, GERMAN_CSV

CUSTOMERS = 2_000


@dataclass
class Company:
    """A generated company and a connection that sees its files as tables; truth tables begin with ``true_``."""

    summary: DemoSummary
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        ((value,),) = self.rows(sql)
        return value


def open_company(summary: DemoSummary) -> Company:
    connection = duckdb.connect()
    for entity in ENTITIES:
        if entity in GERMAN_CSV:
            continue
        folder = summary.landing / entity
        files = f"{folder}/*.parquet" if folder.is_dir() else f"{folder}.parquet"
        connection.execute(f"create view \"{entity}\" as from read_parquet('{files}')")
    for truth in sorted(summary.truth.glob("*.parquet")):
        connection.execute(f"create view true_{truth.stem} as from '{truth}'")
    return Company(summary, connection)


@pytest.fixture(scope="session")
def demo_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo_company")


@pytest.fixture(scope="session")
def company(demo_dir: Path) -> Iterator[Company]:
    opened = open_company(generate(demo_dir, CUSTOMERS))
    yield opened
    opened.connection.close()
