"""What Great Expectations needs to push its work down into DuckDB.

Two things, both kept here: DuckDB among the dialects whose connection Great Expectations keeps (otherwise each result
is gone before it is read), and a SQLAlchemy dialect that reads a table's columns with one catalog query instead of
PostgreSQL's catalog joins, which take a quarter of a second a table. ``tests/python/gate/test_dialect.py`` fails when
an upgrade makes either unneeded.
"""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Any

import duckdb_engine
from sqlalchemy import text, types
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint


class KeptDialect(enum.StrEnum):
    """The entry for Great Expectations' list: equal to, and with a value of, the dialect's name."""

    DUCKDB = "duckdb"


class WarehouseDialect(duckdb_engine.Dialect):
    """DuckDB with column names and types read from ``duckdb_columns()``, each query by itself.

    Without a transaction around them, a query that cannot run does not take all later ones with it.
    """

    supports_statement_cache = False

    def do_begin(self, connection: Any) -> None:
        """Begin nothing: the file is opened for reading and nobody writes it meanwhile."""

    def do_commit(self, connection: Any) -> None:
        """Commit nothing."""

    def do_rollback(self, connection: Any) -> None:
        """Roll nothing back."""

    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[ReflectedColumn]:
        """Return name and type of a table's columns in their order."""
        rows = connection.execute(
            text(
                "select column_name, data_type, is_nullable from duckdb_columns()"
                " where database_name = current_database() and table_name = :table and schema_name = :schema"
                " order by column_index"
            ),
            {"table": str(table_name), "schema": schema or "main"},
        ).fetchall()
        return [
            {"name": name, "type": _sqlalchemy_type(data_type), "nullable": nullable, "default": None}
            for name, data_type, nullable in rows
        ]

    def get_pk_constraint(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> ReflectedPrimaryKeyConstraint:
        """Return no primary key: keys are expectations here, not constraints."""
        return {"constrained_columns": [], "name": None}


def _sqlalchemy_type(data_type: str) -> types.TypeEngine[Any]:
    kind = data_type.partition("(")[0]
    known: dict[str, types.TypeEngine[Any]] = {
        "BOOLEAN": types.Boolean(),
        "DATE": types.Date(),
        "TIMESTAMP": types.DateTime(),
        "DECIMAL": types.Numeric(),
        "DOUBLE": types.Float(),
        "INTEGER": types.Integer(),
        "BIGINT": types.BigInteger(),
        "HUGEINT": types.BigInteger(),
    }
    return known.get(kind, types.String())


def push_down() -> None:
    """Register the dialect and let Great Expectations keep DuckDB's connection. Safe to call again."""
    from great_expectations.execution_engine import sqlalchemy_execution_engine as engine

    registry.register("duckdb.warehouse", __name__, WarehouseDialect.__name__)
    if KeptDialect.DUCKDB not in engine._PERSISTED_CONNECTION_DIALECTS:
        engine._PERSISTED_CONNECTION_DIALECTS = (  # type: ignore[assignment]
            *engine._PERSISTED_CONNECTION_DIALECTS,
            KeptDialect.DUCKDB,
        )


def connection_string(warehouse: Path) -> str:
    """Return the address under which the warehouse is opened for reading only."""
    return f"duckdb+warehouse:///{warehouse}?access_mode=read_only"
