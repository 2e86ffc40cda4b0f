"""What orchestration/gate/dialect.py does is still needed; a failure here says which part an upgrade made unneeded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import sqlalchemy
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Engine

from orchestration.gate import dialect

DECLARED = {
    "customer_id": "VARCHAR",
    "amount": "DECIMAL(18,2)",
    "since": "DATE",
    "changed_at": "TIMESTAMP",
    "is_new": "BOOLEAN",
    "ratio": "DOUBLE",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema published")
        columns = ", ".join(f"{name} {kind}" for name, kind in DECLARED.items())
        connection.execute(f"create table published.thing ({columns})")
        # A table of the same name elsewhere must not add its columns.
        connection.execute("create table thing (other integer)")
    return path


@pytest.mark.slow
def test_great_expectations_alone_does_not_keep_the_connection_of_duckdb() -> None:
    # In a process of its own: push_down() changes the list for the whole process.
    program = (
        "import json\n"
        "from great_expectations.execution_engine import sqlalchemy_execution_engine as engine\n"
        "from orchestration.gate.dialect import push_down\n"
        "kept = lambda: [dialect.value for dialect in engine._PERSISTED_CONNECTION_DIALECTS]\n"
        "alone = kept()\n"
        "push_down()\n"
        "push_down()\n"
        "print(json.dumps([alone, kept()]))\n"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    alone, pushed = json.loads(printed.splitlines()[-1])
    assert alone, "Great Expectations names no dialect at all: it works in another way now"
    assert "duckdb" not in alone, "Great Expectations knows DuckDB now: drop KeptDialect from gate/dialect.py"
    assert pushed == [*alone, "duckdb"]


def read_columns(engine: Engine) -> tuple[dict[str, str], list[str]]:
    """Columns of published.thing with their generic types, and the statements that it took to find them."""
    statements: list[str] = []
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda _1, _2, statement, *_: statements.append(statement))
    try:
        found = sqlalchemy.inspect(engine).get_columns("thing", schema="published")
        return {column["name"]: type(column["type"]).__name__ for column in found}, statements
    finally:
        engine.dispose()


def test_the_stock_dialect_still_reads_columns_from_the_catalog_of_postgres(file: Path) -> None:
    columns, statements = read_columns(sqlalchemy.create_engine(f"duckdb:///{file}"))
    assert list(columns) == list(DECLARED)
    assert any("pg_catalog" in statement for statement in statements), (
        "duckdb-engine reads columns in another way now: measure whether WarehouseDialect is still worth it"
    )


def test_our_dialect_reads_the_same_columns_with_one_query(file: Path) -> None:
    registry.register("duckdb.warehouse", dialect.__name__, dialect.WarehouseDialect.__name__)
    columns, statements = read_columns(sqlalchemy.create_engine(dialect.connection_string(file)))
    assert columns == {
        "customer_id": "String",
        "amount": "Numeric",
        "since": "Date",
        "changed_at": "DateTime",
        "is_new": "Boolean",
        "ratio": "Float",
    }
    assert len([statement for statement in statements if "duckdb_columns()" in statement]) == 1
    assert not any("pg_catalog.pg_attribute" in statement for statement in statements)


def test_a_query_that_cannot_run_does_not_take_later_ones_with_it(file: Path) -> None:
    registry.register("duckdb.warehouse", dialect.__name__, dialect.WarehouseDialect.__name__)
    for address, survives in ((f"duckdb:///{file}", False), (dialect.connection_string(file), True)):
        engine = sqlalchemy.create_engine(address)
        with engine.connect() as connection:
            with pytest.raises(sqlalchemy.exc.DBAPIError, match="absent"):
                connection.execute(sqlalchemy.text("select absent from published.thing"))
            if survives:
                assert connection.execute(sqlalchemy.text("select count(*) from published.thing")).scalar() == 0
            else:
                with pytest.raises(sqlalchemy.exc.DBAPIError, match="aborted"):
                    connection.execute(sqlalchemy.text("select count(*) from published.thing"))
        engine.dispose()
