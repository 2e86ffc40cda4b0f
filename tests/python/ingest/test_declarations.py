"""Declarations, sources and landing folders are read strictly, and mistakes are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.ingest import IngestError, SourceSpec, discover_landing, load_systems, parse_source
from tests.python.ingest.conftest import COLUMNS, FEEDS, Shop, write_project

REPOSITORY = Path(__file__).parents[3]


def test_declaration_becomes_feeds_and_columns(tmp_path: Path) -> None:
    system = load_systems(write_project(tmp_path))["shop"]
    feed = system.feeds["customer"]
    assert (feed.schema, feed.mode, feed.key, feed.pass_through_prefix) == ("raw_shop", "merge", ("customer_id",), "x_")
    assert feed.column("customer_id").required
    assert [column.data_type for column in system.feeds["order_line"].columns] == [
        "VARCHAR", "INTEGER", "DATE", "DECIMAL(18,2)", "VARCHAR", "DOUBLE", "TIMESTAMP", "BOOLEAN"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("feed", "column", "message"),
    [
        ({"mode": "upsert"}, {}, "mode 'upsert' is unknown"),
        ({"mode": "merge", "key": []}, {}, "mode merge needs a key"),
        ({"key": ["customer"]}, {}, "key column 'customer' is not declared; did you mean 'customer_id'?"),
        ({"modus": "append"}, {}, "unknown key feed.modus"),
        ({"csv": {"separator": ";"}}, {}, "unknown option 'separator'"),
        ({}, {"data_type": "jsonb"}, "column customer_id has data_type 'jsonb'"),
        ({}, {"data_type": "decimal(40,2)"}, "column customer_id has data_type 'decimal(40,2)'"),
    ],
)
def test_mistake_in_a_declaration_names_table_and_key(
    tmp_path: Path, feed: dict[str, object], column: dict[str, object], message: str
) -> None:
    feeds = {"customer": {**FEEDS["customer"], **feed}}
    columns = {"customer": {**COLUMNS["customer"], "customer_id": {"data_type": "varchar", **column}}}
    with pytest.raises(IngestError) as caught:
        load_systems(write_project(tmp_path, feeds=feeds, columns=columns))
    assert any("table customer" in problem and message in problem for problem in caught.value.problems)


def test_project_without_systems_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="no system is declared"):
        load_systems(tmp_path)


def test_declarations_of_the_project_itself_can_be_read() -> None:
    systems = load_systems(REPOSITORY)
    assert {"canonical", "northwind"} <= set(systems)
    assert len(systems["canonical"].feeds) == 22
    assert systems["canonical"].feeds["account"].pass_through_prefix == "x_"


def test_source_name_is_the_header_in_the_file(make_shop: Callable[..., Shop]) -> None:
    columns = {"price": {"product_id": {"data_type": "varchar", "source_name": "Artikel-Nr.", "required": True}}}
    shop = make_shop(feeds={"price": {"files": ["*.csv"]}}, columns=columns)
    shop.deliver("Preise 2026.csv", "Artikel-Nr.;Text\nP;x\n")
    shop.ingest()
    assert shop.column("product_id", "price") == ["P"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shop=/data/x", SourceSpec("shop", None, Path("/data/x"))),
        ("shop:north-1=relative/x", SourceSpec("shop", "north-1", Path("relative/x"))),
        ("shop=C:=x", SourceSpec("shop", None, Path("C:=x"))),
    ],
)
def test_source_is_parsed(text: str, expected: SourceSpec) -> None:
    assert parse_source(text) == expected


def test_data_source_carries_the_name_of_the_instance() -> None:
    assert parse_source("shop=/x").data_source == "shop"
    assert parse_source("shop:north=/x").data_source == "shop:north"


@pytest.mark.parametrize("text", ["shop", "shop=", "=x", "Shop=x", "shop:=x", "shop:a b=x", "../shop=x"])
def test_malformed_source_is_an_error_that_shows_it(text: str) -> None:
    with pytest.raises(IngestError) as caught:
        parse_source(text)
    assert f"source '{text}'" in str(caught.value)


def test_landing_folder_has_one_folder_a_system_or_instance(tmp_path: Path) -> None:
    for name in ("shop", "shop@north", "erp:south", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "notes.md").write_text("x")
    assert [source.data_source for source in discover_landing(tmp_path)] == ["erp:south", "shop", "shop:north"]


def test_landing_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="the landing folder does not exist"):
        discover_landing(tmp_path / "nowhere")
    with pytest.raises(IngestError, match="the landing folder is empty"):
        discover_landing(tmp_path)
    (tmp_path / "customer.csv").write_text("x")
    with pytest.raises(IngestError, match=r"customer\.csv: lies outside a system's folder"):
        discover_landing(tmp_path)
