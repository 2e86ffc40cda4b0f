"""What BI tools open: the file's format, its contents, its descriptions, and Parquet beside it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
import yaml

from ..harness import PROJECT, Outcome

TABLES = sorted(path.stem for path in (PROJECT / "models" / "published").glob("*.sql"))


@pytest.fixture(scope="module")
def served(published: Outcome) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published.home / 'published' / 'kundenwert.duckdb'}' as served (read_only)")
        yield connection


def test_it_is_written_in_the_format_that_clients_since_1_0_read(served: duckdb.DuckDBPyConnection) -> None:
    [(tags,)] = served.execute("select tags from duckdb_databases() where database_name = 'served'").fetchall()
    assert tags["storage_version"].startswith("v1.0.0")


def test_it_holds_the_tables_of_the_contract_and_nothing_else(served: duckdb.DuckDBPyConnection) -> None:
    found = served.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'served' order by all"
    )
    assert found.fetchall() == [("published", table) for table in TABLES]
    views = served.execute("select * from duckdb_views() where database_name = 'served' and not internal")
    assert views.fetchall() == []


def test_most_of_its_tables_have_rows_in_this_company(published: Outcome) -> None:
    # Otherwise the comparisons below would compare nothing.
    empty = {table for table in TABLES if published.query(f"select count(*) from published.{table}") == [(0,)]}
    # The company is too young for a campaign that can be measured and for an estimate whose year is over. Nobody in it
    # rates customers or asks for another priority, no customer would be better off with another rep,
    # nobody calls from inside, and nobody has cost more than it brought, or been loyal, for long enough.
    assert empty <= {
        "campaign_exclusions",
        "campaign_results",
        "whitespace_evaluation",
        "potential_evaluation",
        "reclassification_growth",
        "portfolio_sensitivity",
        "override_history",
        "override_audit",
        "override_audit_summary",
        "territory_moves",
        "divestment_candidates",
        "divestment_capacity",
        "inside_sales_call_list",
        "loyalty_rewards",
    }


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_is_described_as_in_the_contract(served: duckdb.DuckDBPyConnection, table: str) -> None:
    path = PROJECT / "models" / "published" / f"{table}.yml"
    [model] = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    [(comment,)] = served.execute(
        "select comment from duckdb_tables() where database_name = 'served' and table_name = ?", [table]
    ).fetchall()
    assert comment == " ".join(model["description"].split())
    comments = served.execute(
        "select column_name, comment from duckdb_columns() where database_name = 'served' and table_name = ?"
        " order by column_index",
        [table],
    ).fetchall()
    assert dict(comments) == {column["name"]: " ".join(column["description"].split()) for column in model["columns"]}


@pytest.mark.parametrize("table", TABLES)
def test_parquet_equals_the_served_table_row_for_row(
    served: duckdb.DuckDBPyConnection, published: Outcome, table: str
) -> None:
    folder = published.home / "published" / "parquet" / table
    assert [path.name for path in folder.iterdir()] == [f"{table}.parquet"]
    ours = served.execute(f"select * from served.published.{table} order by all")
    parquet = served.cursor().execute(f"select * from read_parquet('{folder}/*.parquet') order by all")
    assert [(name, str(kind)) for name, kind, *_ in parquet.description] == [
        (name, str(kind)) for name, kind, *_ in ours.description
    ]
    assert parquet.fetchall() == ours.fetchall()


def test_the_counts_that_were_printed_are_those_of_the_file(published: Outcome) -> None:
    for table in TABLES:
        [(count,)] = published.query(f"select count(*) from published.{table}")
        [line] = [line for line in published.output.splitlines() if line.startswith(f"  {table} ")]
        assert line.split() == [table, str(count), "rows"]
