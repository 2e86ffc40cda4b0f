"""Publishing: the schema ``published`` of the warehouse becomes the served file and Parquet in one step.

A publication is a folder of its own, complete before anyone can see it; ``<home>/published`` is a link that is put on
it by one rename. A process that is killed leaves either the old link or the new one, never something in between. The
previous publication is kept for those who are still reading it; older ones are removed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.outcome import InputError
from orchestration.progress import Stage
from orchestration.publish import ledger

# Readable by every DuckDB client from 1.0 on.
STORAGE_VERSION = "v1.0.0"
DESCRIPTION = "publication.json"
KEPT = 2


@dataclass(frozen=True)
class PublishedTable:
    """A table of the published contract, and what its descriptions say."""

    name: str
    description: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Publication:
    """What a publication holds. ``quarters`` has first day, whether provisional, customers and trailing revenue."""

    number: int
    run_id: str
    published_at: str
    data_sources: tuple[str, ...]
    tables: Mapping[str, int]
    quarters: tuple[tuple[str, bool, int, str | None], ...]
    key_figures: tuple[tuple[str, str], ...]

    @property
    def source_set(self) -> str:
        """The data sources as one value."""
        return ledger.source_set(self.data_sources)


def published_tables(manifest: Mapping[str, Any]) -> list[PublishedTable]:
    """Read the tables of the published contract from dbt's manifest."""
    tables = [
        PublishedTable(
            name=node["alias"],
            description=_one_line(node.get("description")),
            columns={column["name"]: _one_line(column.get("description")) for column in node["columns"].values()},
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "published" and node["config"].get("enabled", True)
    ]
    return sorted(tables, key=lambda table: table.name)


def current(home: Home) -> Publication | None:
    """Return the publication that is being served, or None before the first one."""
    try:
        document = json.loads((home.published / DESCRIPTION).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Publication(
        **{
            **document,
            "data_sources": tuple(document["data_sources"]),
            "quarters": tuple(tuple(one) for one in document["quarters"]),
            "key_figures": tuple(tuple(one) for one in document["key_figures"]),
        }
    )


def parquet_of(home: Home, table: str) -> Path:
    """Return the Parquet file of a table of the publication that is being served."""
    return home.published / "parquet" / table / f"{table}.parquet"


def publish(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    tables: Sequence[PublishedTable],
    run_id: str,
    data_sources: Sequence[str],
    key_figures: Sequence[tuple[str, str]],
    stage: Stage,
) -> Publication:
    """Write a publication from the warehouse behind ``connection`` and put it in the place of the present one.

    Raises InputError where ``<home>/published`` is no link of ours.
    """
    if home.published.exists() and not home.published.is_symlink():
        raise InputError(f"{home.published}: is not a link made by kundenwert; move it away and run again")
    home.publications.mkdir(exist_ok=True)
    _remove_leftovers(home)
    # Numbers of publications that were lost are not given away again: the ledger compares with the latest.
    number = max((*(int(path.name) for path in _folders(home)), *ledger.publication_numbers(home)), default=0) + 1
    aside = home.publications / f".{number:06d}-{os.getpid()}"
    aside.mkdir()
    counts = _write_tables(connection, aside, tables, stage)
    publication = Publication(
        number=number,
        run_id=run_id,
        published_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        data_sources=tuple(sorted(data_sources)),
        tables=counts,
        quarters=tuple(_quarters(connection)),
        key_figures=tuple(key_figures),
    )
    (aside / DESCRIPTION).write_text(json.dumps(asdict(publication), indent=2), encoding="utf-8")
    for written in aside.rglob("*"):
        if written.is_file():
            _flush(written)
    folder = home.publications / f"{number:06d}"
    aside.rename(folder)
    point_to(home, folder)
    for old in _folders(home)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return publication


def point_to(home: Home, folder: Path) -> None:
    """Let ``<home>/published`` name this publication from one moment to the next."""
    link = home.root / f".published-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(folder.relative_to(home.root), target_is_directory=True)
    link.replace(home.published)
    _flush(home.root)


def restore(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Put the schema ``published`` of the warehouse back to what is being served, in one transaction.

    A run that computed tables but was blocked or killed must not pass its quarters on to the next publication.
    """
    connection.execute("drop schema if exists published cascade")
    if not home.served_file.exists():
        return
    connection.execute(f"attach '{_quoted(home.served_file)}' as served (read_only)")
    try:
        connection.execute("begin")
        connection.execute("create schema published")
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'served' and schema_name = 'published'"
            " and table_name <> 'data_quality' order by 1"
        ).fetchall():
            connection.execute(f'create table published."{name}" as select * from served.published."{name}"')
        connection.execute("commit")
    finally:
        connection.execute("detach served")


def _write_tables(
    connection: duckdb.DuckDBPyConnection, folder: Path, tables: Sequence[PublishedTable], stage: Stage
) -> dict[str, int]:
    counts: dict[str, int] = {}
    file = folder / "kundenwert.duckdb"
    connection.execute(f"attach '{_quoted(file)}' as serving (storage_version '{STORAGE_VERSION}')")
    try:
        connection.execute("create schema serving.published")
        for done, table in enumerate(tables):
            stage.update(table.name, done, len(tables))
            target = f'serving.published."{table.name}"'
            source = f'published."{table.name}"'
            # As they lie in the warehouse: a table is a set, and sorting millions of rows took a third of the time.
            connection.execute(f"create table {target} as from {source}")
            _describe(connection, target, table)
            parquet = folder / "parquet" / table.name
            parquet.mkdir(parents=True)
            connection.execute(f"copy {source} to '{_quoted(parquet / f'{table.name}.parquet')}' (format parquet)")
            counts[table.name] = connection.execute(f"select count(*) from {target}").fetchall()[0][0]
    finally:
        connection.execute("detach serving")
    return counts


def _describe(connection: duckdb.DuckDBPyConnection, target: str, table: PublishedTable) -> None:
    """Carry the descriptions of the contract into the served file, where a BI tool shows them."""
    if table.description:
        connection.execute(f"comment on table {target} is '{_escaped(table.description)}'")
    present = {row[0] for row in connection.execute(f"describe {target}").fetchall()}
    for column, description in table.columns.items():
        if description and column in present:
            connection.execute(f"comment on column {target}.\"{column}\" is '{_escaped(description)}'")


def _quarters(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, bool, int, str | None]]:
    rows = connection.execute(
        "select quarter_start_date, bool_or(is_provisional), count(*), sum(net_revenue_amount)"
        " from published.customer_segments group by quarter_start_date order by quarter_start_date"
    ).fetchall()
    return [
        (str(quarter), provisional, count, None if revenue is None else str(revenue))
        for quarter, provisional, count, revenue in rows
    ]


def quarters_of(publication: Publication) -> list[tuple[date, bool, int, str | None]]:
    """Return the quarters of a publication with their first day as a date."""
    return [
        (date.fromisoformat(quarter), provisional, count, revenue)
        for quarter, provisional, count, revenue in publication.quarters
    ]


def _folders(home: Home) -> list[Path]:
    return sorted(path for path in home.publications.glob("*") if path.name.isdigit())


def _remove_leftovers(home: Home) -> None:
    """Remove what killed runs left: unfinished folders, links, and publications that never came into service."""
    for path in home.publications.glob(".*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in home.root.glob(".published-*"):
        path.unlink(missing_ok=True)
    if home.published.is_symlink():
        served = home.published.resolve().name
        for path in _folders(home):
            if path.name > served:
                shutil.rmtree(path, ignore_errors=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _quoted(path: Path) -> str:
    return _escaped(str(path))
