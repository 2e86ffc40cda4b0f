"""Policy is checked before a run begins: what cannot be right is named by file, line and key, all of it at once.

The rules are the data tests of the seeds (``seeds/*.yml``). Their compiled queries are evaluated here on the files in
force, read into a database in memory, so that nothing is touched when one of them fails.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.company import unknown_places
from orchestration.home import Home
from orchestration.outcome import InputError
from orchestration.transform.checks import CheckOutcome, CompiledCheck, evaluate
from orchestration.transform.parameters import policy_files, unknown_policy_files
from orchestration.transform.project import QUARTERS, DbtProject

_FINDINGS_A_RULE = 20
_WORDS_TOLD = 20
# The columns by which dbt's own generic tests tell the value of the column that they look at.
_VALUE_COLUMNS = ("value_field", "unique_field", "from_field")
# Text that a cast would take and silently change, by declared type: 4.6 becomes 5, a time of day is cut off.
_FORMS = {
    "integer": r"\s*[+-]?\d+\s*",
    "bigint": r"\s*[+-]?\d+\s*",
    "date": r"\s*\d{4}-\d{1,2}-\d{1,2}\s*",
}
_ASKED_FOR = {"integer": "a whole number", "bigint": "a whole number", "date": "a date, written as 2026-12-31"}


@dataclass(frozen=True)
class _Seed:
    """A seed with the file in force, its declared types by column and the columns of its key."""

    unique_id: str
    name: str
    path: Path
    types: Mapping[str, str]
    key: tuple[str, ...]


@dataclass(frozen=True)
class CheckedPolicy:
    """A policy without errors: outcomes of the rules that look at seeds only, last day on which a row begins."""

    outcomes: Mapping[str, CheckOutcome]
    last_change: date | None

    def holds_from(self, first_day: date) -> bool:
        """Whether all of it holds on a day already, so that nothing can be missing from that day on."""
        return self.last_change is None or self.last_change <= first_day


def check(home: Home, project: DbtProject, project_dir: Path, first_day: date | None) -> CheckedPolicy:
    """Evaluate the rules of the policy in force.

    ``first_day`` is the first day that the run computes, None while it is not known: what has to hold from then on is
    then checked for being there at all. Raises InputError naming every file, line and rule that cannot be right. Rules
    that only warn are left to the run.
    """
    problems = unknown_policy_files(home, project_dir)
    seeds = _seeds(home, project, project_dir)
    problems += _unknown_places(seeds)
    with duckdb.connect() as connection:
        # Compiled queries name the database after the warehouse file.
        connection.execute("attach ':memory:' as warehouse")
        connection.execute(
            "use warehouse; set TimeZone = 'UTC'; set threads = 1; create schema policy; create schema marts"
        )
        # Many queries on a few rows: finding the best plan takes longer than any plan.
        connection.execute("pragma disable_optimizer")
        connection.execute(f"create table marts.{QUARTERS} (quarter_start_date date)")
        if first_day is not None:
            connection.execute(f"insert into marts.{QUARTERS} values (?)", [first_day])
        unreadable = set()
        for seed in seeds.values():
            found = _load(connection, seed)
            if found:
                unreadable.add(seed.unique_id)
                problems += found
        checks = _rules(project, seeds, unreadable)
        outcomes = evaluate(connection, checks)
        for outcome in outcomes:
            if outcome.status in ("fail", "error"):
                node = project.document["nodes"][outcome.check.unique_id]
                problems += _findings(connection, outcome, node, seeds)
        if problems:
            raise InputError(*problems)
        dates = " union all ".join(
            f'select max(valid_from) from policy."{seed.name}"' for seed in seeds.values() if "valid_from" in seed.types
        )
        [(last_change,)] = connection.execute(f"select max(columns(*)) from ({dates})").fetchall()
    nodes = project.document["nodes"]
    about_seeds = {
        one.check.unique_id: one
        for one in outcomes
        if set(nodes[one.check.unique_id]["depends_on"]["nodes"]) <= set(seeds)
    }
    return CheckedPolicy(about_seeds, last_change)


def _unknown_places(seeds: Mapping[str, _Seed]) -> list[str]:
    """Tell time zones and countries that nobody knows: what is known is not a list that a rule could hold."""
    path = next(seed.path for seed in seeds.values() if seed.name == "policy_parameter")
    return [
        f"{path} line {line} (parameter {name}): {complaint}. What to do: write the time zone as Europe/Berlin,"
        " the country as DE, or with its state as DE-BY"
        for line, name, complaint in unknown_places(path)
    ]


def _seeds(home: Home, project: DbtProject, project_dir: Path) -> dict[str, _Seed]:
    files = policy_files(home, project_dir, is_strict=False)
    nodes = project.document["nodes"]
    keys: dict[str, tuple[str, ...]] = {}
    for node in nodes.values():
        metadata = node.get("test_metadata") or {}
        if metadata.get("name") == "unique_grain" and not node["config"].get("where"):
            keys.setdefault(node.get("attached_node") or "", tuple(metadata["kwargs"]["columns"]))
    return {
        unique_id: _Seed(
            unique_id, node["name"], files[node["name"]], node["config"]["column_types"], keys.get(unique_id, ())
        )
        for unique_id, node in nodes.items()
        if node["resource_type"] == "seed"
    }


def _rules(project: DbtProject, seeds: Mapping[str, _Seed], unreadable: set[str]) -> list[CompiledCheck]:
    """The tests that look at seeds, and at nothing else but the quarters; not those of seeds that cannot be read."""
    rules = []
    for one in project.checks:
        parents = set(project.document["nodes"][one.unique_id]["depends_on"]["nodes"])
        others = {parent.rpartition(".")[2] for parent in parents - set(seeds)}
        if parents & set(seeds) and others <= {QUARTERS} and not parents & unreadable:
            rules.append(one)
    return rules


def _load(connection: duckdb.DuckDBPyConnection, seed: _Seed) -> list[str]:
    """Read a file as the seed load does and cast it to the declared types; return what is wrong with it."""
    definitions = ", ".join(f'"{column}" {kind}' for column, kind in seed.types.items())
    connection.execute(f'create table policy."{seed.name}" ({definitions})')
    text = f'policy."{seed.name}__text"'
    try:
        connection.execute(
            f"create table {text} as select row_number() over () - 1 as _record, *"
            f" from read_csv('{str(seed.path).replace(chr(39), chr(39) * 2)}',"
            " header = true, all_varchar = true, delim = ',', quote = '\"')"
        )
    except duckdb.Error as error:
        return [f"{seed.path}: cannot be read as CSV with commas in UTF-8: {_first_sentences(str(error))}"]
    delivered = [row[0] for row in connection.execute(f"describe {text}").fetchall()][1:]
    unknown = [column for column in delivered if column not in seed.types]
    if unknown:
        return [
            f"{seed.path} line 1: no policy has the column {', '.join(map(repr, unknown))};"
            f" the columns are {','.join(seed.types)}, separated by commas"
        ]
    problems = _misfits(connection, seed, delivered, text)
    if not problems:
        connection.execute(
            f'insert into policy."{seed.name}" by name select * exclude (_record) from {text} order by _record'
        )
    return problems


def _misfits(connection: duckdb.DuckDBPyConnection, seed: _Seed, delivered: Sequence[str], text: str) -> list[str]:
    """Values that are not of their column's declared type."""
    questions = []
    for column in delivered:
        kind = seed.types[column].lower().replace(" ", "")
        if kind == "varchar":
            continue
        is_wrong = f'try_cast("{column}" as {kind}) is null'
        if kind in _FORMS:
            is_wrong += f" or not regexp_full_match(\"{column}\", '{_FORMS[kind]}')"
        questions.append(
            f'select _record, \'{column}\', "{column}" from {text} where "{column}" is not null and ({is_wrong})'
        )
    if not questions:
        return []
    found = connection.execute(f"{' union all '.join(questions)} order by all").fetchall()
    lines = _lines(seed.path) if found else []
    problems = []
    for record, column, value in found[:_FINDINGS_A_RULE]:
        kind = seed.types[column].lower()
        asked = _ASKED_FOR.get(kind, "a number with a decimal point, as 0.80")
        problems.append(
            f"{seed.path} line {_line(lines, record)}{_key(connection, seed, [record])}:"
            f" {column} '{value}' is not {asked} ({kind})"
        )
    return problems + _more(seed, len(found))


