"""What campaigns brought, told in sentences and exported, from the publication alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.home import Home
from orchestration.outcome import InputError
from orchestration.publish.campaign_export import csv_bytes
from orchestration.transform.parameters import quarter_label

_KPI_NAMES = {
    "net_revenue": "net revenue",
    "gross_margin": "gross margin",
    "process_cost_saving": "process cost saved",
}
# What a flag means for who reads the result; the others explain themselves by what is printed anyway.
_NOTES = {
    "CONTROL_CONTACTED": "control customers were contacted: the effect looks smaller than it is",
    "COST_UNKNOWN": "the ledger does not tell the cost of some of its activities: cost and return are unknown",
    "FEW_CUSTOMERS": "an arm has too few measured customers for an interval",
    "IN_BOTH_ARMS": "customers that were merged across the arms since are not measured",
    "NO_ACTIVITY_BOOKED": "no activity was booked on the campaign: cost, return and reach are unknown",
    "NO_ACTIVITY_DATA": "there are no activities in the data: cost, return and reach are unknown",
    "NO_BASELINE": "the data do not tell of the quarter before the campaign",
    "NO_CONTROL": "nobody was held back: there is nothing to compare with",
    "NO_COVARIATE": "the data do not tell of the year before the campaign: the effect is not adjusted by it",
    "NO_OUTCOME": "the data do not tell the cost of the outcome quarter",
    "NO_VARIATION": "no two customers of an arm differ: there is no interval",
    "POOLED_STRATA": "strata that were too small to be compared for themselves were pooled",
    "UNKNOWN_AMOUNTS": "customers with unknown amounts are not measured",
    "UNKNOWN_CUSTOMERS": "customers of the list that the data no longer hold are not measured",
}


@dataclass(frozen=True)
class Result:
    """What one campaign brought: its figures, the main one first, and the file that holds them."""

    campaign_id: str
    rows: list[dict[str, Any]]
    path: Path


def results(home: Home, quarter: date) -> list[Result]:
    """Read and export the results of a quarter's campaigns.

    Raises InputError where nothing is published, or the publication holds no result for the quarter, and says why.
    """
    label = quarter_label(quarter)
    if not home.served_file.exists():
        raise InputError(f"home {home.root}: nothing is published yet; run 'kundenwert refresh' first")
    with duckdb.connect(str(home.served_file), read_only=True) as connection:
        if not connection.execute("from duckdb_tables() where table_name = 'campaign_results'").fetchall():
            raise InputError(f"home {home.root}: the publication holds no results yet; run 'kundenwert refresh' first")
        cursor = connection.execute(
            "select * from published.campaign_results where quarter_start_date = ?"
            " order by campaign_id, is_main_kpi desc, kpi",
            [quarter],
        )
        names = [column[0] for column in cursor.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        if not rows:
            raise InputError(f"--quarter {label}: {_reason(connection, quarter)}")
    found = []
    for campaign_id in dict.fromkeys(row["campaign_id"] for row in rows):
        mine = [row for row in rows if row["campaign_id"] == campaign_id]
        readable = re.sub(r"[^A-Za-z0-9_-]+", "-", campaign_id)
        path = home.exports / label / f"campaign_{readable}_results.csv"
        _replace(path, csv_bytes(names, [tuple(row.values()) for row in mine]))
        found.append(Result(campaign_id, mine, path))
    return found


def sentences(row: Mapping[str, Any]) -> Iterator[str]:
    """Tell one figure of a campaign: the verdict with its reason, the effect, its size, cost and what to mind."""
    name = _KPI_NAMES.get(row["kpi"], row["kpi"])
    yield f"{name}: {row['verdict'] or 'no verdict'} - {_why(row)}"
    if row["uplift_amount"] is not None:
        interval = (
            f" ({_percent(row['confidence_ratio'])} interval {_amount(row['ci_low_amount'])} to"
            f" {_amount(row['ci_high_amount'])}, p {row['p_value']:.4f})"
            if row["ci_low_amount"] is not None
            else ""
        )
        yield (
            f"  {_amount(row['uplift_amount'])} per treated customer and quarter{interval},"
            f" {_amount(row['total_uplift_amount'])} for all {row['treated_count']:,}"
        )
        yield (
            f"  mean of {row['treated_count']:,} treated from {_amount(row['treated_before_amount'])} to"
            f" {_amount(row['treated_after_amount'])}, of {row['control_count']:,} held back from"
            f" {_amount(row['control_before_amount'])} to {_amount(row['control_after_amount'])}:"
            f" difference in differences {_amount(row['difference_in_differences_amount'])}"
        )
    detectable = (
        f"  smallest effect found with a probability of {_percent(row['power_ratio'])}:"
        f" {_amount(row['minimum_detectable_amount'])}"
    )
    if row["planned_effect_amount"] is not None:
        detectable += f"; planned {_amount(row['planned_effect_amount'])}"
        if row["required_count_per_arm"] is not None:
            detectable += f", which takes {row['required_count_per_arm']:,} customers in each arm"
    yield detectable


def effort(row: Mapping[str, Any]) -> Iterator[str]:
    """Tell what a campaign took, which is the same for all of its figures, and what to mind."""
    if row["contact_count"] is not None:
        cost = f"cost {_amount(row['cost_amount'])}" if row["cost_amount"] is not None else "cost unknown"
        yield (
            f"{row['contact_count']:,} activities, {cost}; reached {row['reached_count']:,} of"
            f" {row['listed_treated_count']:,} treated and {row['contaminated_count']:,} of"
            f" {row['listed_control_count']:,} held back"
        )


def returns(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Tell how often the cost came back in one quarter, by each figure."""
    known = [row for row in rows if row["return_ratio"] is not None]
    if known:
        told = ", ".join(f"{row['return_ratio']:.1f} by {_KPI_NAMES.get(row['kpi'], row['kpi'])}" for row in known)
        yield f"return on the cost in one quarter: {told}"


