"""Evaluates the suites of one layer inside DuckDB. Runs in the process of ``worker``: it imports Great Expectations."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import duckdb
import great_expectations as gx
from great_expectations.core import (
    ExpectationSuite,
    ExpectationSuiteValidationResult,
    ExpectationValidationResult,
)
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.interfaces import Batch

from orchestration.gate.data_docs import Validated
from orchestration.gate.dialect import connection_string, push_down
from orchestration.gate.result import CRITICAL, BrokenCheck, GateResult

SAMPLE_SIZE = 5
# Layer of the suites -> name of the table an entity lies in.
TABLES = {"input_layer": "input_layer__{entity}", "published": "{entity}"}


def suites_of(layer: str) -> Iterator[ModuleType]:
    """Yield the modules of expectations/<layer>/ in the order of their names."""
    package = importlib.import_module(f"expectations.{layer}")
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{package.__name__}.{found.name}")


def evaluate(
    warehouse: Path,
    layer: str,
    entities: Sequence[str] | None = None,
    on_validated: Callable[[Validated], None] = lambda validated: None,
) -> tuple[list[GateResult], list[BrokenCheck]]:
    """Check the tables of a layer that exist and hold rows, all of them or those named.

    An entity that nobody delivered is empty and has nothing that could be wrong, so it yields no results.
    ``on_validated`` gets each table's suite with what Great Expectations says of it.
    """
    push_down()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    results: list[GateResult] = []
    broken: list[BrokenCheck] = []
    datasource = context.data_sources.add_sql(
        "warehouse", connection_string=connection_string(warehouse), create_temp_table=False
    )
    with _opened(datasource) as connection:
        limits = limits_in_force(connection)
        tables = _filled_tables(connection, layer)
        for module in suites_of(layer):
            table = TABLES[layer].format(entity=module.ENTITY)
            if table not in tables or (entities is not None and module.ENTITY not in entities):
                continue
            asset = datasource.add_table_asset(module.ENTITY, table_name=table, schema_name=layer)
            batch = asset.add_batch_definition_whole_table("all").get_batch()
            source = _sources(connection, layer, table)
            suite = module.suite(limits)
            validation = batch.validate(suite, result_format="BASIC")
            on_validated(Validated(module.ENTITY, suite, validation))
            for outcome, expectation in _outcomes(suite, validation):
                meta = expectation.meta or {}
                if _exception(outcome):
                    broken.append(BrokenCheck(module.ENTITY, meta["check"], _exception(outcome)))
                    continue
                observed, detail = _observed(connection, batch, outcome, expectation, f"{layer}.{table}", module.KEY)
                results.append(
                    GateResult(
                        layer=layer,
                        source=source,
                        entity=module.ENTITY,
                        check_name=meta["check"],
                        column_name=meta["column"],
                        severity=expectation.severity.value,
                        observed=observed,
                        expected=meta["expected"],
                        is_passed=bool(outcome.success),
                        detail=detail,
                        remedy="" if outcome.success else meta["remedy"],
                    )
                )
    return results, broken


@contextmanager
def _opened(datasource: SQLDatasource) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of the datasource's own; afterwards nothing holds the file open, so that the run may write again."""
    pooled = datasource.get_engine().raw_connection()
    try:
        yield cast(duckdb.DuckDBPyConnection, pooled.driver_connection)
    finally:
        pooled.close()
        execution_engine = datasource.get_execution_engine()
        if execution_engine._connection is not None:
            execution_engine._connection.close()
        execution_engine.engine.dispose()
        datasource.get_engine().dispose()


def limits_in_force(connection: duckdb.DuckDBPyConnection) -> dict[str, Decimal]:
    """Read the limits of the gates: the latest row of each on or before the day of the last load."""
    rows = connection.execute(
        """
        with limit_row as (
            select limit_name, limit_value, valid_from from policy.policy_quality_limit
            union all
            select parameter, try_cast(value as decimal(18, 6)), valid_from from policy.policy_parameter
        )
        select limit_name, max_by(limit_value, valid_from)
        from limit_row
        where limit_value is not null and valid_from <= (select max(loaded_at) from ingest.load_log)
        group by limit_name
        """
    ).fetchall()
    # Without trailing zeros, and without an exponent: 480, not 480.000000 and not 4.8E+2.
    return {name: Decimal(f"{value.normalize():f}") for name, value in rows}


def _outcomes(
    suite: ExpectationSuite, validation: ExpectationSuiteValidationResult
) -> Iterator[tuple[ExpectationValidationResult, Any]]:
    expectations = {(expectation.meta or {})["check"]: expectation for expectation in suite.expectations}
    for outcome in validation.results:
        config = outcome.expectation_config
        assert config is not None and config.meta is not None
        yield outcome, expectations[config.meta["check"]]


def _exception(outcome: ExpectationValidationResult) -> str:
    """The message of what broke while evaluating, empty where nothing did."""
    info: Mapping[str, Any] = outcome.exception_info or {}
    details = [info] if "raised_exception" in info else list(info.values())
    return "; ".join(str(one.get("exception_message")) for one in details if one.get("raised_exception"))


def _filled_tables(connection: duckdb.DuckDBPyConnection, layer: str) -> set[str]:
    names = [
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = ? and table_catalog = current_database()",
            [layer],
        ).fetchall()
    ]
    return {
        name for name in names if connection.execute(f'select exists (select 1 from {layer}."{name}")').fetchall()[0][0]
    }


def _sources(connection: duckdb.DuckDBPyConnection, layer: str, table: str) -> str:
    if layer == "input_layer":
        query = f'select distinct data_source from {layer}."{table}" order by data_source'
    else:
        query = "select data_source from run.data_source order by data_source"
    return "+".join(str(row[0]) for row in connection.execute(query).fetchall())


def _observed(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    outcome: ExpectationValidationResult,
    expectation: Any,
    table: str,
    key: Sequence[str],
) -> tuple[str, str]:
    """What was found, in words, and the keys of some rows that fail."""
    result = outcome.result
    measure = (expectation.meta or {}).get("measure")
    if measure:
        value = connection.execute(measure.replace("{batch}", table)).fetchall()[0][0]
        return ("not measurable" if value is None else _text(value)), ""
    if "element_count" in result:
        observed = f"{result['unexpected_count']} of {result['element_count']} rows"
    else:
        observed = f"{result['observed_value']} rows"
    if outcome.success:
        return observed, ""
    query = getattr(expectation, "unexpected_rows_query", None)
    if query is None:
        # Only for what failed: finding the rows costs a second scan.
        again = batch.validate(
            expectation,
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": list(key),
                "return_unexpected_index_query": True,
            },
        )
        return observed, _samples(again.result.get("unexpected_index_list") or [])
    # In an order, or two runs on the same data would show different rows.
    rows = connection.execute(f"select * from ({query.replace('{batch}', table)}) order by all limit {SAMPLE_SIZE}")
    names = [column[0] for column in rows.description or []]
    return observed, _samples([dict(zip(names, row, strict=True)) for row in rows.fetchall()])


def _samples(rows: Sequence[Mapping[str, Any]]) -> str:
    ordered = sorted(", ".join(f"{name} {_text(value)}" for name, value in row.items()) for row in rows)
    return " | ".join(dict.fromkeys(ordered[:SAMPLE_SIZE]))


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    # A decimal zero of many digits would read 0E-8.
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def blocking(results: Sequence[GateResult]) -> list[GateResult]:
    """Return the results that keep a run from being published."""
    return [result for result in results if result.severity == CRITICAL and not result.is_passed]
