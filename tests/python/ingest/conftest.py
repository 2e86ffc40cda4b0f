"""A small system with one feed of every kind of column, and a way to deliver files to it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.ingest import IngestReport, SourceSpec, delivery, ingest
from orchestration.ingest.pipeline import Progress

COLUMNS: dict[str, dict[str, Any]] = {
    "order_line": {
        "order_id": {"data_type": "varchar", "required": True},
        "line_number": {"data_type": "integer", "required": True},
        "posting_date": {"data_type": "date"},
        "net_amount": {"data_type": "decimal(18,2)"},
        "note": {"data_type": "varchar"},
        "weight": {"data_type": "double"},
        "changed_at": {"data_type": "timestamp"},
        "is_express": {"data_type": "boolean"},
    },
    "customer": {
        "customer_id": {"data_type": "varchar", "required": True},
        "customer_name": {"data_type": "varchar", "required": True},
        "city": {"data_type": "varchar"},
    },
    "price": {
        "product_id": {"data_type": "varchar", "required": True},
        "unit_price": {"data_type": "decimal(18,4)"},
    },
}
FEEDS: dict[str, dict[str, Any]] = {
    "order_line": {"files": ["order_line.csv", "order_line/*"], "mode": "snapshot"},
    "customer": {
        "files": ["customer.csv", "customer/*"],
        "mode": "merge",
        "key": ["customer_id"],
        "pass_through_prefix": "x_",
    },
    "price": {"files": ["price.csv", "price/*"], "mode": "append"},
}


def moment(*parts: int) -> datetime.datetime:
    """Return a point in time as the warehouse holds it: UTC, without a zone."""
    return datetime.datetime(*parts, tzinfo=datetime.UTC).replace(tzinfo=None)  # type: ignore[misc, arg-type]


def write_project(
    folder: Path,
    feeds: dict[str, dict[str, Any]] | None = None,
    columns: dict[str, dict[str, dict[str, Any]]] | None = None,
    system: str = "shop",
) -> Path:
    """Write a project whose only content is the declaration of one system."""
    declared_feeds, declared_columns = feeds or FEEDS, columns or COLUMNS
    tables = [
        {
            "name": name,
            "config": {"meta": {"feed": feed}},
            "columns": [
                {
                    "name": column,
                    "data_type": settings["data_type"],
                    "description": f"The {column.replace('_', ' ')}.",
                    "config": {"meta": {key: value for key, value in settings.items() if key != "data_type"}},
                }
                for column, settings in declared_columns[name].items()
            ],
        }
        for name, feed in declared_feeds.items()
    ]
    path = folder / "models" / "staging" / system / f"_{system}__sources.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    source = {"name": f"raw_{system}", "schema": f"raw_{system}", "tables": tables}
    path.write_text(yaml.safe_dump({"version": 2, "sources": [source]}, sort_keys=False), encoding="utf-8")
    return folder


@dataclass
class Shop:
    """A project, a folder of deliveries, a home and its warehouse."""

    project: Path
    landing: Path
    home: Path
    connection: duckdb.DuckDBPyConnection
    progress: list[tuple[str, int, int]] = field(default_factory=list)
    hour: int = 0

    def deliver(self, name: str, content: str | bytes) -> Path:
        """Write a delivered file."""
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def ingest(self, source: Path | None = None, name: str | None = None) -> IngestReport:
        """Run the ingestion of the folder (or of one file) as a later run than the one before."""
        self.hour += 1
        report: Progress = lambda text, done, total: self.progress.append((text, done, total))  # noqa: E731
        return ingest(
            [SourceSpec("shop", name, source or self.landing)],
            self.home,
            self.project,
            self.connection,
            report,
            datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(hours=self.hour),
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query).fetchall()

    def column(self, name: str, feed: str = "order_line") -> list[Any]:
        """Return the values of a raw column in the order of the rows."""
        return [row[0] for row in self.rows(f"select {name} from raw_shop.{feed} order by _source_file, _row_number")]

    def quarantine(self) -> list[tuple[Any, ...]]:
        """Return (file, row, column, value, reason) of all quarantined fields."""
        return self.rows(
            "select source_file, row_number, column_name, value, reason from ingest.quarantine order by all"
        )


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a test are complete when it runs; only the tests of half-written files wait."""
    monkeypatch.setattr(delivery, "SETTLE_SECONDS", 0.0)


@pytest.fixture
def make_shop(tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    """Build shops with other declarations."""
    connections: list[duckdb.DuckDBPyConnection] = []

    def build(**declaration: Any) -> Shop:
        project = write_project(tmp_path / f"project{len(connections)}", **declaration)
        landing, home = tmp_path / f"landing{len(connections)}", tmp_path / f"home{len(connections)}"
        landing.mkdir()
        home.mkdir()
        connections.append(duckdb.connect(str(home / "warehouse.duckdb")))
        return Shop(project, landing, home, connections[-1])

    yield build
    for connection in connections:
        connection.close()


@pytest.fixture
def shop(make_shop: Callable[..., Shop]) -> Shop:
    """The shop with the standard declarations."""
    return make_shop()
