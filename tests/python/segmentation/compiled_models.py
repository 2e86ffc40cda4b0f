"""Compiled models run on tables of the test: the SQL, or the Python, that dbt runs, without dbt in each example."""

from __future__ import annotations

import runpy
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ..harness import PROJECT

Row = Mapping[str, Any]


class CompiledModels:
    """An in-memory warehouse with the relations of a compiled project, empty and typed.

    Each relation is a table of the columns that it has in the project, so that a test fills the inputs of a model
    and builds the model itself from its compiled SQL.
    """

    def __init__(self, home: Path) -> None:
        self.compiled = home / "target" / "compiled" / "kundenwert" / "models"
        self.folder = {path.stem: path.parent.relative_to(PROJECT / "models") for path in _model_files()}
        self.python_models = {
            path.stem: runpy.run_path(str(path))["model"] for path in _model_files() if path.suffix == ".py"
        }
        self.connection = duckdb.connect()
        # Compiled SQL names the database after the warehouse file.
        self.connection.execute("attach ':memory:' as warehouse; use warehouse; set TimeZone = 'UTC'")
        # In one thread the many small queries of a property test are fastest.
        self.connection.execute("set threads = 1")
        self.columns: dict[str, dict[str, str]] = {}
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as built:
            for schema, name, column, kind in built.execute(
                "select table_schema, table_name, column_name, data_type from information_schema.columns"
                " where table_schema not in ('information_schema', 'pg_catalog') order by ordinal_position"
            ).fetchall():
                self.columns.setdefault(f"{schema}.{name}", {})[column] = kind
        for relation, columns in self.columns.items():
            definitions = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            self.connection.execute(f"create schema if not exists {relation.split('.')[0]}")
            self.connection.execute(f"create table {relation} ({definitions})")

    def fill(self, relation: str, rows: Sequence[Row]) -> None:
        """Replace the rows of a relation; columns that a row does not name are null."""
        self.connection.execute(f"delete from {relation}")
        if rows:
            names = dict.fromkeys(name for row in rows for name in row)
            filled = pa.table({name: [row.get(name) for row in rows] for name in names})
            self.connection.register("filled", filled)
            self.connection.execute(f"insert into {relation} by name select * from filled")
            self.connection.unregister("filled")

    def build(self, *models: str) -> None:
        """Fill the relations of models from their compiled SQL, in the order given."""
        for model in models:
            relation = self.relation(model)
            self.connection.execute(f"delete from {relation}")
            if model in self.python_models:
                self.connection.register(
                    "built", self.python_models[model](_Dbt(self), self.connection).to_arrow_table()
                )
                self.connection.execute(f"insert into {relation} by name select * from built")
                self.connection.unregister("built")
            else:
                self.connection.execute(f"insert into {relation} by name {self.sql(model)}")

    def relation(self, model: str) -> str:
        """Schema and name of a model: its schema is the first folder."""
        return f"{self.folder[model].parts[0]}.{model}"

    def sql(self, model: str) -> str:
        """The compiled SQL of a model."""
        return (self.compiled / self.folder[model] / f"{model}.sql").read_text(encoding="utf-8")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.connection.execute(query).fetchall()


class _Dbt:
    """What a python model reads of dbt."""

    def __init__(self, models: CompiledModels) -> None:
        self._models = models

    def ref(self, model: str) -> duckdb.DuckDBPyRelation:
        return self._models.connection.table(self._models.relation(model))


def _model_files() -> Iterable[Path]:
    return (path for path in (PROJECT / "models").rglob("*") if path.suffix in (".sql", ".py"))
