"""Issuing a campaign list: a quarter's proposal is frozen in the ledger and exported for the people who work it."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration import lock
from orchestration.home import Home
from orchestration.outcome import InputError
from orchestration.publish import ledger
from orchestration.transform.parameters import quarter_label

# A spreadsheet takes a text that begins with one of these for a formula and executes it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class IssuedList:
    """An issued list: its campaign, its file, its size, and whether it was issued by this call."""

    campaign_id: str
    path: Path
    treatment_count: int
    control_count: int
    is_new: bool


def issue(home: Home, quarter: date) -> list[IssuedList]:
    """Freeze and export the lists of a quarter. A list that was issued before stays as it is.

    Raises InputError where nothing is published or the publication proposes no list for the quarter.
    """
    label = quarter_label(quarter)
    if not home.served_file.exists():
        raise InputError(f"home {home.root}: nothing is published yet; run 'kundenwert refresh' first")
    with lock.hold(home, f"campaign issue --quarter {label}"), duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{_quoted(home.served_file)}' as served (read_only)")
        campaigns = _campaigns(connection, quarter)
        if not campaigns:
            known = _quarters_with_lists(connection)
            raise InputError(
                f"--quarter {label}: the publication holds no campaign list for this quarter"
                f"{f'; there are lists for {known}' if known else ''}"
            )
        return [_issue_one(connection, home, campaign_id, label) for campaign_id in campaigns]


def escape_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _campaigns(connection: duckdb.DuckDBPyConnection, quarter: date) -> list[str]:
    rows = connection.execute(
        "select distinct campaign_id from served.published.campaign_targets where quarter_start_date = ? order by 1",
        [quarter],
    ).fetchall()
    return [row[0] for row in rows]


def _quarters_with_lists(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute(
        "select distinct quarter_start_date from served.published.campaign_targets order by 1"
    ).fetchall()
    return ", ".join(quarter_label(row[0]) for row in rows)


def _issue_one(connection: duckdb.DuckDBPyConnection, home: Home, campaign_id: str, label: str) -> IssuedList:
    frozen = ledger.campaign_file(home, campaign_id)
    is_new = not frozen.exists()
    if is_new:
        columns = ", ".join(
            name for name in ledger.TABLES["campaign_target"] if name not in ("list_version", "frozen_at")
        )
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        ledger.record_campaign(
            connection,
            home,
            campaign_id,
            f"select {columns}, cast(1 as integer) as list_version, timestamp '{now}' as frozen_at"
            f" from served.published.campaign_targets where campaign_id = '{_escaped(campaign_id)}'",
        )
    path = home.exports / label / f"campaign_{_file_name(campaign_id)}_targets.csv"
    if is_new or not path.exists():
        _export(connection, frozen, path)
    treatment, control = connection.execute(
        "select count(*) filter (where arm = 'TREATMENT'), count(*) filter (where arm = 'CONTROL')"
        f" from read_parquet('{_quoted(frozen)}')"
    ).fetchall()[0]
    return IssuedList(campaign_id, path, treatment, control, is_new)


def _export(connection: duckdb.DuckDBPyConnection, frozen: Path, path: Path) -> None:
    """Write the frozen list with the customers' names, best first, the customers to be contacted before the control."""
    columns = ", ".join(f"list.{name}" for name in ledger.TABLES["campaign_target"] if name != "customer_id")
    cursor = connection.execute(
        f"select list.customer_id, customer.customer_name, {columns}"
        f" from read_parquet('{_quoted(frozen)}') as list"
        " left join (select customer_id, max_by(customer_name, quarter_start_date) as customer_name"
        " from served.published.customer_segments group by customer_id) as customer"
        " on customer.customer_id = list.customer_id"
        " order by list.arm desc, list.rank, list.customer_id"
    )
    names = [column[0] for column in cursor.description or []]
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}")
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in cursor.fetchall():
            writer.writerow([escape_formula(value) if isinstance(value, str) else value for value in row])
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _file_name(campaign_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", campaign_id)


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _quoted(path: Path) -> str:
    return _escaped(str(path))
