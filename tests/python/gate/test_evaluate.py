"""Evaluating a layer: broken is not bad, empty is not wrong, and every table is looked at."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.gate.evaluate import evaluate, limits_in_force, suites_of

from ..harness import PROJECT, Outcome
from .warehouse import TABLES, columns_of, write_warehouse

# Published tables without a suite of their own, and why.
WITHOUT_SUITE = {
    "campaign_calendar": "a policy seed, which dbt's own tests check",
    "campaign_exclusions": "checked together with the list, in the suite of campaign_targets",
    "customer_potential": "its ranges and its grain are dbt tests; nothing in it is reconciled or drifts",
    "data_quality": "the results themselves",
}
INQUIRIES = [
    {"inquiry_id": "late", "received_at": "2027-01-01 00:00:00"},
    {"inquiry_id": "good", "received_at": "2026-01-01 00:00:00"},
]


@pytest.mark.parametrize("layer", TABLES)
def test_every_table_has_a_suite_or_is_listed_as_having_none(layer: str) -> None:
    tables = {path.stem for path in (PROJECT / "models" / layer).glob("*.sql")}
    named = {TABLES[layer].format(entity=module.ENTITY): module for module in suites_of(layer)}
    assert named.keys() <= tables
    assert tables - named.keys() == (set(WITHOUT_SUITE) if layer == "published" else set())
    for table, module in named.items():
        assert set(module.KEY) <= columns_of(layer, table).keys(), table


def test_a_run_evaluated_the_suite_of_every_table_that_has_rows(published: Outcome) -> None:
    for layer in TABLES:
        with duckdb.connect(str(published.home / "warehouse.duckdb"), read_only=True) as connection:
            filled = {
                module.ENTITY
                for module in suites_of(layer)
                if connection.execute(
                    f'select exists (select 1 from {layer}."{TABLES[layer].format(entity=module.ENTITY)}")'
                ).fetchall()[0][0]
            }
        judged = published.query(f"select distinct entity from published.data_quality where layer = '{layer}'")
        assert filled and {entity for (entity,) in judged} == filled


def test_a_query_that_cannot_run_comes_back_as_broken_and_the_others_are_judged(tmp_path: Path) -> None:
    path = write_warehouse(
        tmp_path / "warehouse.duckdb",
        {"input_layer.inquiry": INQUIRIES},
        ["alter table input_layer.input_layer__inquiry drop column first_response_at"],
    )
    results, broken = evaluate(path, "input_layer")
    [one] = broken
    assert (one.entity, one.check_name) == ("inquiry", "answered after receipt")
    assert "first_response_at" in one.message
    judged = {result.check_name: result.is_passed for result in results}
    assert judged == {"unique data_source, inquiry_id": True, "received_at not after the load date": False}


def test_a_column_that_is_missing_is_broken_as_well(tmp_path: Path) -> None:
    path = write_warehouse(
        tmp_path / "warehouse.duckdb",
        {"input_layer.rep": [{"rep_id": "R1"}]},
        ["alter table input_layer.input_layer__rep drop column full_time_equivalent"],
    )
    results, broken = evaluate(path, "input_layer")
    assert [one.check_name for one in broken] == ["full_time_equivalent in range"]
    assert "full_time_equivalent" in broken[0].message
    assert [one.check_name for one in results] == ["unique rep_id"]


def test_what_nobody_delivered_yields_no_results_and_what_was_not_asked_for_neither(tmp_path: Path) -> None:
    path = write_warehouse(
        tmp_path / "warehouse.duckdb",
        {"input_layer.inquiry": INQUIRIES, "input_layer.rep": [{"rep_id": "R1"}], "input_layer.product": []},
    )
    results, broken = evaluate(path, "input_layer")
    assert {one.entity for one in results} == {"inquiry", "rep"}
    assert not broken
    results, _ = evaluate(path, "input_layer", ["rep"])
    assert {one.entity for one in results} == {"rep"}


def test_afterwards_the_warehouse_can_be_written_again(tmp_path: Path) -> None:
    path = write_warehouse(tmp_path / "warehouse.duckdb", {"input_layer.inquiry": INQUIRIES})
    evaluate(path, "input_layer")
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table proof (one integer)")


def test_the_sources_of_the_checked_rows_are_named(tmp_path: Path) -> None:
    rows = [{"rep_id": "R1", "data_source": "sap"}, {"rep_id": "R2", "data_source": "canonical"}]
    results, _ = evaluate(write_warehouse(tmp_path / "warehouse.duckdb", {"input_layer.rep": rows}), "input_layer")
    assert {one.source for one in results} == {"canonical+sap"}


def test_a_limit_is_the_latest_one_valid_on_the_day_of_the_load(tmp_path: Path) -> None:
    path = write_warehouse(
        tmp_path / "warehouse.duckdb",
        {},
        [
            "create or replace table policy.policy_quality_limit as select * from (values"
            " ('known', 1::decimal(18, 6), date '1900-01-01'), ('known', 2, date '2026-01-31'),"
            " ('known', 3, date '2026-02-01')) as listed (limit_name, limit_value, valid_from)"
        ],
    )
    with duckdb.connect(str(path)) as connection:
        limits = limits_in_force(connection)
    assert limits["known"] == 2
    assert limits["visit_minimum_minutes"] == 5
