"""The worked example of docs/cost-to-serve.md: the models on the rows that the page shows, against the results it shows."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ..harness import PROJECT
from ..segmentation.compiled_models import CompiledModels

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "docs" / "cost-to-serve.md").read_text(encoding="utf-8")
SOURCE = "canonical"

Table = list[dict[str, str | None]]


def inputs() -> dict[str, Table]:
    """Rows of each CSV block, by the entity in the line above it."""
    blocks = re.findall(r"^`(\w+)\.csv`\n\n```csv\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == len(dict(blocks)), "an entity is shown twice"
    return {
        entity: [{name: value or None for name, value in row.items()} for row in csv.DictReader(text.splitlines())]
        for entity, text in blocks
    }


def results() -> dict[str, Table]:
    """Rows of each result table, by the published table in the line above it."""
    blocks = re.findall(r"^`published\.(\w+)`[^\n]*\n\n((?:\|[^\n]*\n)+)", PAGE, flags=re.MULTILINE)
    assert len(blocks) == len(dict(blocks)), "a table is shown twice"
    tables = {}
    for table, text in blocks:
        header, _, *rows = ([cell.strip() or None for cell in line.strip("|").split("|")] for line in text.splitlines())
        tables[table] = [dict(zip((name or "" for name in header), row, strict=True)) for row in rows]
    return tables


def as_shown(value: Any, shown: str | None) -> str | None:
    """A published value the way the page writes it: a number as the page has it where both are exactly equal."""
    if value is None or shown is None:
        return None if value is None else str(value)
    if isinstance(value, Decimal) and re.fullmatch(r"-?\d+(\.\d+)?", shown) and Decimal(shown) == value:
        return shown
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture(scope="module")
def example(empty_home: Path) -> CompiledModels:
    """Everything the shown tables rest on, from the raw rows to the published ones, with the project's own policy."""
    models = CompiledModels(empty_home)
    models.connection.execute(f"attach '{empty_home / 'warehouse.duckdb'}' as built (read_only)")
    models.fill("run.parameter", [{"snapshot_id": "page"}])
    models.fill("run.data_source", [{"data_source": SOURCE}])
    for entity, rows in inputs().items():
        models.fill(f"raw_{SOURCE}.{entity}", [{**row, "_data_source": SOURCE} for row in rows])

    nodes = json.loads((empty_home / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    done: set[str] = set()

    def build(node_id: str) -> None:
        """Build a node after all it depends on."""
        if node_id in done or node_id not in nodes:
            return
        done.add(node_id)
        node = nodes[node_id]
        for parent in node["depends_on"].get("nodes", []):
            build(parent)
        if node["resource_type"] == "seed":
            relation = f"{node['schema']}.{node['alias']}"
            models.connection.execute(f"insert into {relation} by name select * from built.{relation}")
        else:
            models.build(node["name"])

    for table in results():
        build(f"model.kundenwert.{table}")
    return models


def test_the_page_shows_inputs_and_results() -> None:
    """A page in another layout would be read as empty, and an empty page agrees with everything."""
    assert {name: len(rows) for name, rows in inputs().items()} == {
        "rep": 1,
        "account": 4,
        "customer": 3,
        "cost_entry": 9,
        "activity": 4,
        "sales_order": 3,
        "delivery": 3,
        "invoice_line": 4,
        "receivable": 3,
    }
    assert results().keys() == {
        "cost_reconciliation",
        "cost_to_serve",
        "customer_profit",
        "revenue_thresholds",
        "whale_curve",
        "profit_concentration",
        "order_channels",
    }


@pytest.mark.parametrize("table", results())
def test_every_figure_of_the_page_is_what_the_models_publish(example: CompiledModels, table: str) -> None:
    """All rows of the table, in any order, each shown column exactly."""
    shown = results()[table]
    columns = list(shown[0])
    keys = [
        column
        for column in ("resource_pool", "customer_id", "activity", "channel", "order_channel")
        if column in columns
    ]
    published = [
        dict(zip(columns, row, strict=True))
        for row in example.rows(f"select {', '.join(columns)} from published.{table}")
    ]

    def by_key(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
        keyed = {tuple(row[column] for column in keys): row for row in rows}
        assert len(keyed) == len(rows), "two rows of one key"
        return keyed

    expected = by_key(shown)
    found = by_key(published)
    assert found.keys() == expected.keys()
    for key, row in found.items():
        assert {name: as_shown(value, expected[key][name]) for name, value in row.items()} == expected[key], key


def test_customers_bear_what_the_shown_rows_add_up_to() -> None:
    """The page agrees with itself: the rows of a customer, less imputed ones, are its cost; revenue less cost is what is left."""
    costs: dict[str | None, Decimal] = {}
    for row in results()["cost_to_serve"]:
        if row["is_imputed"] == "false" and row["cost_bucket"] == "customer":
            costs[row["customer_id"]] = costs.get(row["customer_id"], Decimal(0)) + Decimal(row["cost_amount"] or "")
    for row in results()["customer_profit"]:
        margin, cost, contribution = (
            Decimal(row[name] or "") for name in ("gross_margin_amount", "cost_to_serve_amount", "contribution_amount")
        )
        assert cost == costs.get(row["customer_id"], Decimal(0))
        assert contribution == margin - cost


def test_the_example_is_one_closed_quarter(example: CompiledModels) -> None:
    assert example.rows("select quarter_start_date, as_of_date, is_provisional from marts.dim_quarter") == [
        (date(2026, 1, 1), date(2026, 3, 31), False)
    ]
