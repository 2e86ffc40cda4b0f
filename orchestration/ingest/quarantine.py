"""The readable copy of the quarantine: one CSV file a load and feed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.ingest.sql import quote_list, quote_text


def write_quarantine_files(
    connection: duckdb.DuckDBPyConnection, home: Path, data_sources: Sequence[str]
) -> tuple[Path, ...]:
    """Write ``<home>/quarantine/<data_source>/<feed>-<load_id>.csv`` for every load with quarantined rows that lacks
    it.

    Loads are looked at, not only this run's files, because a run may be stopped between its commit and the copy.
    Returns the files of the loads whose rows are in the raw tables now.
    """
    rows = connection.execute(
        "select distinct quarantine.data_source, quarantine.feed, quarantine.load_id from ingest.quarantine "
        "join ingest.load_file on quarantine.load_id = load_file.load_id and load_file.is_current "
        f"where quarantine.data_source in ({quote_list(data_sources) or 'null'}) order by all"
    ).fetchall()
    files: list[Path] = []
    for data_source, feed, load_id in rows:
        folder = home / "quarantine" / data_source.replace(":", "@")
        path = folder / f"{feed}-{load_id}.csv"
        files.append(path)
        if path.exists():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".csv.new")
        connection.execute(
            "copy (select source_file, row_number, line_number, column_name, value, reason, raw_row "
            f"from ingest.quarantine where load_id = {quote_text(load_id)} "
            f"order by source_file, row_number, column_name nulls first) to {quote_text(str(aside))} "
            "(format csv, header)"
        )
        aside.rename(path)
    return tuple(files)
