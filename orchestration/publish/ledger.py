"""The ledger: decisions that a rebuild may not change, kept as append-only Parquet files outside the warehouse.

A file is written aside and renamed, and never changed afterwards. A version of a campaign list is a folder with one
file a table, renamed as a whole, so that all of it is there or nothing. Before the models run, all files are loaded
into the schema ``ledger`` of the warehouse, whose tables exist, typed and empty, from the first run on.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
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
    "portfolio_zone": {
        "customer_id": "varchar",
        "quarter_start_date": "date",
        "zone": "varchar",
        "source_set": "varchar",
    },
    "focus_slot": {
        "rep_id": "varchar",
        "quarter_start_date": "date",
        "customer_id": "varchar",
        "focus_layer": "varchar",
        "slot_reason": "varchar",
        "slot_since_date": "date",
        "source_set": "varchar",
    },
    "coverage_loss": {
        "customer_id": "varchar",
        "quarter_start_date": "date",
        "loss_quarter_count": "integer",
        "source_set": "varchar",
    },
    "inside_sales_assignment": {
        "customer_id": "varchar",
        "quarter_start_date": "date",
        "rep_id": "varchar",
        "backup_rep_id": "varchar",
        "source_set": "varchar",
    },
    "campaign_list": {
        "campaign_id": "varchar",
        "quarter_start_date": "date",
        "campaign_type": "varchar",
        "list_version": "integer",
        "version_reason": "varchar",
        "frozen_at": "timestamp",
        "snapshot_id": "varchar",
        "policy_hash": "varchar",
        "snapshot_quarter_start_date": "date",
        "owner": "varchar",
        "goal": "varchar",
        "capacity_count": "integer",
        "control_ratio": "decimal(9,6)",
        "planned_effect_amount": "decimal(18,2)",
        "salt": "varchar",
    },
    "campaign_target": {
        "campaign_id": "varchar",
        "quarter_start_date": "date",
        "customer_id": "varchar",
        "customer_name": "varchar",
        "arm": "varchar",
        "rank": "integer",
        "score": "decimal(18,2)",
        "driver": "varchar",
        "evidence": "varchar",
        "owner_rep_id": "varchar",
        "owner_rep_name": "varchar",
        "channel": "varchar",
        "stratum": "varchar",
        "list_version": "integer",
        "frozen_at": "timestamp",
    },
    "campaign_exclusion": {
        "campaign_id": "varchar",
        "quarter_start_date": "date",
        "customer_id": "varchar",
        "reason": "varchar",
        "reasons": "varchar",
        "score": "decimal(18,2)",
        "list_version": "integer",
    },
    "campaign_member": {
        "campaign_id": "varchar",
        "list_version": "integer",
        "customer_id": "varchar",
        "account_id": "varchar",
        "contact_id": "varchar",
    },
    "priority_override_event": {
        "publication_number": "integer",
        "data_source": "varchar",
        "request_id": "varchar",
        "version_number": "integer",
        "inquiry_id": "varchar",
        "account_id": "varchar",
        "from_priority": "varchar",
        "to_priority": "varchar",
        "reason_code": "varchar",
        "requester_id": "varchar",
        "approver_id": "varchar",
        "status": "varchar",
        "requested_at": "timestamp",
        "decided_at": "timestamp",
        "valid_until": "date",
        "expected_result_amount": "decimal(18,2)",
        "source_set": "varchar",
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


_CAMPAIGN_FOLDER = "campaign"
# The tables of a campaign list, its head first.
CAMPAIGN_TABLES = ("campaign_list", "campaign_target", "campaign_exclusion", "campaign_member")


def source_set(data_sources: Sequence[str]) -> str:
    """Return the data sources of a run as one value."""
    return "+".join(sorted(set(data_sources)))


def load(connection: duckdb.DuckDBPyConnection, home: Home, tables: Iterable[str] = tuple(TABLES)) -> None:
    """Replace tables of schema ``ledger`` by what the ledger's files hold, in one transaction."""
    connection.execute("begin")
    connection.execute("create schema if not exists ledger")
    for table in tables:
        declared = ", ".join(f"{name} {kind}" for name, kind in TABLES[table].items())
        connection.execute(f"create or replace table ledger.{table} ({declared})")
        _insert(connection, table, _files_of(home, table))
    if "campaign_list" in tables:
        _add_lists_without_head(connection, home)
    connection.execute("commit")


