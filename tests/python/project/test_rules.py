"""Rules of the house that a reader would otherwise have to check by eye."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3]
MODELS = sorted(path for path in (PROJECT / "models").rglob("*.sql") if not path.stem.endswith("__connector"))


def tracked_files() -> list[Path]:
    """Files under version control; the whole tree where git is not there."""
    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() or [str(path.relative_to(PROJECT)) for path in PROJECT.rglob("*")]
    return [PROJECT / name for name in names if (PROJECT / name).is_file()]


def without_comments(sql: str) -> str:
    sql = re.sub(r"\{#.*?#\}", "", sql, flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", sql)


def model_id(path: Path) -> str:
    return path.stem


# Rooms in the order in which a row walks through them; intermediate models and marts are one floor.
FLOORS = {"staging": 0, "input_layer": 1, "intermediate": 2, "marts": 2, "published": 3}
FLOOR_OF = {path.stem: FLOORS[path.relative_to(PROJECT / "models").parts[0]] for path in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=model_id)
def test_no_model_reads_a_room_that_comes_after_its_own(model: Path) -> None:
    read = re.findall(r"ref\(\s*['\"](\w+)['\"]", without_comments(model.read_text(encoding="utf-8")))
    later = sorted(name for name in read if FLOOR_OF.get(name, 0) > FLOOR_OF[model.stem])
    assert not later, f"{model.relative_to(PROJECT)} reads {later}"


@pytest.mark.parametrize("model", MODELS, ids=model_id)
def test_every_model_states_its_grain_in_the_first_line(model: Path) -> None:
    first_line = model.read_text(encoding="utf-8").lstrip().splitlines()[0]
    assert first_line.startswith("-- grain: "), f"{model.relative_to(PROJECT)} begins with {first_line!r}"


@pytest.mark.parametrize("model", MODELS, ids=model_id)
def test_every_model_is_described_in_a_yml_beside_it(model: Path) -> None:
    described = yaml.safe_load(model.with_suffix(".yml").read_text(encoding="utf-8"))
    entries = {entry["name"]: entry for entry in described["models"]}
    assert entries[model.stem].get("description", "").strip()


@pytest.mark.parametrize("model", MODELS, ids=model_id)
def test_no_model_reads_the_clock_or_draws_at_random(model: Path) -> None:
    sql = without_comments(model.read_text(encoding="utf-8")).lower()
    found = re.findall(r"\b(?:current_date|current_timestamp|now\(\)|today\(\)|random\(\)|uuid\(\)|hash\()", sql)
    assert not found, f"{model.relative_to(PROJECT)} uses {sorted(set(found))}"


@pytest.mark.parametrize("model", MODELS, ids=model_id)
def test_no_model_casts_money_to_a_float(model: Path) -> None:
    sql = without_comments(model.read_text(encoding="utf-8")).lower()
    found = re.findall(r"_amount\s+as\s+(?:double|float|real)|_amount::(?:double|float|real)", sql)
    assert not found, f"{model.relative_to(PROJECT)} casts money: {found}"


@pytest.mark.parametrize(
    "model", [path for path in MODELS if path.parent.name in {"published", "input_layer"}], ids=model_id
)
def test_every_column_at_the_two_edges_is_typed_and_described(model: Path) -> None:
    described = yaml.safe_load(model.with_suffix(".yml").read_text(encoding="utf-8"))
    entry = next(entry for entry in described["models"] if entry["name"] == model.stem)
    assert entry.get("columns")
    for column in entry["columns"]:
        assert column.get("data_type"), f"{model.stem}.{column['name']} has no data_type"
        assert str(column.get("description", "")).strip(), f"{model.stem}.{column['name']} has no description"


def test_no_tracked_file_names_a_machine_path_or_an_index_address() -> None:
    pattern = re.compile(r"(?:^|[\s\"'=(])/(?:work|root|home/[a-z]+)/|index-url|/simple/")
    offenders = []
    for path in tracked_files():
        if path == Path(__file__) or path.suffix in {".png", ".svg"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
            if pattern.search(line):
                offenders.append(f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:80]}")
    assert not offenders, "\n".join(offenders)


def test_every_generic_test_is_listed_in_its_readme() -> None:
    listed = (PROJECT / "tests" / "generic" / "README.md").read_text(encoding="utf-8")
    for test_file in (PROJECT / "tests" / "generic").glob("*.sql"):
        for name in re.findall(r"{%-?\s*test\s+(\w+)\(", test_file.read_text(encoding="utf-8")):
            assert f"`{name}`" in listed, f"{name} is missing from tests/generic/README.md"
