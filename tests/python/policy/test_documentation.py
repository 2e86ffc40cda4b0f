"""docs/policy.md holds a row for each rule of the seeds, in the words of its yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from orchestration.home import PROJECT_DIR

LIMITS = (("above", "above"), ("at_least", "at least"), ("below", "below"), ("at_most", "at most"))


def rules() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Seed, kind and body of each data test of the seeds."""
    for path in sorted((PROJECT_DIR / "seeds").glob("*.yml")):
        for seed in yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]:
            for test in seed.get("data_tests", []):
                for kind, body in test.items():
                    yield seed["name"], kind, body


def columns_of(body: Mapping[str, Any]) -> str:
    arguments = body["arguments"]
    found = (
        arguments.get("columns")
        or list(arguments.get("starts", []))
        or [arguments.get("column_name") or arguments["value_column"]]
    )
    return ", ".join(f"`{column}`" for column in found)


def limits_of(rule: Mapping[str, Any]) -> str:
    if "words" in rule:
        return "one of " + ", ".join(f"`{word}`" for word in rule["words"])
    if rule.get("is_currency_code"):
        return "a currency code of three capital letters"
    if rule.get("is_name"):
        return "a name without blanks around it"
    limits = " and ".join(f"{text} {rule[key]}" for key, text in LIMITS if key in rule)
    return f"{'whole number' if rule.get('is_whole') else 'number'}, {limits}"


def expected_rows() -> list[str]:
    """The rows of the two tables: rules, and limits of named values."""
    table, values = [], []
    for seed, _, body in rules():
        rule, _, meaning = " ".join(body["description"].split()).partition(": ")
        warns = " (a warning)" if body.get("config", {}).get("severity") == "warn" else ""
        words = body["arguments"].get("words")
        if isinstance(words, list):
            warns += f" ({', '.join(f'`{word}`' for word in words)})"
        remedy = body["config"]["meta"]["remedy"]
        table.append(
            f"| `{seed}` | {columns_of(body)} | {rule.rstrip('.')}{warns} | {meaning.rstrip('.')} | {remedy} |"
        )
        values += [f"| `{name}` | {limits_of(rule)} |" for name, rule in body["arguments"].get("rules", {}).items()]
    return table + values


def test_every_rule_of_the_seeds_is_in_the_table_for_adopters() -> None:
    text = (PROJECT_DIR / "docs" / "policy.md").read_text(encoding="utf-8").splitlines()
    missing = [row for row in expected_rows() if row not in text]
    assert not missing, "add to docs/policy.md:\n" + "\n".join(missing)


def test_the_table_for_adopters_holds_no_rule_that_is_gone() -> None:
    text = (PROJECT_DIR / "docs" / "policy.md").read_text(encoding="utf-8").splitlines()
    expected = set(expected_rows())
    gone = [line for line in text if line.startswith("| `") and line not in expected]
    assert not gone, "take out of docs/policy.md:\n" + "\n".join(gone)