def notes(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Tell what to mind, once for all figures."""
    codes = sorted({code for row in rows for code in (row["flags"] or "").split(",") if code in _NOTES})
    for code in codes:
        yield f"note: {_NOTES[code]}"


def _why(row: Mapping[str, Any]) -> str:
    planned, detectable = row["planned_effect_amount"], row["minimum_detectable_amount"]
    if row["verdict"] == "LIFT":
        return "all of the interval lies above 0"
    if row["verdict"] == "HARM":
        return "all of the interval lies below 0"
    if row["verdict"] == "UNDERPOWERED":
        return (
            f"too few customers: what is found is {_amount(detectable)} or more, the planned {_amount(planned)} is not"
        )
    if row["verdict"] == "NO_EVIDENCE":
        if planned is None:
            return "the interval holds 0, and no effect was planned that it could be held against"
        return f"the interval holds 0, though the planned {_amount(planned)} would probably have been found"
    codes = [code for code in (row["flags"] or "").split(",") if code in ("NO_CONTROL", "NO_OUTCOME", "NO_VARIATION")]
    if codes:
        return _NOTES[codes[0]]
    return f"too few customers are measured ({row['treated_count']:,} treated, {row['control_count']:,} held back)"


def _reason(connection: duckdb.DuckDBPyConnection, quarter: date) -> str:
    issued = connection.execute(
        "select campaign_id from published.campaign_calendar"
        " where quarter_start_date = ? and list_version > 0 order by campaign_id",
        [quarter],
    ).fetchall()
    known = connection.execute(
        "select distinct quarter_start_date from published.campaign_results order by 1"
    ).fetchall()
    others = f"; there are results for {', '.join(quarter_label(row[0]) for row in known)}" if known else ""
    if not issued:
        return f"no list was issued for this quarter, so that there is nothing to measure{others}"
    return (
        f"{', '.join(row[0] for row in issued)} has no result yet: the publication does not hold a closed quarter in"
        f" which its effect is measured (campaign_effect_lag_quarters after its own){others}"
    )


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}")
    aside.write_bytes(content)
    aside.replace(path)


def _amount(value: Decimal | None) -> str:
    return "unknown" if value is None else f"{value:,.2f}"


def _percent(value: Decimal | None) -> str:
    return "unknown" if value is None else f"{100 * value:.0f} %"
