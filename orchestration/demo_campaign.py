"""The demo company's past campaign: its list of 2026Q2 as it would have been issued, so that there are results.

In its data the demo company worked on the list: contacts are booked on the campaign, and treated customers bought more
in the quarter after. Who was on it is part of the known truth; here it becomes an entry of the ledger, as if
`kundenwert campaign issue` had been run on the quarter's first day. The true effects stay where they are.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb

from orchestration.home import PROJECT_DIR, Home
from orchestration.publish import ledger
from orchestration.transform.parameters import policy_files

_QUARTER = date(2026, 4, 1)
_SNAPSHOT_QUARTER = date(2026, 1, 1)
_FROZEN_AT = "2026-04-01 06:00:00"
_GENERATED_ANEW = "the demo company was generated anew"
_CHANNELS = {"key_account": "KAM", "field": "FIELD", "inside": "INSIDE"}


def issue_past_list(home: Home, landing: Path, truth: Path) -> bool:
    """Write the list of the past campaign to the ledger unless it is there; return whether it was written.

    A home whose calendar does not know the campaign gets none. ``landing`` and ``truth`` are the folders of the
    generated company.
    """
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"create view truth as from '{_quoted(truth / 'campaign_effect.parquet')}'")
        [(campaign_id,)] = connection.execute("select any_value(campaign_id) from truth").fetchall()
        campaign = _calendar_row(home, campaign_id)
        if campaign is None:
            return False
        ledger.load(connection, home, ledger.CAMPAIGN_TABLES)
        [(version,)] = connection.execute(
            "select coalesce(max(list_version), 0) from ledger.campaign_list where campaign_id = ?", [campaign_id]
        ).fetchall()
        if version and not _differs(connection, campaign_id, version):
            return False
        _read_company(connection, landing)
        connection.execute("create table calendar as select unnest($1, recursive := true)", [campaign])
        ledger.record_campaign(connection, home, campaign_id, version + 1, _queries(version + 1))
    return True


def _calendar_row(home: Home, campaign_id: str) -> dict[str, str | None] | None:
    path = policy_files(home, PROJECT_DIR)["policy_campaign_calendar"]
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["campaign_id"] == campaign_id and row["quarter_start_date"] == _QUARTER.isoformat():
                return {name: value or None for name, value in row.items()}
    return None


def _differs(connection: duckdb.DuckDBPyConnection, campaign_id: str, version: int) -> bool:
    """Whether the list in the ledger is that of another demo company, generated in this home before."""
    [(count,)] = connection.execute(
        "select count(*) from (select customer_id, arm from ledger.campaign_target"
        " where campaign_id = ? and list_version = ?) as listed"
        " full join (select erp_customer_id as customer_id, arm from truth) as planted using (customer_id, arm)"
        " where listed.customer_id is null or planted.customer_id is null",
        [campaign_id, version],
    ).fetchall()
    return bool(count)


def _read_company(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Names and contacts as the company's systems deliver them."""
    for entity in ("account", "contact", "customer"):
        connection.execute(f"create view {entity} as from '{_quoted(landing / entity)}/*.parquet'")
    connection.execute("create table rep (rep_id varchar, rep_name varchar)")
    with (landing / "rep.csv").open(encoding="cp1252", newline="") as file:
        names = [[row["rep_id"], row["rep_name"]] for row in csv.DictReader(file, delimiter=";")]
    connection.executemany("insert into rep values (?, ?)", names)


def _queries(version: int) -> dict[str, str]:
    reason = "null" if version == 1 else f"'{_GENERATED_ANEW}'"
    channel = " ".join(f"when '{role}' then '{name}'" for role, name in _CHANNELS.items())
    return {
        "campaign_list": (
            # The company held back a fifth.
            "select * replace (coalesce(control_ratio, '0.20') as control_ratio),"
            f" {version} as list_version, {reason} as version_reason, timestamp '{_FROZEN_AT}' as frozen_at,"
            f" null as snapshot_id, null as policy_hash, date '{_SNAPSHOT_QUARTER}' as snapshot_quarter_start_date"
            " from calendar"
        ),
        "campaign_target": (
            "select truth.campaign_id, calendar.quarter_start_date, truth.erp_customer_id as customer_id,"
            " customer.customer_name, truth.arm, truth.rank, truth.score,"
            " 'Gap between wallet and revenue as the company believed it: ' || truth.score || ' EUR' as driver,"
            f" null as evidence, truth.owner_rep_id, rep.rep_name as owner_rep_name, case truth.stratum {channel} end"
            f" as channel, truth.stratum, {version} as list_version, timestamp '{_FROZEN_AT}' as frozen_at"
            " from truth cross join calendar left join customer on customer.erp_customer_id = truth.erp_customer_id"
            " left join rep on rep.rep_id = truth.owner_rep_id"
        ),
        "campaign_exclusion": (
            "select null as campaign_id, null as quarter_start_date, null as customer_id, null as reason,"
            " null as reasons, null as score, null as list_version where false"
        ),
        "campaign_member": (
            f"select truth.campaign_id, {version} as list_version, truth.erp_customer_id as customer_id,"
            " contact.account_id, contact.contact_id from truth inner join contact"
            " on contact.account_id = truth.account_id inner join account on account.account_id = truth.account_id"
            " where truth.arm = 'TREATMENT' and not coalesce(contact.is_opted_out, false)"
            " and not coalesce(account.is_do_not_contact, false)"
        ),
    }


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
