"""What the yml of sources, staging and input layer promise each other; nothing is run here."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3]
STAGING = PROJECT / "models" / "staging"
INPUT_LAYER = PROJECT / "models" / "input_layer"

CONTRACT: dict[str, dict[str, bool]] = {}
with (PROJECT / "tests" / "fixtures" / "input_contract.csv").open(encoding="utf-8", newline="") as contract_file:
    for line in csv.DictReader(contract_file):
        CONTRACT.setdefault(line["entity"], {})[line["column"]] = line["is_required"] == "true"

SYSTEMS = sorted(folder.name for folder in STAGING.iterdir() if folder.is_dir())


def read(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def input_model(entity: str) -> dict[str, Any]:
    [model] = read(INPUT_LAYER / f"input_layer__{entity}.yml")["models"]
    assert model["name"] == f"input_layer__{entity}"
    return dict(model)


def is_required(column: dict[str, Any]) -> bool:
    return bool(column.get("config", {}).get("meta", {}).get("required", False))


def delivered_entities(system: str) -> list[str]:
    """The entities that a connector's macro returns."""
    text = (STAGING / system / f"_{system}__connector.sql").read_text(encoding="utf-8")
    found = re.search(rf"macro connector__{system}\(\) %}}.*?return\(\[(.*?)\]\)", text, re.DOTALL)
    assert found, f"{system} registers no entities"
    return re.findall(r"'(\w+)'", found.group(1))


def tables(system: str) -> list[dict[str, Any]]:
    [source] = read(STAGING / system / f"_{system}__sources.yml")["sources"]
    assert source["name"] == source["schema"] == f"raw_{system}"
    return list(source["tables"])


def test_the_input_layer_has_the_entities_of_the_contract_and_no_other() -> None:
    assert {path.stem for path in INPUT_LAYER.glob("*.sql")} == {f"input_layer__{entity}" for entity in CONTRACT}
    assert len(CONTRACT) == 22


# The contract changes only by adding: whoever exports files or reads the input layer relies on each of these names.
@pytest.mark.parametrize("entity", CONTRACT)
def test_every_column_of_the_contract_is_there_and_as_required_as_promised(entity: str) -> None:
    declared = {column["name"]: is_required(column) for column in input_model(entity)["columns"]}
    for column, required in CONTRACT[entity].items():
        assert declared.get(column) == required, f"{entity}.{column}"
    added = {column: required for column, required in declared.items() if column not in CONTRACT[entity]}
    assert not any(added.values()), f"added columns may not be required: {added}"


@pytest.mark.parametrize("entity", CONTRACT)
def test_meta_agrees_with_the_columns(entity: str) -> None:
    model = input_model(entity)
    meta = model["config"]["meta"]
    names = [column["name"] for column in model["columns"]]
    assert meta["required_columns"] == [column["name"] for column in model["columns"] if is_required(column)]
    assert set(meta["grain"]) <= set(names)
    assert set(meta.get("accepted_values", {})) <= set(names)


@pytest.mark.parametrize("entity", CONTRACT)
def test_each_entity_is_tested_for_grain_required_and_coded_columns(entity: str) -> None:
    model = input_model(entity)
    tested: dict[str, list[dict[str, Any]]] = {}
    for test in model["data_tests"]:
        [(name, settings)] = test.items() if isinstance(test, dict) else [(test, {})]
        tested.setdefault(name, []).append(settings.get("arguments", {}))
    meta = model["config"]["meta"]
    assert tested["unique_grain"] == [{"columns": meta["grain"]}]
    assert tested["required_columns_present"] == [{"columns": meta["required_columns"]}]
    codes = {
        column: values
        for arguments in tested.get("accepted_codes", [])
        for column, values in arguments["codes"].items()
    }
    assert codes == meta.get("accepted_values", {})
    # Columns known at run time only rule out dbt's own enforcement; then a test must stand in for it.
    is_enforced = model["config"].get("contract", {}).get("enforced", True)
    assert is_enforced != ("declared_columns_present" in tested)


@pytest.mark.parametrize("entity", CONTRACT)
def test_canonical_files_have_the_columns_of_the_input_layer(entity: str) -> None:
    [table] = [table for table in tables("canonical") if table["name"] == entity]
    delivered = [
        (column["name"], column["data_type"], is_required(column))
        for column in table["columns"]
        if column["name"] != "data_source"
    ]
    promised = [
        (column["name"], column["data_type"], is_required(column))
        for column in input_model(entity)["columns"]
        if column["name"] != "data_source"
    ]
    assert delivered == promised
    feed = table["config"]["meta"]["feed"]
    grain = input_model(entity)["config"]["meta"]["grain"]
    assert feed["key"] == [column for column in grain if column != "data_source"]
    assert feed["files"] == [f"{entity}{end}" for end in (".csv", ".csv.gz", ".parquet", ".xlsx", "/*")]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_connector_stages_what_it_registers_and_nothing_else(system: str) -> None:
    staged = {path.stem for path in (STAGING / system).glob("stg_*.sql")}
    registered = delivered_entities(system)
    assert len(registered) == len(set(registered))
    assert set(registered) <= set(CONTRACT), "an entity that the contract does not know"
    assert staged == {f"stg_{system}__{entity}" for entity in registered}


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_columns_of_a_source_are_typed_described_and_its_keys_declared(system: str) -> None:
    for table in tables(system):
        names = [column["name"] for column in table["columns"]]
        assert len(names) == len(set(names))
        for column in table["columns"]:
            assert column.get("data_type") and column.get("description"), f"{table['name']}.{column['name']}"
        feed = table["config"]["meta"]["feed"]
        assert set(feed["key"]) <= set(names), table["name"]
