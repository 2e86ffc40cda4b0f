"""What a publication tells the CRM: the accounts whose tier, zone, focus layer or channel it has otherwise."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.publish import snapshot
from orchestration.publish.campaign_export import csv_bytes, write_aside
from orchestration.publish.snapshot import Publication
from orchestration.transform.parameters import quarter_label

FILE = "crm_account_updates.csv"
_COLUMNS = (
    "account_id",
    "customer_id",
    "tier",
    "zone",
    "focus_layer",
    "recommended_channel",
    "changed_fields",
    "crm_tier",
    "crm_zone",
    "crm_focus_layer",
    "crm_recommended_channel",
)


def write(connection: duckdb.DuckDBPyConnection, home: Home, publication: Publication) -> Path | None:
    """Write the accounts to be updated in the CRM, in the folder of the quarter whose values they are.

    ``connection`` reads the warehouse that was just published. Returns the file, or None for a run over older quarters
    only: what they were is no news for the CRM, which holds the present.
    """
    closed = {first_day for first_day, is_provisional, *_ in snapshot.quarters_of(publication) if not is_provisional}
    known = closed or {first_day for first_day, *_ in snapshot.quarters_of(publication)}
    [(computed,)] = connection.execute(
        "select coalesce(max(quarter_start_date) filter (where not is_provisional), max(quarter_start_date))"
        " from marts.dim_quarter"
    ).fetchall()
    if computed is None or computed != max(known, default=None):
        return None
    rows = connection.execute(
        f"select {', '.join(_COLUMNS)} from intermediate.int_crm__account_update order by account_id"
    ).fetchall()
    path = home.exports / quarter_label(computed) / FILE
    write_aside(path, csv_bytes(_COLUMNS, rows))
    return path