def _findings(
    connection: duckdb.DuckDBPyConnection,
    outcome: CheckOutcome,
    node: Mapping[str, Any],
    seeds: Mapping[str, _Seed],
) -> list[str]:
    """Tell a broken rule: a sentence for each row that a test found, with the lines of the file that it is about."""
    parents = [node.get("attached_node"), *node["depends_on"]["nodes"]]
    seed = next(seeds[parent] for parent in parents if parent in seeds)
    rule = " ".join((node.get("description") or node["name"]).split()).rstrip(".")
    remedy = str((node["config"].get("meta") or {}).get("remedy") or "")
    told = f"Rule: {rule}. What to do: {remedy}" if remedy else f"Rule: {rule}"
    if outcome.status == "error":
        return [f"{seed.path}: cannot be checked ({_first_sentences(outcome.message)}): {told}"]
    cursor = connection.execute(outcome.check.query)
    names = [
        _column(node) or column[0] if column[0] in _VALUE_COLUMNS else column[0] for column in cursor.description or []
    ]
    rows = cursor.fetchall()
    lines = _lines(seed.path)
    known = _known_words(connection, node)
    problems = []
    for row in rows[:_FINDINGS_A_RULE]:
        values = dict(zip(names, row, strict=True))
        records = _records(connection, seed, values)
        if records:
            numbers = [str(_line(lines, record)) for record in records]
            where = f" line{'s' if len(numbers) > 1 else ''} {' and '.join(numbers)}{_key(connection, seed, records)}"
        else:
            given = ", ".join(f"{name} {values[name]}" for name in seed.key if values.get(name) is not None)
            where = f" ({given})" if given else ""
        what = values.get("finding") or _values(connection, seed, node, records)
        value = values.get(_column(node))
        if known and value is not None and value not in known:
            told_so_far = values.get("finding") or f"{_column(node)} {value} is not known"
            what = f"{told_so_far}{_suggestion(str(value), known, is_list_told='finding' not in values)}"
        problems.append(f"{seed.path}{where}: {what}{'. ' if what else ''}{told}")
    return problems + _more(seed, len(rows))


