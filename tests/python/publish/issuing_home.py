"""A home made by hand: a served file and a warehouse with what issuing a list reads of them, and no more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home

CAMPAIGN = "SOW-2025Q4"
RUN = "run of the publication"
# An id with a quote and a name that a spreadsheet would execute.
ODD_CUSTOMER = "K'2"
FORMULA_NAME = "=cmd|' /C calc'!A0"

Row = Mapping[str, Any]


def target(customer: str, arm: str, rank: int, **values: Any) -> dict[str, Any]:
    """A row of a proposal."""
    return {
        "campaign_id": CAMPAIGN,
        "quarter_start_date": "2025-10-01",
        "customer_id": customer,
        "arm": arm,
        "rank": rank,
        "score": f"{1000 - rank}.50",
        "driver": "Share of wallet 10.0 % of an attainable 90.0 %",
        "evidence": "wallet declared",
        "owner_rep_id": "R1",
        "channel": "FIELD",
        "stratum": "HIGH|A",
        "list_version": 0,
        "snapshot_quarter_start_date": "2025-07-01",
        **values,
    }


def targets() -> list[dict[str, Any]]:
    return [
        target("K1", "TREATMENT", 1),
        target(ODD_CUSTOMER, "TREATMENT", 2, owner_rep_id="R2"),
        target("K3", "CONTROL", 3),
        target("K4", "TREATMENT", 4, owner_rep_id=None, evidence=None),
    ]


@dataclass
class Company:
    """What the home is to hold; a test changes what it is about."""

    targets: Sequence[Row] = field(default_factory=targets)
    exclusions: Sequence[Row] = field(
        default_factory=lambda: [
            {
                "campaign_id": CAMPAIGN,
                "quarter_start_date": "2025-10-01",
                "customer_id": "K9",
                "reason": "BLOCKED",
                "reasons": "BLOCKED,COOL_DOWN",
                "score": "77.00",
            }
        ]
    )
    calendar: Sequence[Row] = field(
        default_factory=lambda: [
            {
                "campaign_id": CAMPAIGN,
                "quarter_start_date": "2025-10-01",
                "campaign_type": "SOW",
                "owner": "Head of sales",
                "goal": "Win share of wallet",
                "capacity_count": 3,
                "control_ratio": None,
                "planned_effect_amount": "3000.00",
                "salt": "salt",
                "status": "ACTIVE",
            }
        ]
    )
    names: Mapping[str, str] = field(
        default_factory=lambda: {"K1": "Company 1", ODD_CUSTOMER: FORMULA_NAME, "K3": "Company 3", "K4": "Company 4"}
    )
    contacts: Sequence[Row] = field(
        default_factory=lambda: [
            {"customer_id": customer, "account_id": f"A-{customer}", "contact_id": f"C-{customer}-{number}"}
            for customer in ("K1", "K3", "K4", "K8")
            for number in (1, 2)
        ]
    )
    # First day, whether provisional, last day counted.
    quarters: Sequence[tuple[str, bool, str]] = (
        ("2025-07-01", False, "2025-09-30"),
        ("2025-10-01", True, "2025-10-10"),
    )
    warehouse_run: str = RUN
    failed_checks: Sequence[Row] = ()


TARGETS = (
    "campaign_id varchar, quarter_start_date date, customer_id varchar, arm varchar, rank integer, score decimal(18, 2),"
    " driver varchar, evidence varchar, owner_rep_id varchar, channel varchar, stratum varchar, list_version integer,"
    " frozen_at timestamp, snapshot_quarter_start_date date"
)
EXCLUSIONS = (
    "campaign_id varchar, quarter_start_date date, customer_id varchar, reason varchar, reasons varchar,"
    " score decimal(18, 2), snapshot_quarter_start_date date"
)
CALENDAR = (
    "campaign_id varchar, quarter_start_date date, campaign_type varchar, owner varchar, goal varchar,"
    " capacity_count integer, control_ratio decimal(9, 6), planned_effect_amount decimal(18, 2), salt varchar,"
    " status varchar, description varchar"
)


def write_home(root: Path, company: Company) -> Home:
    """Write the publication and the warehouse of a home, in the place of those that are there."""
    home = Home(root)
    folder = home.publications / "000001"
    folder.mkdir(parents=True, exist_ok=True)
    if not home.published.exists():
        home.published.symlink_to(folder.relative_to(root), target_is_directory=True)
    document = {
        "number": 1,
        "run_id": RUN,
        "published_at": "2025-10-11 05:00:00",
        "data_sources": ["canonical"],
        "tables": {},
        "quarters": [[first_day, provisional, 4, None] for first_day, provisional, _ in company.quarters],
        "key_figures": [],
    }
    (folder / "publication.json").write_text(json.dumps(document), encoding="utf-8")
    for file in (home.served_file, home.warehouse):
        file.unlink(missing_ok=True)
    segments = [
        {
            "quarter_start_date": first_day,
            "as_of_date": as_of,
            "is_provisional": provisional,
            "customer_id": customer,
            # The name of the newest quarter counts.
            "customer_name": name if first_day == max(day for day, *_ in company.quarters) else "old name",
        }
        for first_day, provisional, as_of in company.quarters
        for customer, name in company.names.items()
    ]
    with duckdb.connect(str(home.served_file)) as connection:
        connection.execute("create schema published")
        _create(connection, "published.campaign_targets", TARGETS, company.targets)
        _create(connection, "published.campaign_exclusions", EXCLUSIONS, company.exclusions)
        _create(connection, "published.campaign_calendar", CALENDAR, company.calendar)
        _create(
            connection,
            "published.customer_segments",
            "quarter_start_date date, as_of_date date, is_provisional boolean, customer_id varchar, customer_name varchar",
            segments,
        )
    with duckdb.connect(str(home.warehouse)) as connection:
        for schema in ("run", "quality", "policy", "intermediate", "marts"):
            connection.execute(f"create schema {schema}")
        _create(
            connection,
            "run.parameter",
            "snapshot_id varchar, policy_hash varchar",
            [{"snapshot_id": company.warehouse_run, "policy_hash": "hash of the policy"}],
        )
        _create(
            connection,
            "quality.gate_result",
            "run_id varchar, entity varchar, check_name varchar, severity varchar, is_passed boolean, observed varchar,"
            " expected varchar, remedy varchar",
            company.failed_checks,
        )
        _create(connection, "policy.policy_campaign_calendar", CALENDAR, company.calendar)
        _create(
            connection,
            "intermediate.int_policy__by_quarter",
            "quarter_start_date date, campaign_control_ratio decimal(9, 6)",
            [{"quarter_start_date": first_day, "campaign_control_ratio": "0.25"} for first_day, *_ in company.quarters],
        )
        _create(
            connection,
            "marts.dim_rep",
            "rep_id varchar, rep_name varchar",
            [{"rep_id": "R1", "rep_name": "Erika Example"}, {"rep_id": "R2", "rep_name": "@Max"}],
        )
        _create(connection, "intermediate.int_campaign__selection", TARGETS, company.targets)
        _create(connection, "intermediate.int_campaign__place", EXCLUSIONS, company.exclusions)
        _create(
            connection,
            "intermediate.int_campaign__contactable_member",
            "customer_id varchar, account_id varchar, contact_id varchar, contact_role varchar",
            company.contacts,
        )
    return home


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[Row]) -> None:
    connection.execute(f"create table {table} ({columns})")
    for row in rows:
        marks = ", ".join("?" for _ in row)
        connection.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", list(row.values()))
