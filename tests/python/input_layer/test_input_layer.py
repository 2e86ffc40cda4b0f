"""Staging and input layer run by dbt over raw tables filled here, without ingestion."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
import yaml

from ..harness import PROJECT, create_sources, dbt, insert

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Three instances of canonical, of which the run names two, after staging and input layer were built and tested."""
    home = tmp_path_factory.mktemp("input_layer")
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        create_sources(connection)
        connection.execute("insert into run.data_source values ('canonical'), ('canonical:north')")
        connection.execute("alter table raw_canonical.account add column x_segment varchar")
        connection.execute("alter table raw_canonical.customer add column x_price_list varchar")
        for data_source in ("canonical", "canonical:north", "canonical:south"):
            insert(
                connection,
                "raw_canonical.account",
                data_source,
                account_id="1",
                account_name="A",
                x_segment=" gold ",
            )
            insert(
                connection,
                "raw_canonical.customer",
                data_source,
                erp_customer_id="1",
                customer_name="A",
                crm_account_id="1",
                x_price_list="",
            )
            insert(
                connection,
                "raw_canonical.invoice_line",
                data_source,
                invoice_id="R1",
                line_number=1,
                document_type="Invoice",
                erp_customer_id="1",
                posting_date="2026-01-15",
                net_amount="10.00",
                currency_code="eur",
            )
        insert(
            connection,
            "raw_canonical.invoice_line",
            "canonical",
            invoice_id="R2",
            line_number=1,
            document_type="credit_note",
            erp_customer_id="1",
            posting_date="2026-01-15",
            net_amount="-2.50",
            currency_code="EUR",
            data_source="legacy_erp",
        )
    dbt(
        home,
        "build",
        "--quiet",
        "--select",
        "policy_parameter",
        "staging",
        "input_layer",
        "--indirect-selection",
        "cautious",
        "--exclude-resource-type",
        "unit_test",
    )
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        yield connection


def test_entities_that_nobody_delivered_are_there_typed_and_empty(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    for path in (PROJECT / "models" / "input_layer").glob("*.yml"):
        [model] = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        found = dict(
            warehouse.execute(
                "select column_name, lower(data_type) from duckdb_columns() where schema_name = 'input_layer'"
                " and table_name = ? and not starts_with(column_name, 'x_')",
                [model["name"]],
            ).fetchall()
        )
        assert found == {column["name"]: column["data_type"].lower() for column in model["columns"]}
    empty = warehouse.execute("select count(*) from input_layer.input_layer__market_norm").fetchone()
    assert empty == (0,)


def test_same_numbers_of_two_instances_stay_apart_and_a_source_outside_the_run_contributes_nothing(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    keys = warehouse.execute(
        "select account_id, data_source from input_layer.input_layer__account order by all"
    ).fetchall()
    assert keys == [("1", "canonical"), ("north:1", "canonical:north")]


# A delivery that names the system behind each row must not be taken for a source that the run did not ask for.
def test_rows_that_name_their_system_are_kept(warehouse: duckdb.DuckDBPyConnection) -> None:
    lines = warehouse.execute(
        "select invoice_id, document_type, erp_customer_id, net_amount, currency_code, data_source"
        " from input_layer.input_layer__invoice_line order by invoice_id"
    ).fetchall()
    assert [(*line[:3], str(line[3]), *line[4:]) for line in lines] == [
        ("R1", "invoice", "1", "10.00", "EUR", "canonical"),
        ("R2", "credit_note", "1", "-2.50", "EUR", "legacy_erp"),
        ("north:R1", "invoice", "north:1", "10.00", "EUR", "canonical:north"),
    ]


def test_own_columns_pass_through(warehouse: duckdb.DuckDBPyConnection) -> None:
    accounts = warehouse.execute("select x_segment from input_layer.input_layer__account").fetchall()
    assert accounts == [("gold",), ("gold",)]
    customers = warehouse.execute("select x_price_list from input_layer.input_layer__customer").fetchall()
    assert customers == [(None,), (None,)]
