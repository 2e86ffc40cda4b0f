"""What a reader hands over to the load: a relation of the file's records, and the records that it could not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourceColumn:
    """A field of a staged file: the SQL that yields it and its type there."""

    sql: str
    data_type: str = "VARCHAR"

    @property
    def is_text(self) -> bool:
        """Whether the value is text that has yet to be read as a number or date."""
        return self.data_type == "VARCHAR"


@dataclass(frozen=True)
class StagedFile:
    """The records of one file, ready to be typed.

    ``relation`` is SQL that can stand after ``from``. ``columns`` maps declared and pass-through columns to their
    fields. ``raw_row`` is SQL for the record as text. ``rejected`` is a table (row_number, line_number, reason,
    raw_row) of records that could not be read, or None. ``rows_read`` was counted apart from ``relation``: all records,
    the rejected ones included. ``facts`` says how the file was read (encoding, delimiter), ``tables`` what to drop
    afterwards.
    """

    relation: str
    columns: Mapping[str, SourceColumn]
    pass_through: Mapping[str, SourceColumn]
    row_number: str
    line_number: str
    raw_row: str
    rows_read: int
    rejected: str | None = None
    header_row: str = "false"
    missing: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