def record_tiers(connection: duckdb.DuckDBPyConnection, home: Home, data_sources: Sequence[str]) -> list[date]:
    """Write down the published tiers of each closed quarter that is not in the ledger for these sources.

    Returns the quarters that were added. ``connection`` reads the warehouse whose tables were just published.
    """
    return _record_closed_quarters(connection, home, data_sources, "effective_tier", "published.customer_segments")


def record_zones(connection: duckdb.DuckDBPyConnection, home: Home, data_sources: Sequence[str]) -> list[date]:
    """Write down the portfolio zones of all customers, those that are not rated included, in the same way."""
    return _record_closed_quarters(connection, home, data_sources, "portfolio_zone", "published.portfolio_zones")


def record_focus_slots(connection: duckdb.DuckDBPyConnection, home: Home, data_sources: Sequence[str]) -> list[date]:
    """Write down the focus accounts of all reps, TOP5 and ACTIVE15, in the same way.

    They say which prospect holds a rep's place for one, and in which layer a cohort began.
    """
    focus = "(select * from published.focus_accounts where focus_layer <> 'REST')"
    return _record_closed_quarters(connection, home, data_sources, "focus_slot", focus)


def record_losses(connection: duckdb.DuckDBPyConnection, home: Home, data_sources: Sequence[str]) -> list[date]:
    """Write down for how many quarters customers of low potential have cost more than they brought, in the same way."""
    losses = "(select * from published.coverage_plan where loss_quarter_count > 0)"
    return _record_closed_quarters(connection, home, data_sources, "coverage_loss", losses)


def record_inside_sales(connection: duckdb.DuckDBPyConnection, home: Home, data_sources: Sequence[str]) -> list[date]:
    """Write down which inside rep looks after which customer, in the same way."""
    assigned = "(select * from published.inside_sales_assignment where status = 'ASSIGNED')"
    return _record_closed_quarters(connection, home, data_sources, "inside_sales_assignment", assigned)


def _record_closed_quarters(
    connection: duckdb.DuckDBPyConnection, home: Home, data_sources: Sequence[str], table: str, published: str
) -> list[date]:
    """Write a file of ``table`` for each closed quarter that has none for these sources, and return those quarters."""
    sources = source_set(data_sources)
    quarters = connection.execute(
        f"select distinct quarter_start_date from {published} where not is_provisional order by 1"
    ).fetchall()
    names = ", ".join(name for name in TABLES[table] if name != "source_set")
    added: list[date] = []
    for (quarter,) in quarters:
        target = home.ledger / table / f"{quarter_label(quarter)}-{short_hash(sources)}.parquet"
        if target.exists():
            continue
        _write(
            connection,
            f"select {names}, '{_escaped(sources)}' as source_set from {published}"
            f" where quarter_start_date = date '{quarter}' order by all",
            target,
        )
        added.append(quarter)
    return added


def record_overrides(
    connection: duckdb.DuckDBPyConnection, home: Home, number: int, run_id: str, data_sources: Sequence[str]
) -> int:
    """Write down the versions of priority requests that the ledger does not hold yet; returns how many there were.

    This comes before publication ``number`` and not after it: a publication is never without the versions behind it.
    Where the publication then fails, what was delivered stays written down, and the next attempt has the same number.
    """
    target = home.ledger / "priority_override_event" / f"{number:06d}-{short_hash(run_id)}.parquet"
    if target.exists():
        return 0
    sources = source_set(data_sources)
    # What the models see: versions of these data sources, and of deliveries that name other systems behind them.
    named = ", ".join(f"'{_escaped(source)}'" for source in sorted(set(data_sources)))
    held = "select '' as data_source, '' as request_id, 0 as version_number, '' as source_set"
    files = _files_of(home, "priority_override_event")
    if files:
        paths = ", ".join(f"'{_quoted(path)}'" for path in files)
        held = f"from read_parquet([{paths}], union_by_name = true)"
    given = {"publication_number": str(number), "source_set": f"'{_escaped(sources)}'"}
    casts = ", ".join(
        f"cast({given.get(name, name)} as {kind}) as {name}" for name, kind in TABLES["priority_override_event"].items()
    )
    new = (
        f"select {casts} from intermediate.int_override__version as shown where publication_number is null"
        f" and not exists (select 1 from ({held}) as held where held.data_source = shown.data_source"
        " and held.request_id = shown.request_id and held.version_number >= shown.version_number"
        f" and (held.data_source in ({named}) or held.source_set = '{_escaped(sources)}'))"
    )
    [(count,)] = connection.execute(f"select count(*) from ({new})").fetchall()
    if count:
        _write(connection, f"{new} order by data_source, request_id, version_number", target)
    return int(count)


