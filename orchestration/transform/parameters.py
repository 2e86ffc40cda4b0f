"""What a run is asked for, as tables that the models read: ``run.parameter``, ``run.data_source`` and the ledger."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.home import Home
from orchestration.outcome import InputError
from orchestration.transform.project import code_hash

_QUARTER = re.compile(r"(\d{4})Q([1-4])")


@dataclass(frozen=True)
class QuarterRange:
    """The requested quarters, first and last included; the default range where both are open."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def parse(cls, text: str | None) -> QuarterRange:
        """Read ``2012Q1:2012Q4`` or ``2012Q1``. Raises InputError when the text has another form or runs backwards."""
        if text is None:
            return cls()
        first, colon, last = text.strip().upper().partition(":")
        bounds = cls(parse_quarter(first, f"--quarters {text}"), parse_quarter(last or first, f"--quarters {text}"))
        if colon and not last:
            raise InputError(f"--quarters {text}: the last quarter is missing; write it as 2012Q1:2012Q4")
        assert bounds.first is not None and bounds.last is not None
        if bounds.first > bounds.last:
            raise InputError(f"--quarters {text}: the first quarter lies after the last")
        return bounds

    def __str__(self) -> str:
        if self.first is None or self.last is None:
            return "default"
        return f"{quarter_label(self.first)}:{quarter_label(self.last)}"


def parse_quarter(text: str, where: str) -> date:
    """Return the first day of a quarter written ``2026Q4``. Raises InputError naming ``where`` it was written."""
    found = _QUARTER.fullmatch(text.strip().upper())
    if found is None:
        raise InputError(f"{where}: '{text}' is no quarter; write it as 2026Q4")
    return date(int(found[1]), 3 * int(found[2]) - 2, 1)


def quarter_label(first_day: date) -> str:
    """Return ``2026Q4`` for the first day of that quarter."""
    return f"{first_day.year}Q{(first_day.month + 2) // 3}"


@dataclass(frozen=True)
class RunIdentity:
    """What makes two runs the same run: the same ``run_id`` has the same input, policy, models and quarters."""

    run_id: str
    policy_hash: str


def identify(
    content_fingerprint: str, home: Home, project_dir: Path, data_sources: Iterable[str], quarters: QuarterRange
) -> RunIdentity:
    """Return the identity of a run. Neither clock nor path decides it."""
    policy = policy_hash(home, project_dir)
    digest = hashlib.sha256()
    for part in (content_fingerprint, policy, code_hash(project_dir), ",".join(sorted(data_sources)), str(quarters)):
        digest.update(part.encode() + b"\0")
    return RunIdentity(digest.hexdigest(), policy)


def policy_files(home: Home, project_dir: Path, *, is_strict: bool = True) -> dict[str, Path]:
    """Return the policy file in force for each seed: that of the home where there is one, else the project's.

    Raises InputError for files of the home that replace no seed, unless not ``is_strict``: they are then left out.
    """
    unknown = unknown_policy_files(home, project_dir)
    if unknown and is_strict:
        raise InputError(*unknown)
    files = {path.stem: path for path in sorted((project_dir / "seeds").glob("*.csv"))}
    files.update({path.stem: path for path in _policy_of(home) if path.suffix == ".csv" and path.stem in files})
    return files


def unknown_policy_files(home: Home, project_dir: Path) -> list[str]:
    """Return a sentence for each file in the home's policy folder that replaces no seed."""
    known = sorted(path.stem for path in (project_dir / "seeds").glob("*.csv"))
    return [
        f"{path}: replaces no policy seed; name it after one of: {', '.join(known)}"
        for path in _policy_of(home)
        if path.suffix != ".csv" or path.stem not in known
    ]


def _policy_of(home: Home) -> list[Path]:
    """The files of the home's policy folder, under the name that its owner gave it."""
    if not home.policy.is_dir():
        return []
    folder = home.policy.resolve() if home.policy.is_symlink() else home.policy
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def policy_hash(home: Home, project_dir: Path) -> str:
    """Hash of all policy files in force, by seed."""
    digest = hashlib.sha256()
    for name, path in sorted(policy_files(home, project_dir).items()):
        digest.update(name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def write_parameters(
    connection: duckdb.DuckDBPyConnection,
    identity: RunIdentity,
    quarters: QuarterRange,
    data_sources: Sequence[str],
) -> None:
    """Replace ``run.parameter`` and ``run.data_source`` in one transaction."""
    connection.execute("begin")
    connection.execute("create schema if not exists run")
    connection.execute(
        "create or replace table run.parameter ("
        "first_quarter_start_date date, last_quarter_start_date date, snapshot_id varchar, policy_hash varchar)"
    )
    connection.execute(
        "insert into run.parameter values (?, ?, ?, ?)",
        [quarters.first, quarters.last, identity.run_id, identity.policy_hash],
    )
    connection.execute("create or replace table run.data_source (data_source varchar)")
    for data_source in sorted(set(data_sources)):
        connection.execute("insert into run.data_source values (?)", [data_source])
    connection.execute("commit")


def check_quarters(connection: duckdb.DuckDBPyConnection, quarters: QuarterRange) -> None:
    """Raise InputError when a requested range touches no quarter with postings in the input layer."""
    if quarters.first is None or quarters.last is None:
        return
    row = connection.execute(
        "select min(posting_date), max(posting_date) from input_layer.input_layer__invoice_line"
    ).fetchone()
    earliest, latest = row if row is not None else (None, None)
    if earliest is None or latest is None:
        return
    if quarters.first > latest or quarters.last < date(earliest.year, 3 * ((earliest.month - 1) // 3) + 1, 1):
        raise InputError(
            f"--quarters {quarters}: lies outside the data, whose postings run from {earliest} to {latest}"
            f" ({quarter_label(earliest)}:{quarter_label(latest)})"
        )
