"""The ledger: decisions that a rebuild may not change, kept as append-only Parquet files outside the warehouse.

A file is written aside and renamed, and never changed afterwards. Before the models run, all files are loaded into the
schema ``ledger`` of the warehouse, whose tables exist, typed and empty, from the first run on.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.transform.parameters import quarter_label

TABLES: dict[str, dict[str, str]] = {
    "effective_tier": {
        "customer_id": "varchar",
        "quarter_start_date": "date",
        "tier_raw": "varchar",
        "tier_effective": "varchar",
        "source_set": "varchar",
    },
    "campaign_target": {
        "campaign_id": "varchar",
        "quarter_start_date": "date",
        "customer_id": "varchar",
        "arm": "varchar",
        "rank": "integer",
        "score": "decimal(18,2)",
        "driver": "varchar",
        "owner_rep_id": "varchar",
        "channel": "varchar",
        "stratum": "varchar",
        "list_version": "integer",
        "frozen_at": "timestamp",
    },
    "publication": {
        "publication_number": "integer",
        "run_id": "varchar",
        "source_set": "varchar",
        "published_at": "timestamp",
        "quarter_start_date": "date",
        "is_provisional": "boolean",
        "customer_count": "bigint",
        "net_revenue_amount": "decimal(18,2)",
    },
}


def source_set(data_sources: Sequence[str]) -> str:
    """Return the data sources of a run as one value."""
    return "+".join(sorted(set(data_sources)))


def load(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Replace the tables of schema ``ledger`` by what the ledger's files hold, in one transaction."""
    connection.execute("begin")
    connection.execute("create schema if not exists ledger")
    for table, columns in TABLES.items():
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create or replace table ledger.{table} ({declared})")
        if any(home.ledger.glob(f"{table}/*.parquet")):
            names = ", ".join(columns)
            connection.execute(
                f"insert into ledger.{table} ({names}) select {names}"
                f" from read_parquet('{_quoted(home.ledger / table)}/*.parquet', union_by_name = true)"
                f" order by all"
            )
    connection.execute("commit")


def record_tiers(connection: duckdb.DuckDBPyConnection, home: Home, data_sources: Sequence[str]) -> list[date]:
    """Write down the published tiers of each closed quarter that is not in the ledger for these sources.

    Returns the quarters that were added. ``connection`` reads the warehouse whose tables were just published.
    """
    sources = source_set(data_sources)
    quarters = connection.execute(
        "select distinct quarter_start_date from published.customer_segments where not is_provisional order by 1"
    ).fetchall()
    added: list[date] = []
    for (quarter,) in quarters:
        target = home.ledger / "effective_tier" / f"{quarter_label(quarter)}-{_short(sources)}.parquet"
        if target.exists():
            continue
        _write(
            connection,
            "select customer_id, quarter_start_date, tier_raw, tier_effective, "
            f"'{_escaped(sources)}' as source_set from published.customer_segments"
            f" where quarter_start_date = date '{quarter}' order by customer_id",
            target,
        )
        added.append(quarter)
    return added


def record_campaign(connection: duckdb.DuckDBPyConnection, home: Home, campaign_id: str, query: str) -> None:
    """Write down an issued list: the rows of ``query``, which has the columns of ``ledger.campaign_target``."""
    names = ", ".join(TABLES["campaign_target"])
    _write(connection, f"select {names} from ({query}) order by customer_id", campaign_file(home, campaign_id))


def campaign_file(home: Home, campaign_id: str) -> Path:
    """Return the file that holds the issued list of a campaign; it exists once the list was issued."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", campaign_id).strip("-")
    return home.ledger / "campaign_target" / f"{readable}-{_short(campaign_id)}.parquet"


def record_publication(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    number: int,
    run_id: str,
    sources: str,
    published_at: datetime,
    quarters: Sequence[tuple[date, bool, int, str | None]],
) -> None:
    """Write down what a publication held, for comparison with later ones. Does nothing where that was done before.

    ``quarters`` holds first day, whether provisional, customers and trailing net revenue of each published quarter.
    """
    target = home.ledger / "publication" / f"{number:06d}.parquet"
    if target.exists():
        return
    rows = ", ".join(
        f"({number}, '{run_id}', '{_escaped(sources)}', timestamp '{published_at:%Y-%m-%d %H:%M:%S}', date '{quarter}',"
        f" {is_provisional}, {customers}, {'null' if revenue is None else revenue})"
        for quarter, is_provisional, customers, revenue in quarters
    )
    if not rows:
        return
    columns = TABLES["publication"]
    casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
    _write(
        connection,
        f"select {casts} from (values {rows}) as publication ({', '.join(columns)}) order by quarter_start_date",
        target,
    )


def _write(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # The name keeps a file that a killed run left behind out of the *.parquet that are read.
    aside = target.with_suffix(f".{os.getpid()}")
    connection.execute(f"copy ({query}) to '{_quoted(aside)}' (format parquet)")
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    aside.replace(target)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _quoted(path: Path) -> str:
    return _escaped(str(path))
