"""Generating is repeatable to the byte, happens once, and is never half done."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from orchestration.demo import generate, generator
from orchestration.demo.__main__ import main

SMALL = 300


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_parameters_give_the_same_bytes_whatever_the_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several parts, so that threads can overtake each other.
    monkeypatch.setattr(generator, "PART_COMPANIES", 60)
    generate(tmp_path / "one", SMALL, seed=1, threads=1)
    generate(tmp_path / "two", SMALL, seed=1, threads=3)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_no_dictionary_page_holds_memory_of_something_else(tmp_path: Path) -> None:
    # A dictionary with a value listed twice makes Arrow write uninitialised bytes, and other bytes the next time.
    generate(tmp_path, SMALL)
    for path in tmp_path.rglob("*.parquet"):
        group = parquet.ParquetFile(path).metadata.row_group(0)
        for column in (group.column(index) for index in range(group.num_columns)):
            if column.has_dictionary_page:
                assert "RLE_DICTIONARY" in column.encodings, (path.name, column.path_in_schema)


def test_another_seed_gives_another_company(tmp_path: Path) -> None:
    generate(tmp_path / "one", SMALL, seed=1)
    generate(tmp_path / "two", SMALL, seed=2)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one.keys() == two.keys()
    same = {name for name in one if one[name] == two[name]}
    assert not same


def test_a_finished_generation_is_not_made_again(tmp_path: Path) -> None:
    first = generate(tmp_path, SMALL)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    second = generate(tmp_path, SMALL)
    assert first.is_fresh and not second.is_fresh
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert (second.row_counts, second.trailing_revenue_cents, second.landing, second.truth) == (
        first.row_counts,
        first.trailing_revenue_cents,
        first.landing,
        first.truth,
    )


@pytest.mark.parametrize("change", ["customers", "seed", "lost file", "cut file", "no marker", "broken marker"])
def test_anything_else_is_made_again(tmp_path: Path, change: str) -> None:
    generate(tmp_path, SMALL)
    wanted = contents(tmp_path)
    victim = tmp_path / "landing" / "canonical" / "invoice_line" / "part-00000.parquet"
    marker = tmp_path / generator.MARKER
    if change == "lost file":
        victim.unlink()
    elif change == "cut file":
        victim.write_bytes(victim.read_bytes()[:-100])
    elif change == "no marker":
        marker.unlink()
    elif change == "broken marker":
        marker.write_text('{"customers": ')
    customers = SMALL + 1 if change == "customers" else SMALL
    seed = 5 if change == "seed" else generator.DEFAULT_SEED
    assert generate(tmp_path, customers, seed).is_fresh
    assert (contents(tmp_path) == wanted) == (change not in {"customers", "seed"})


def test_a_killed_generation_leaves_the_old_one_and_is_never_taken_for_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(tmp_path, SMALL)
    old = contents(tmp_path)

    def die(*arguments: object) -> None:
        raise KeyboardInterrupt

    # The last thing written: all parts lie in the work folder by then.
    with monkeypatch.context() as killing:
        killing.setattr(generator, "true_pools", die)
        with pytest.raises(KeyboardInterrupt):
            generate(tmp_path, SMALL, seed=7)
    assert {name: value for name, value in contents(tmp_path).items() if not name.startswith(".")} == old

    # Between the swap of one folder and the other.
    with monkeypatch.context() as killing:
        killing.setattr(generator, "_sizes", die)
        with pytest.raises(KeyboardInterrupt):
            generate(tmp_path, SMALL, seed=7)
    assert not (tmp_path / generator.MARKER).exists()
    assert generate(tmp_path, SMALL, seed=7).is_fresh
    again = tmp_path / "again"
    generate(again, SMALL, seed=7)
    assert contents(again) == {name: value for name, value in contents(tmp_path).items() if "again" not in name}


def test_too_few_customers_are_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="at least 100 customers, not 99"):
        generate(tmp_path, 99)
    assert main(["--home", str(tmp_path), "--customers", "99"]) == 3
    assert "at least 100 customers, not 99" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_smallest_company_has_every_entity_but_those_that_need_many(tmp_path: Path) -> None:
    summary = generate(tmp_path, 100)
    empty = {entity for entity, rows in summary.row_counts.items() if rows == 0}
    assert empty <= {"priority_request", "account_plan_item"}


def test_the_command_says_what_is_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "--customers", "100", "--seed", "3"]) == 0
    said = capsys.readouterr()
    assert "100 customers (seed 3)" in said.out
    assert str(tmp_path / "demo" / "landing" / "canonical") in said.out
    assert "customers: 109 of 109" in said.err
    assert main(["--home", str(tmp_path), "--customers", "100", "--seed", "3"]) == 0
    assert "Already there" in capsys.readouterr().out


def test_progress_reports_companies_done(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    generate(tmp_path, SMALL, progress=lambda stage, done, total: seen.append((stage, done, total)))
    assert seen[0][0] == "customers"
    assert seen[0][1] == seen[0][2] == SMALL + 27
    marker = json.loads((tmp_path / generator.MARKER).read_text())
    assert (marker["customers"], marker["seed"]) == (SMALL, generator.DEFAULT_SEED)