def _known_words(connection: duckdb.DuckDBPyConnection, node: Mapping[str, Any]) -> list[str]:
    """The words that a rule accepts in its column, where it has a list of them."""
    arguments = (node.get("test_metadata") or {}).get("kwargs") or {}
    words = [str(word) for name in ("words", "values", "also") for word in arguments.get(name) or []]
    target = re.search(r"ref\('(\w+)'\)", str(arguments.get("to", "")))
    if target:
        rows = connection.execute(
            f'select distinct "{arguments["field"]}" from policy."{target[1]}" order by all'
        ).fetchall()
        words += [str(row[0]) for row in rows if row[0] is not None]
    return words


def _column(node: Mapping[str, Any]) -> str:
    """The column that a rule is about, empty where it is about several."""
    arguments = (node.get("test_metadata") or {}).get("kwargs") or {}
    return str(node.get("column_name") or arguments.get("column_name") or "")


def _suggestion(value: str, known: Sequence[str], *, is_list_told: bool) -> str:
    """The known word that an unknown one is likely to be a misspelling of, else all known ones where they are few."""
    spelling = {word.lower(): word for word in known}
    closest = difflib.get_close_matches(value.strip().lower(), spelling, n=1)
    if closest:
        return f"; the closest known is '{spelling[closest[0]]}'"
    return f"; known are {', '.join(known)}" if is_list_told and len(known) <= _WORDS_TOLD else ""


def _records(connection: duckdb.DuckDBPyConnection, seed: _Seed, values: Mapping[str, Any]) -> list[int]:
    """The rows of a file that agree with a test's row in the columns that both have."""
    shared = [name for name in values if name in seed.types]
    if not shared:
        return []
    condition = " and ".join(f'"{name}" is not distinct from ?' for name in shared)
    found = connection.execute(
        f'select rowid from policy."{seed.name}" where {condition} order by rowid', [values[name] for name in shared]
    ).fetchall()
    return [row[0] for row in found]


def _values(connection: duckdb.DuckDBPyConnection, seed: _Seed, node: Mapping[str, Any], records: Sequence[int]) -> str:
    """The values that a rule is about, as they stand in the file."""
    arguments = (node.get("test_metadata") or {}).get("kwargs") or {}
    asked = [name for name in arguments.get("columns") or [_column(node)] if name in seed.types]
    delivered = {row[0] for row in connection.execute(f'describe policy."{seed.name}__text"').fetchall()}
    only_empty = (node.get("test_metadata") or {}).get("name") == "not_null_columns"
    is_about_key = set(asked) <= set(seed.key)
    told = []
    for name in asked:
        value = None
        if name in delivered and records:
            [(value,)] = connection.execute(
                f'select "{name}" from policy."{seed.name}__text" where _record = ?', [records[0]]
            ).fetchall()
        # The key stands beside the line already.
        if value is None or not (is_about_key or only_empty):
            told.append(f"{name} is {'empty' if value is None else value}")
    return ", ".join(told)


def _key(connection: duckdb.DuckDBPyConnection, seed: _Seed, records: Sequence[int]) -> str:
    """The key of a row in brackets, as it stands in the file."""
    text = f'policy."{seed.name}__text"'
    delivered = {row[0] for row in connection.execute(f"describe {text}").fetchall()}
    names = [name for name in seed.key if name in delivered]
    if not names:
        return ""
    columns = ", ".join(f'"{name}"' for name in names)
    [values] = connection.execute(f"select {columns} from {text} where _record = ?", [records[0]]).fetchall()
    given = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True) if value is not None)
    return f" ({given})" if given else ""


def _lines(path: Path) -> list[int]:
    """The line on which each row of a file begins; empty lines hold none, quoted values may span several."""
    lines = []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file)
        begins = 1
        for row in reader:
            if row:
                lines.append(begins)
            begins = reader.line_num + 1
    return lines[1:]


def _line(lines: Sequence[int], record: int) -> int:
    return lines[record] if record < len(lines) else record + 2


def _more(seed: _Seed, count: int) -> list[str]:
    return [f"{seed.path}: and {count - _FINDINGS_A_RULE} rows more"] if count > _FINDINGS_A_RULE else []


def _first_sentences(text: str) -> str:
    lines: Iterable[str] = (line.strip() for line in text.splitlines())
    return " ".join(line for line in lines if line)[:300]
