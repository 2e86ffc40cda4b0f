"""Bad input ends with 3 and names the file, line, key or option; what nobody foresaw ends with 1 and a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ..harness import Outcome, kundenwert
from ..small_company import seed, write_policy


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["refresh", "--sorce", "canonical=x"], "--sorce"),
        (["publish"], "publish"),
        (["campaign", "issue"], "--quarter"),
        (["campaign", "issue", "--quarter", "2026-Q4"], "--quarter: '2026-Q4' is no quarter"),
        (["refresh", "--quarters", "2025Q5", "--source", "canonical=x"], "'2025Q5' is no quarter"),
        (["refresh", "--quarters", "2025Q4:", "--source", "canonical=x"], "the last quarter is missing"),
        (
            ["refresh", "--quarters", "2025Q4:2025Q1", "--source", "canonical=x"],
            "the first quarter lies after the last",
        ),
        (["refresh", "--source", "canonical"], "canonical"),
        (["refresh", "--landing", "absent-folder"], "absent-folder"),
        (["refresh"], "landing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_options_end_with_three_and_are_named(arguments: list[str], named: str, tmp_path: Path) -> None:
    outcome = kundenwert(tmp_path / "home", *arguments)
    assert outcome.code == 3, outcome.output
    assert named in outcome.output
    assert "Traceback" not in outcome.output
    assert not (tmp_path / "home" / "warehouse.duckdb").exists()


@pytest.mark.slow
def test_an_unknown_system_is_named_with_those_that_there_are(published_copy: Callable[[], Path]) -> None:
    outcome = kundenwert(published_copy(), "doctor", "--source", "navision=somewhere")
    assert outcome.code == 3, outcome.output
    assert "navision" in outcome.output and "canonical" in outcome.output
    assert "Traceback" not in outcome.output


def examined(published: Outcome, home: Path, *options: str) -> Outcome:
    return kundenwert(home, "doctor", "--source", f"canonical={published.home.parent / 'delivery'}", *options)


@pytest.mark.slow
@pytest.mark.long
def test_a_policy_file_that_replaces_no_seed_is_named(published: Outcome, published_copy: Callable[[], Path]) -> None:
    home = published_copy()
    write_policy(home, policy_chanel=seed("policy_channel"))
    outcome = examined(published, home)
    assert outcome.code == 3, outcome.output
    assert "policy_chanel.csv: replaces no policy seed" in outcome.output
    assert "policy_channel" in outcome.output.replace("policy_chanel.csv", "")


@pytest.mark.slow
def test_a_policy_value_that_cannot_be_read_is_bad_input(
    published: Outcome, published_copy: Callable[[], Path]
) -> None:
    home = published_copy()
    limits = seed("policy_quality_limit")
    assert "quarantine_maximum_ratio,0.05" in limits
    write_policy(home, policy_quality_limit=limits.replace("ratio,0.05", "ratio,five percent"))
    outcome = examined(published, home)
    assert outcome.code == 3, outcome.output
    line = next(number for number, text in enumerate(limits.splitlines(), 1) if text.startswith("quarantine_maximum"))
    assert f"policy_quality_limit.csv line {line} (limit_name quarantine_maximum_ratio" in outcome.output
    assert "limit_value 'five percent' is not a number" in outcome.output
    assert "Traceback" not in outcome.output


@pytest.mark.slow
@pytest.mark.long
def test_a_policy_that_contradicts_itself_is_bad_input(published: Outcome, published_copy: Callable[[], Path]) -> None:
    home = published_copy()
    limits = seed("policy_quality_limit")
    write_policy(home, policy_quality_limit=limits + limits.splitlines()[1] + "\n")
    outcome = examined(published, home)
    assert outcome.code == 3, outcome.output
    assert "policy_quality_limit" in outcome.output
    assert "discount_minimum_ratio" in outcome.output
    assert "Traceback" not in outcome.output


@pytest.mark.slow
def test_what_nobody_foresaw_ends_with_one_a_sentence_and_a_trace_in_the_logs(
    published_copy: Callable[[], Path],
) -> None:
    home = published_copy()
    (home / "published" / "publication.json").write_text("{not json", encoding="utf-8")
    outcome = kundenwert(home, "status")
    assert outcome.code == 1, outcome.output
    first, second = outcome.output.splitlines()
    assert first.startswith("status failed: JSONDecodeError: ")
    assert second == f"details: {next((home / 'logs').glob('status-*.log'))}"
    assert "Traceback" in next((home / "logs").glob("status-*.log")).read_text(encoding="utf-8")


def test_help_is_no_failure(tmp_path: Path) -> None:
    outcome = kundenwert(tmp_path, "--help")
    assert outcome.code == 0
    assert "Exit code 0: published. 2:" in outcome.output
