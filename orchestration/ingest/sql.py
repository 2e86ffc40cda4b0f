"""Quoting of names and texts for the SQL that ingestion writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path


def quote_identifier(name: str) -> str:
    """Return ``name`` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return ``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def quote_path(path: Path) -> str:
    """Return a path as an SQL literal for DuckDB's readers, which would take ``*``, ``?`` and ``[`` for patterns."""
    return quote_text(re.sub(r"([*?\[])", r"[\1]", str(path)))


def quote_list(texts: Iterable[str]) -> str:
    """Return the texts as a comma-separated list of SQL string literals."""
    return ", ".join(quote_text(text) for text in texts)
