"""The doctor on the two files of README's example."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from orchestration.gaps import ENTITY_GAPS

from ..harness import PROJECT, Outcome, kundenwert

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def doctor(published: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("doctor")
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    files = re.findall(r"`mydata/(\w+\.csv)`\s+```csv\n(.+?)```", readme, flags=re.DOTALL)
    assert [name for name, _ in files] == ["customer.csv", "invoice_line.csv"]
    (folder / "mydata").mkdir()
    for name, text in files:
        (folder / "mydata" / name).write_text(text, encoding="utf-8")
    home = folder / "home"
    shutil.copytree(published.home / "dbt_target", home / "dbt_target")
    return kundenwert(home, "doctor", "--source", f"canonical={folder / 'mydata'}")


def section(doctor: Outcome, number: int) -> str:
    found = re.search(rf"^{number}\. (.+?)(?=^{number + 1}\. |\Z)", doctor.output, flags=re.DOTALL | re.MULTILINE)
    assert found, doctor.output
    return found[1]


def test_it_finds_nothing_that_would_keep_a_refresh_from_publishing(doctor: Outcome) -> None:
    assert doctor.code == 0, doctor.output
    assert section(doctor, 2).strip().endswith("nothing contradicts itself or the contract")
    assert doctor.output.rstrip().endswith("Nothing was loaded into the warehouse.")


def test_it_counts_what_was_delivered(doctor: Outcome) -> None:
    rows = [line.split() for line in section(doctor, 1).splitlines() if line.startswith("  canonical")]
    assert rows == [["canonical", "customer", "1", "2", "0"], ["canonical", "invoice_line", "1", "3", "0"]]


def test_its_key_figures_are_those_of_the_files(doctor: Outcome) -> None:
    figures = dict(re.findall(r"^  (\S.+?)  +(\S+)$", section(doctor, 3), flags=re.MULTILINE))
    assert figures == {
        "CRM accounts": "0",
        "ERP debtors": "2",
        "Debtors with a key to the CRM": "2",
        "Invoice lines": "3",
        "First posting": "2026-01-15",
        "Last posting": "2026-03-03",
        "Debtors that bought in the last twelve months": "2",
        "Net revenue of the last twelve months in EUR": "1,605.50",
    }


def test_it_tells_what_each_absent_entity_and_column_costs(doctor: Outcome) -> None:
    gaps = dict(re.findall(r"^  no (\S.*?): +(\S.+)$", section(doctor, 4), flags=re.MULTILINE))
    for entity, cost in ENTITY_GAPS.items():
        if entity not in ("customer", "invoice_line"):
            assert gaps.pop(entity) == cost
    assert gaps.keys() == {"invoice_line.product_id", "invoice_line.list_amount", "invoice_line.cost_amount"}


def test_it_leaves_nothing_behind(doctor: Outcome) -> None:
    left = {path.name for path in doctor.home.iterdir()}
    assert not left & {"warehouse.duckdb", "doctor", "quarantine", "ledger", "published", "publications"}
    assert not [path for path in (doctor.home / "logs").rglob("*") if path.is_file() and "doctor" in path.name]
    assert (doctor.home / "run.lock").read_text(encoding="utf-8") == ""


def test_a_home_keeps_its_warehouse_as_it_is(published: Outcome, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(published.home, home, symlinks=True)
    before = (home / "warehouse.duckdb").read_bytes()
    (tmp_path / "empty").mkdir()
    outcome = kundenwert(home, "doctor", "--source", f"canonical={tmp_path / 'empty'}")
    assert outcome.code == 3, outcome.output
    assert "canonical" in outcome.output
    assert (home / "warehouse.duckdb").read_bytes() == before
