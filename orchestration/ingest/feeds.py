"""The declared feeds of each system, read from the same yml that declares them to dbt.

A system is a folder ``models/staging/<system>/`` with a file ``_<system>__sources.yml``. Its dbt source
``raw_<system>`` lists the feeds as tables; what only ingestion needs stands under ``config: meta:``.
"""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

from orchestration.ingest.errors import IngestError

MODES = ("snapshot", "append", "merge")

LOAD_COLUMNS: Mapping[str, str] = {
    "_data_source": "VARCHAR",
    "_load_id": "VARCHAR",
    "_source_file": "VARCHAR",
    "_row_number": "BIGINT",
    "_loaded_at": "TIMESTAMP",
}
"""Columns that every raw table carries beside the declared ones, with their types."""

_TYPE_SYNONYMS = {
    "TEXT": "VARCHAR",
    "STRING": "VARCHAR",
    "CHAR": "VARCHAR",
    "INT": "INTEGER",
    "LONG": "BIGINT",
    "NUMERIC": "DECIMAL",
    "FLOAT": "DOUBLE",
    "REAL": "DOUBLE",
    "BOOL": "BOOLEAN",
    "DATETIME": "TIMESTAMP",
}
_PLAIN_TYPES = ("VARCHAR", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN")


@dataclass(frozen=True)
class Column:
    """One declared column of a feed.

    ``source_name`` is the header in the file where it differs from ``name``; ``unused`` marks a column that no model
    reads, so that nobody needs to be told when it is absent.
    """

    name: str
    data_type: str
    description: str = ""
    required: bool = False
    source_name: str | None = None
    unused: bool = False

    @property
    def family(self) -> str:
        """The kind of value: text, decimal, integer, double, date, timestamp or boolean."""
        if self.data_type.startswith("DECIMAL"):
            return "decimal"
        if self.data_type in ("SMALLINT", "INTEGER", "BIGINT"):
            return "integer"
        return {"VARCHAR": "text"}.get(self.data_type, self.data_type.lower())

    @property
    def scale(self) -> int:
        """Digits after the decimal point of a DECIMAL column; 0 for all others."""
        match = re.fullmatch(r"DECIMAL\(\d+,(\d+)\)", self.data_type)
        return int(match.group(1)) if match else 0


@dataclass(frozen=True)
class ReadOptions:
    """How the files of a feed are read; ``None`` means: detect it.

    ``date_format`` holds strptime formats, ``null_text`` the spellings of a missing value, ``skip_rows`` the lines
    above the header, ``sheet`` the sheet of a workbook.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal_separator: str | None = None
    date_format: tuple[str, ...] | None = None
    quote: str | None = None
    escape: str | None = None
    null_text: tuple[str, ...] | None = None
    skip_rows: int | None = None
    sheet: str | None = None


OPTION_NAMES = tuple(option.name for option in fields(ReadOptions))


@dataclass(frozen=True)
class Feed:
    """One feed of a system: the files that fill one raw table."""

    system: str
    name: str
    columns: tuple[Column, ...]
    files: tuple[str, ...]
    mode: str = "snapshot"
    key: tuple[str, ...] = ()
    required: bool = False
    pass_through_prefix: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)

    @property
    def schema(self) -> str:
        """Schema of the raw table in the warehouse."""
        return f"raw_{self.system}"

    def column(self, name: str) -> Column:
        """Return the declared column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class System:
    """A declared source system and its feeds by name."""

    name: str
    path: Path
    feeds: Mapping[str, Feed]


def load_systems(project_dir: Path) -> dict[str, System]:
    """Read the declarations of all systems of the project, by name.

    Raises IngestError when a declaration is wrong, naming the file and the key.
    """
    problems: list[str] = []
    systems: dict[str, System] = {}
    staging = project_dir / "models" / "staging"
    for folder in sorted(staging.iterdir()) if staging.is_dir() else []:
        declaration = folder / f"_{folder.name}__sources.yml"
        if declaration.is_file():
            system = _read_system(folder.name, declaration, problems)
            if system is not None:
                systems[folder.name] = system
    if not systems and not problems:
        problems.append(f"{staging}: no system is declared; expected <system>/_<system>__sources.yml")
    if problems:
        raise IngestError(problems)
    return systems


def normalise_data_type(text: str) -> str | None:
    """Return the declared type as it is used in the warehouse, or None when ingestion cannot read into that type."""
    compact = re.sub(r"\s+", "", text).upper()
    match = re.fullmatch(r"([A-Z]+)(?:\((\d+)(?:,(\d+))?\))?", compact)
    if match is None:
        return None
    name, precision, scale = match.groups()
    name = _TYPE_SYNONYMS.get(name, name)
    if name == "VARCHAR":
        return name
    if name == "DECIMAL":
        digits, decimals = int(precision or 18), int(scale or (0 if precision else 3))
        return f"DECIMAL({digits},{decimals})" if 0 < digits <= 38 and decimals <= digits else None
    return name if name in _PLAIN_TYPES and precision is None else None


def read_options(settings: Mapping[str, Any], where: str, problems: list[str]) -> ReadOptions:
    """Build read options from a mapping of a yml file; mistakes are added to ``problems`` with ``where`` in front."""
    values: dict[str, Any] = {}
    for key, value in settings.items():
        if key not in OPTION_NAMES:
            problems.append(f"{where}: unknown option '{key}'{suggestion(str(key), OPTION_NAMES)}")
        elif value is not None:
            values[key] = value
    for key in ("date_format", "null_text"):
        if key in values:
            given = values[key]
            values[key] = tuple(str(item) for item in given) if isinstance(given, list) else (str(given),)
    for key in ("delimiter", "quote", "escape", "decimal_separator"):
        value = values.get(key)
        if value is None:
            continue
        value = {"tab": "\t", "\\t": "\t"}.get(str(value), str(value))
        values[key] = value
        if len(value) != 1 or ord(value) > 127:
            problems.append(f"{where}: {key} must be one ASCII character, not '{value}'")
            del values[key]
    if values.get("decimal_separator", ".") not in (",", "."):
        problems.append(f"{where}: decimal_separator must be ',' or '.', not '{values.pop('decimal_separator')}'")
    if "encoding" in values:
        try:
            values["encoding"] = codecs.lookup(str(values["encoding"])).name
        except LookupError:
            problems.append(
                f"{where}: unknown encoding '{values.pop('encoding')}'; use for example utf-8, windows-1252 or utf-16"
            )
    for format_text in values.get("date_format", ()):
        if "%" not in format_text:
            problems.append(f"{where}: date_format '{format_text}' has no fields; write it like %d.%m.%Y")
    if "skip_rows" in values and (not isinstance(values["skip_rows"], int) or values["skip_rows"] < 0):
        problems.append(f"{where}: skip_rows must be a whole number of lines, not '{values.pop('skip_rows')}'")
    if "sheet" in values:
        values["sheet"] = str(values["sheet"])
    return ReadOptions(**values)


def merge_options(declared: ReadOptions, override: ReadOptions) -> ReadOptions:
    """Return ``declared`` with everything that ``override`` sets."""
    changes = {name: getattr(override, name) for name in OPTION_NAMES if getattr(override, name) is not None}
    return replace(declared, **changes)


def suggestion(name: str, known: tuple[str, ...] | list[str]) -> str:
    """Return "; did you mean 'x'?" for the closest known name, else the list of the known names."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(known)}" if known else ""


def text_list(value: Any) -> tuple[str, ...]:
    """Return a yml value that may be one text or a list of texts as a tuple."""
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def _read_system(name: str, path: Path, problems: list[str]) -> System | None:
    try:
        # The same grammar and safety as safe_load, read by libyaml: a tenth of the time.
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(f"{path}: not a readable yml file: {error}")
        return None
    sources = [
        source
        for source in (content or {}).get("sources", [])
        if isinstance(source, dict) and source.get("name") == f"raw_{name}"
    ]
    if len(sources) != 1:
        problems.append(f"{path}: expected one source named raw_{name}")
        return None
    feeds: dict[str, Feed] = {}
    for table in sources[0].get("tables") or []:
        feed = _read_feed(name, table, path, problems)
        if feed is not None:
            feeds[feed.name] = feed
    return System(name, path.parent, feeds)


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    meta = (node.get("config") or {}).get("meta") or {}
    return meta if isinstance(meta, dict) else {}


def _read_feed(system: str, table: Mapping[str, Any], path: Path, problems: list[str]) -> Feed | None:
    name = str(table.get("name"))
    where = f"{path}: table {name}"
    declaration = _meta(table).get("feed")
    if declaration is None:
        return None
    known = ("files", "mode", "key", "required", "pass_through_prefix", "csv")
    for key in declaration:
        if key not in known:
            problems.append(f"{where}: unknown key feed.{key}{suggestion(str(key), known)}")
    columns: list[Column] = []
    for node in table.get("columns") or []:
        data_type = normalise_data_type(str(node.get("data_type")))
        if data_type is None:
            problems.append(
                f"{where}: column {node.get('name')} has data_type '{node.get('data_type')}'; use one of "
                f"{', '.join(_PLAIN_TYPES)} or DECIMAL(p,s)"
            )
            continue
        meta = _meta(node)
        source_name = meta.get("source_name")
        columns.append(
            Column(
                name=str(node["name"]),
                data_type=data_type,
                description=str(node.get("description") or ""),
                required=bool(meta.get("required", False)),
                source_name=None if source_name is None else str(source_name),
                unused=bool(meta.get("unused", False)),
            )
        )
    names = [column.name for column in columns]
    for column_name in sorted({one for one in names if names.count(one) > 1}):
        problems.append(f"{where}: column {column_name} is declared twice")
    mode, key = str(declaration.get("mode", "snapshot")), text_list(declaration.get("key"))
    check_mode(mode, key, names, where, problems)
    return Feed(
        system=system,
        name=name,
        columns=tuple(columns),
        files=text_list(declaration.get("files")) or (f"{name}.csv", f"{name}/*"),
        mode=mode,
        key=key,
        required=bool(declaration.get("required", False)),
        pass_through_prefix=declaration.get("pass_through_prefix"),
        options=read_options(declaration.get("csv") or {}, f"{where}: csv", problems),
    )


def check_mode(mode: str, key: tuple[str, ...], columns: list[str], where: str, problems: list[str]) -> None:
    """Check a mode and its key against the declared columns; mistakes are added to ``problems``."""
    if mode not in MODES:
        problems.append(f"{where}: mode '{mode}' is unknown{suggestion(mode, MODES)}")
    if mode == "merge" and not key:
        problems.append(f"{where}: mode merge needs a key (a list of columns)")
    for column in key:
        if column not in columns:
            problems.append(f"{where}: key column '{column}' is not declared{suggestion(column, columns)}")
