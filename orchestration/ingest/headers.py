"""From the headers of a file to the declared columns of its feed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.ingest.delivery import OVERRIDES, normalise_header
from orchestration.ingest.feeds import LOAD_COLUMNS, Column, Feed


@dataclass(frozen=True)
class HeaderMapping:
    """Where each column of a feed stands in a file.

    ``positions`` maps a declared column to the index of its field, ``pass_through`` an extra column to be kept.
    ``missing`` are declared optional columns that the file lacks, ``ignored`` headers that nobody declared.
    """

    positions: Mapping[str, int]
    pass_through: Mapping[str, int]
    missing: tuple[str, ...]
    ignored: tuple[str, ...]


def expected_headers(feed: Feed, renames: Mapping[str, str]) -> dict[str, str]:
    """Return the normalised headers that are known for a feed, each with its column."""
    renamed = set(renames.values())
    expected = {
        normalise_header(column.source_name or column.name): column.name
        for column in feed.columns
        if column.name not in renamed
    }
    return {**expected, **renames}


def count_known(headers: Sequence[str], feed: Feed, renames: Mapping[str, str]) -> tuple[int, bool]:
    """Return how many of the headers are known, and whether all required columns are among them."""
    expected = expected_headers(feed, renames)
    found = {expected[name] for header in headers if (name := normalise_header(header)) in expected}
    return len(found), all(column.name in found for column in feed.columns if column.required)


def map_headers(
    headers: Sequence[str],
    feed: Feed,
    renames: Mapping[str, str],
    where: str,
    problems: list[str],
    notices: list[str],
) -> HeaderMapping:
    """Find the columns of ``feed`` among the headers of the file ``where``.

    A required column that is missing and a column that is there twice are added to ``problems``, what the file has
    beyond the declaration to ``notices``.
    """
    expected = expected_headers(feed, renames)
    positions: dict[str, int] = {}
    pass_through: dict[str, int] = {}
    ignored: list[str] = []
    doubled: list[str] = []
    for index, header in enumerate(headers):
        name = normalise_header(header)
        column = expected.get(name)
        extra = _pass_through_name(name, feed) if column is None else None
        if column is not None and not _is_declared(feed, column):
            column, extra = None, column
        if column is not None:
            if column in positions:
                doubled.append(header.strip())
            positions.setdefault(column, index)
        elif extra is not None:
            if extra in pass_through:
                doubled.append(header.strip())
            pass_through.setdefault(extra, index)
        elif name:
            ignored.append(header.strip())
        elif len(headers) > 1:
            ignored.append(f"(column {index + 1} without a header)")
    for header in sorted(set(doubled)):
        problems.append(f"{where}: the column '{header}' is there more than once; remove or rename one of them")

    lacking = [column for column in feed.columns if column.name not in positions]
    required = [column for column in lacking if column.required]
    if len(required) > 1 and not positions:
        problems.append(
            f"{where}: the first line does not hold the column names; it reads "
            f"'{_shorten(' | '.join(headers))}', expected {', '.join(column.name for column in required[:5])}"
        )
    else:
        problems.extend(f"{where}: {_missing_text(one, ignored, required=True)}" for one in required)
    for one in lacking:
        if not one.required and not one.unused and _closest(one, ignored) is not None:
            notices.append(f"{where}: {_missing_text(one, ignored, required=False)}")
    if ignored and not required:
        notices.append(f"{where}: columns not read because {feed.name} does not declare them: {', '.join(ignored)}")
    unmatched = sorted(set(renames) - {normalise_header(header) for header in headers})
    if unmatched:
        notices.append(f"{where}: {OVERRIDES} renames columns that the file does not have: {', '.join(unmatched)}")
    return HeaderMapping(
        positions=positions,
        pass_through=pass_through,
        missing=tuple(column.name for column in lacking if not column.unused),
        ignored=tuple(ignored),
    )


def _is_declared(feed: Feed, name: str) -> bool:
    return any(column.name == name for column in feed.columns)


def _pass_through_name(name: str, feed: Feed) -> str | None:
    prefix = feed.pass_through_prefix
    if not prefix or not name.startswith(prefix.lower()) or name in LOAD_COLUMNS:
        return None
    cleaned = re.sub(r"[^a-z0-9_]+", "_", name).strip("_")
    return cleaned if len(cleaned) > len(prefix) else None


def _closest(column: Column, headers: Sequence[str]) -> str | None:
    plain = {re.sub(r"[^a-z0-9]", "", header.lower()): header for header in headers}
    for name in (column.source_name or column.name, column.name):
        close = difflib.get_close_matches(re.sub(r"[^a-z0-9]", "", name.lower()), list(plain), n=1, cutoff=0.7)
        if close:
            return plain[close[0]]
    return None


def _missing_text(column: Column, headers: Sequence[str], *, required: bool) -> str:
    name = column.source_name or column.name
    label = "required column" if required else "column"
    close = _closest(column, headers)
    if close is not None:
        return (
            f"{label} '{name}' is missing; '{close}' looks like it: "
            f'add columns: {{"{close}": {column.name}}} to {OVERRIDES}'
        )
    found = f"; the file has {_shorten(', '.join(headers))}" if headers else ""
    return (
        f"{label} '{name}' is missing ({column.description.rstrip('.') or column.data_type}){found}; "
        f"add it to the file, or map its header to it under columns: in {OVERRIDES}"
    )


def _shorten(text: str) -> str:
    return text if len(text) <= 160 else text[:157] + "..."
