"""Where the input lies: the sources named on the command line or found in a landing folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.ingest.errors import IngestError

_SYSTEM = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class SourceSpec:
    """One source: a declared system, the name of the instance where there are several, and a folder or file."""

    system: str
    name: str | None
    path: Path

    @property
    def data_source(self) -> str:
        """The value of ``_data_source``: the system, or ``system:name``."""
        return self.system if self.name is None else f"{self.system}:{self.name}"


def parse_source(text: str) -> SourceSpec:
    """Read ``SYSTEM=PATH`` or ``SYSTEM:NAME=PATH``.

    Raises IngestError when the text has another form. Whether the system is known and the path exists is checked by
    ``ingest``, which collects all problems.
    """
    label, equals, path = text.partition("=")
    if not equals or not path.strip():
        raise IngestError([f"source '{text}': write it as SYSTEM=PATH or SYSTEM:NAME=PATH"])
    system, name = _split_label(label.strip(), ":", f"source '{text}'")
    return SourceSpec(system, name, Path(path.strip()).expanduser())


def discover_landing(directory: Path) -> list[SourceSpec]:
    """Return one source for each folder of a landing folder, in the order of their names.

    A folder is named after its system (``northwind``) or, for a second instance of it, ``system@NAME`` (also
    ``system:NAME`` where the file system allows a colon). Hidden folders are left out. Raises IngestError when the
    landing folder is missing, holds no folder, or holds data files outside a system's folder.
    """
    if not directory.is_dir():
        raise IngestError([f"{directory}: the landing folder does not exist"])
    problems: list[str] = []
    sources: list[SourceSpec] = []
    for entry in sorted(directory.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            separator = "@" if "@" in entry.name else ":"
            try:
                system, name = _split_label(entry.name, separator, str(entry))
            except IngestError as error:
                problems.extend(error.problems)
                continue
            sources.append(SourceSpec(system, name, entry))
        elif re.search(r"\.(csv|tsv|txt|tab|parquet|pq|xlsx|xlsm|xls|xlsb|ods)(\.gz)?$", entry.name, re.IGNORECASE):
            problems.append(f"{entry}: lies outside a system's folder; move it to {directory}/<system>/")
    if not sources and not problems:
        problems.append(
            f"{directory}: the landing folder is empty; expected one folder a system, {directory}/<system>/"
        )
    if problems:
        raise IngestError(problems)
    return sources


def _split_label(label: str, separator: str, where: str) -> tuple[str, str | None]:
    system, has_name, name = label.partition(separator)
    if _SYSTEM.fullmatch(system) is None:
        raise IngestError([f"{where}: '{system}' is no name of a system (lower-case letters, digits, underscores)"])
    if has_name and _NAME.fullmatch(name) is None:
        raise IngestError([f"{where}: '{name}' is no name of an instance (letters, digits, '-' and '_')"])
    return system, name if has_name else None
