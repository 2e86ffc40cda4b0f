"""Quarters as Dagster partitions, from that of the first posting to the running one of the company's calendar."""

from __future__ import annotations

import json
from datetime import date

import duckdb
from dagster import TimeWindowPartitionsDefinition

from orchestration.home import Home
from orchestration.transform.parameters import quarter_label

# Until something was published, nobody knows how far back the data go.
FIRST_QUARTER = "2020-01-01"
_FILE = "partitions.json"


def quarters_of(home: Home, time_zone: str) -> TimeWindowPartitionsDefinition:
    """Return a partition a calendar quarter; the running quarter is one, since its campaign runs in it."""
    return TimeWindowPartitionsDefinition(
        start=_first_quarter(home), cron_schedule="0 0 1 */3 *", fmt="%Y-%m-%d", timezone=time_zone, end_offset=1
    )


def remember_first_quarter(home: Home, connection: duckdb.DuckDBPyConnection) -> None:
    """Write down the quarter of the first posting in the warehouse, from which on quarters can be computed."""
    [(first,)] = connection.execute(
        "select cast(date_trunc('quarter', min(posting_date)) as date) from input_layer.input_layer__invoice_line"
    ).fetchall()
    if first is not None:
        home.dagster.mkdir(parents=True, exist_ok=True)
        (home.dagster / _FILE).write_text(json.dumps({"first_quarter": str(first)}), encoding="utf-8")


def label_of(partition_key: str) -> str:
    """Return ``2026Q4`` for the partition that begins with that quarter."""
    return quarter_label(date.fromisoformat(partition_key))


def _first_quarter(home: Home) -> str:
    try:
        first = json.loads((home.dagster / _FILE).read_text(encoding="utf-8"))["first_quarter"]
        return str(date.fromisoformat(first))
    except (OSError, ValueError, KeyError, TypeError):
        return FIRST_QUARTER