def record_campaign(
    connection: duckdb.DuckDBPyConnection, home: Home, campaign_id: str, version: int, queries: Mapping[str, str]
) -> Path:
    """Write down a version of a campaign list; it is issued when this returns, and not before.

    ``queries`` holds a query for each of ``CAMPAIGN_TABLES``, whose columns are cast to those of the ledger by name.
    Returns the folder of the version. Raises FileExistsError where the version was written before.
    """
    folder = campaign_folder(home, campaign_id, version)
    if folder.exists():
        raise FileExistsError(f"{folder}: version {version} of {campaign_id} is in the ledger already")
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(".*"):
        shutil.rmtree(left, ignore_errors=True)
    aside = folder.with_name(f".{folder.name}-{os.getpid()}")
    aside.mkdir()
    for table in CAMPAIGN_TABLES:
        casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in TABLES[table].items())
        _write(connection, f"select {casts} from ({queries[table]}) order by all", aside / f"{table}.parquet")
    _flush(aside)
    aside.rename(folder)
    _flush(folder.parent)
    return folder


def campaign_folder(home: Home, campaign_id: str, version: int) -> Path:
    """Return the folder that holds a version of a campaign list; it exists once the version was issued."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", campaign_id).strip("-")
    return home.ledger / _CAMPAIGN_FOLDER / f"{readable}-{short_hash(campaign_id)}-v{version}"


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


def publication_numbers(home: Home) -> list[int]:
    """Return the numbers of the publications that were written down."""
    return [int(path.stem) for path in home.ledger.glob("publication/*.parquet") if path.stem.isdigit()]


def _files_of(home: Home, table: str) -> list[Path]:
    """The files of a table. Those of campaign lists lie in the folder of their version, but for the oldest ones."""
    files = list(home.ledger.glob(f"{table}/*.parquet"))
    if table in CAMPAIGN_TABLES:
        # A folder whose name begins with a dot was not finished.
        files += home.ledger.glob(f"{_CAMPAIGN_FOLDER}/[!.]*/{table}.parquet")
    return sorted(files)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, files: Sequence[Path]) -> None:
    """Add the rows of files, which may have been written before the table got its latest columns."""
    if not files:
        return
    paths = ", ".join(f"'{_quoted(path)}'" for path in files)
    written = f"read_parquet([{paths}], union_by_name = true)"
    known = {row[0] for row in connection.execute(f"describe from {written}").fetchall()}
    names = ", ".join(name for name in TABLES[table] if name in known)
    connection.execute(f"insert into ledger.{table} ({names}) select {names} from {written} order by all")


def _add_lists_without_head(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Lists issued before there was ``campaign_list``: what is known of them. All were lists of share of wallet."""
    files = list(home.ledger.glob("campaign_target/*.parquet"))
    if files:
        paths = ", ".join(f"'{_quoted(path)}'" for path in sorted(files))
        connection.execute(
            "insert into ledger.campaign_list (campaign_id, quarter_start_date, campaign_type, list_version, frozen_at,"
            " snapshot_quarter_start_date)"
            " select campaign_id, quarter_start_date, 'SOW', list_version, min(frozen_at),"
            " quarter_start_date - interval 3 month"
            f" from read_parquet([{paths}], union_by_name = true)"
            " group by campaign_id, quarter_start_date, list_version order by all"
        )


def _write(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # The name keeps a file that a killed run left behind out of the *.parquet that are read.
    aside = target.with_suffix(f".{os.getpid()}")
    connection.execute(f"copy ({query}) to '{_quoted(aside)}' (format parquet)")
    with aside.open("rb") as written:
        os.fsync(written.fileno())
    aside.replace(target)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def short_hash(text: str) -> str:
    """Return eight characters that tell names apart which look alike once they are part of a file name."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _quoted(path: Path) -> str:
    return _escaped(str(path))
