"""A tiny warehouse: the tables that a check needs with the columns of the models, and the rows of one test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml

from ..harness import PROJECT

LOADED_AT = "2026-01-31 12:00:00"
TABLES = {"input_layer": "input_layer__{entity}", "published": "{entity}"}
SEED_TYPES = {
    "policy_parameter": {"value": "varchar"},
    "policy_quality_limit": {"limit_value": "decimal(18, 6)"},
}
Rows = Sequence[Mapping[str, Any]]


def columns_of(layer: str, table: str) -> dict[str, str]:
    """Name and type of each column that the model declares."""
    path = PROJECT / "models" / layer / f"{table}.yml"
    [model] = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return {column["name"]: column["data_type"] for column in model["columns"] if "data_type" in column}


def write_warehouse(path: Path, rows: Mapping[str, Rows], setup: Sequence[str] = ()) -> Path:
    """Write a warehouse with the project's policy, a load on 31 January 2026 at noon, and rows by ``layer.entity``."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for schema in ("ingest", "run", "policy", "ledger", *TABLES):
            connection.execute(f"create schema {schema}")
        connection.execute(f"create table ingest.load_log as select timestamp '{LOADED_AT}' as loaded_at")
        connection.execute("create table run.parameter as select 'this run' as snapshot_id")
        connection.execute("create table run.data_source as select 'canonical' as data_source")
        connection.execute(
            "create table ledger.publication (publication_number integer, run_id varchar, source_set varchar,"
            " quarter_start_date date, is_provisional boolean, net_revenue_amount decimal(18, 2))"
        )
        for seed in (PROJECT / "seeds").glob("*.csv"):
            types = ", ".join(f"'{column}': '{kind}'" for column, kind in SEED_TYPES.get(seed.stem, {}).items())
            connection.execute(
                f"create table policy.{seed.stem} as from read_csv('{seed}', header = true, types = {{{types}}})"
            )
        for name, records in {
            "input_layer.account": (),
            "input_layer.customer": (),
            "input_layer.exchange_rate": (),
            **rows,
        }.items():
            _fill(connection, *name.split("."), records)
        for statement in setup:
            connection.execute(statement)
    return path


def _fill(connection: duckdb.DuckDBPyConnection, layer: str, entity: str, records: Rows) -> None:
    table = TABLES[layer].format(entity=entity)
    columns = columns_of(layer, table)
    definitions = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f'create table {layer}."{table}" ({definitions})')
    for record in records:
        values = {"data_source": "canonical", **record} if "data_source" in columns else dict(record)
        marks = ", ".join("?" for _ in values)
        connection.execute(
            f'insert into {layer}."{table}" ({", ".join(values)}) values ({marks})', list(values.values())
        )
