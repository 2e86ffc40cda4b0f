"""Which delivered file belongs to which feed, and with which settings it is read."""

from __future__ import annotations

import fnmatch
import functools
import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from orchestration.ingest.errors import IngestError
from orchestration.ingest.feeds import (
    OPTION_NAMES,
    Feed,
    System,
    check_mode,
    merge_options,
    read_options,
    suggestion,
    text_list,
)
from orchestration.ingest.sources import SourceSpec

OVERRIDES = "feeds.yml"
SETTLE_SECONDS = 0.25
"""How long a file that was written within the last two seconds is watched for further growth."""

_FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".tab": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
}
_UNFINISHED_SUFFIXES = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp")
_IGNORED_NAMES = {"thumbs.db", "desktop.ini", "_success", "_committed", "_started", OVERRIDES, "feeds.yaml"}


@dataclass(frozen=True)
class DeliveredFile:
    """A delivered file as it was at the first look. ``source_file`` is its path relative to the delivered folder."""

    path: Path
    source_file: str
    file_format: str
    size: int
    modified_ns: int

    def change(self) -> str | None:
        """Say what has changed since the first look, or None."""
        try:
            status = self.path.stat()
        except OSError:
            return f"{self.path}: disappeared while it was being read; deliver it again and repeat the command"
        if (status.st_size, status.st_mtime_ns) != (self.size, self.modified_ns):
            return (
                f"{self.path}: is still being written (it was {self.size} bytes, now {status.st_size}); "
                "repeat the command when it is complete"
            )
        return None


@dataclass(frozen=True)
class FeedDelivery:
    """The files delivered for one feed. ``feed`` already carries the overrides of feeds.yml.

    ``renames`` maps a header, lower-case and without surrounding blanks, to the declared column.
    """

    data_source: str
    feed: Feed
    files: tuple[DeliveredFile, ...]
    renames: Mapping[str, str]


@dataclass(frozen=True)
class Delivery:
    """Everything delivered by one source, with one entry a declared feed, delivered or not."""

    source: SourceSpec
    feeds: tuple[FeedDelivery, ...]
    notices: tuple[str, ...]


def read_delivery(source: SourceSpec, system: System, problems: list[str]) -> Delivery | None:
    """Match the files of a source to the feeds of its system.

    Problems are added to ``problems``; the result is None when the path cannot be used at all.
    """
    notices: list[str] = []
    root = source.path
    if not root.exists():
        problems.append(f"{root}: the path given for {source.data_source} does not exist")
        return None
    folder = root if root.is_dir() else root.parent
    overrides = _read_overrides(folder, system, problems)
    feeds = {name: _apply(feed, overrides.get(name, {}), folder, problems) for name, feed in system.feeds.items()}
    renames = {name: _renames(feed, overrides.get(name, {}), folder, problems) for name, feed in system.feeds.items()}
    try:
        files, unknown = _list_files(root, problems)
    except OSError as error:
        problems.append(f"{root}: cannot be read: {error.strerror or error}")
        return None

    by_feed: dict[str, list[DeliveredFile]] = {name: [] for name in feeds}
    for file in files:
        matches = [name for name, feed in feeds.items() if _matches(feed, file.source_file)]
        if len(matches) > 1:
            problems.append(
                f"{file.path}: belongs to several feeds ({', '.join(matches)}); narrow files: in {OVERRIDES}"
            )
        elif matches:
            by_feed[matches[0]].append(file)
        else:
            unknown.append(file.source_file)
    if root.is_dir():
        _check_folders(root, feeds, by_feed, problems)

    if not any(by_feed.values()):
        expected = ", ".join(feed.files[0] for feed in list(feeds.values())[:6])
        found = ", ".join(sorted(unknown)[:6]) if unknown else "nothing"
        more = ", ..." if len(feeds) > 6 else ""
        hint = ""
        if root.is_file():
            hint = suggestion(_stem(root.name), list(feeds))
        # What stands in the way is said already when a file is half-written.
        if not any(str(folder) in problem for problem in problems):
            problems.append(
                f"{root}: holds no file of system {system.name}; expected {expected}{more}; found {found}{hint}"
            )
    else:
        for name in sorted(unknown):
            notices.append(
                f"{folder / name}: not read, it belongs to no feed of {system.name}{_closest(name, list(feeds))}"
            )
    deliveries = tuple(
        FeedDelivery(
            source.data_source,
            feed,
            tuple(sorted(by_feed[name], key=lambda file: file.source_file)),
            renames[name],
        )
        for name, feed in feeds.items()
    )
    return Delivery(source, deliveries, tuple(notices))


def check_settled(files: Sequence[DeliveredFile], problems: list[str]) -> None:
    """Look a second time at files that were written just now; one that grows is still being written."""
    now = time.time_ns()
    recent = [file for file in files if now - file.modified_ns < 2_000_000_000]
    if recent and SETTLE_SECONDS > 0:
        time.sleep(SETTLE_SECONDS)
    problems.extend(change for file in files if (change := file.change()) is not None)


def format_of(name: str) -> str | None:
    """Return csv, parquet or excel by the extension of a file's name, or None when it is none of them."""
    lowered = name.lower()
    if lowered.endswith(".gz"):
        inner = Path(lowered[:-3]).suffix
        return "csv" if _FORMATS.get(inner) == "csv" else None
    return _FORMATS.get(Path(lowered).suffix)


@functools.cache
def _stem(name: str) -> str:
    lowered = name.lower()
    if lowered.endswith(".gz"):
        lowered = lowered[:-3]
    suffix = Path(lowered).suffix
    return lowered[: -len(suffix)] if suffix in _FORMATS else lowered


def _closest(name: str, feeds: list[str]) -> str:
    hint = suggestion(_stem(Path(name).name), feeds)
    return hint if hint.startswith("; did") else ""


def _unfinished(name: str) -> str | None:
    lowered = name.lower()
    if lowered.startswith("~$"):
        return f"is the lock of a workbook that is open in Excel; close {name[2:]} and repeat the command"
    if lowered.startswith(".~lock."):
        return f"is the lock of a file that is open; close {name[7:].rstrip('#')} and repeat the command"
    if lowered.endswith(_UNFINISHED_SUFFIXES):
        return "is still being written (by its name); repeat the command when it is complete"
    return None


def _list_files(root: Path, problems: list[str]) -> tuple[list[DeliveredFile], list[str]]:
    """Return the readable files below ``root`` and the relative names of those that are no data files."""
    candidates: list[tuple[Path, str]] = []
    unknown: list[str] = []
    if root.is_file():
        candidates.append((root, root.name))
    else:
        visited: set[Path] = set()
        for directory, folders, names in os.walk(root, onerror=_raise, followlinks=True):
            here = Path(directory)
            if here.resolve() in visited:
                # A link back into the delivery.
                folders.clear()
                continue
            visited.add(here.resolve())
            if "_temporary" in folders:
                problems.append(f"{here / '_temporary'}: {here} is still being written; repeat when it is complete")
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "_temporary")
            candidates.extend((here / name, (here / name).relative_to(root).as_posix()) for name in sorted(names))
    files: list[DeliveredFile] = []
    for path, relative in candidates:
        unfinished = _unfinished(path.name)
        if unfinished is not None:
            problems.append(f"{path}: {unfinished}")
            continue
        if path.name.startswith(".") or path.name.lower() in _IGNORED_NAMES or path.name.endswith(".crc"):
            continue
        file_format = format_of(path.name)
        if file_format is None:
            unknown.append(relative)
            continue
        status = path.stat()
        files.append(DeliveredFile(path, relative, file_format, status.st_size, status.st_mtime_ns))
    return files, unknown


def _raise(error: OSError) -> None:
    raise error


def _matches(feed: Feed, source_file: str) -> bool:
    """Whether a file belongs to a feed: by pattern, with any readable extension in the place of the pattern's."""
    name = source_file.casefold()
    for pattern in feed.files:
        lowered = pattern.casefold()
        if lowered.endswith("/*"):
            if fnmatch.fnmatchcase(name, lowered):
                return True
        elif fnmatch.fnmatchcase(_stem(name), _stem(lowered)) and name.count("/") == lowered.count("/"):
            return True
    return False


def _check_folders(
    root: Path, feeds: Mapping[str, Feed], by_feed: Mapping[str, list[DeliveredFile]], problems: list[str]
) -> None:
    """A feed is delivered as one file or as one folder; both, or one file in two formats, would count rows twice."""
    for name, feed in feeds.items():
        single = [
            file
            for file in by_feed[name]
            if any(
                not re.search(r"[*?\[]", pattern) and _stem(pattern.casefold()) == _stem(file.source_file.casefold())
                for pattern in feed.files
            )
        ]
        if single and len(by_feed[name]) > 1:
            listed = ", ".join(file.source_file for file in by_feed[name][:4])
            problems.append(
                f"{root}: {name} is delivered more than once ({listed}); keep one of them, "
                f"or put all parts of it into the folder {name}/"
            )
        for pattern in feed.files:
            if pattern.endswith("/*") and not by_feed[name] and (root / pattern[:-2]).is_dir():
                problems.append(f"{root / pattern[:-2]}: the folder of {name} holds no CSV, Parquet or Excel file")


def _read_overrides(folder: Path, system: System, problems: list[str]) -> dict[str, dict[str, Any]]:
    path = folder / OVERRIDES
    if not path.is_file():
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(f"{path}: not a readable yml file: {error}")
        return {}
    if content is None:
        return {}
    if not isinstance(content, dict):
        problems.append(f"{path}: expected a mapping of feeds, for example 'customer: {{delimiter: \";\"}}'")
        return {}
    defaults = content.pop("defaults", None) or {}
    overrides: dict[str, dict[str, Any]] = {name: dict(defaults) for name in system.feeds} if defaults else {}
    for name, settings in content.items():
        if name not in system.feeds:
            problems.append(f"{path}: unknown feed '{name}'{suggestion(str(name), list(system.feeds))}")
        elif not isinstance(settings, dict):
            problems.append(f"{path}: {name}: expected a mapping of settings")
        else:
            overrides.setdefault(name, {}).update(settings)
    return overrides


def _apply(feed: Feed, override: Mapping[str, Any], folder: Path, problems: list[str]) -> Feed:
    if not override:
        return feed
    where = f"{folder / OVERRIDES}: {feed.name}"
    options: dict[str, Any] = dict(override.get("csv") or {})
    known = ("files", "mode", "key", "columns", "csv", *OPTION_NAMES)
    for key, value in override.items():
        if key in OPTION_NAMES:
            options[key] = value
        elif key not in known:
            problems.append(f"{where}: unknown key '{key}'{suggestion(str(key), known)}")
    mode = str(override.get("mode", feed.mode))
    key_columns = text_list(override.get("key")) or feed.key
    if mode != feed.mode or key_columns != feed.key:
        check_mode(mode, key_columns, [column.name for column in feed.columns], where, problems)
    return replace(
        feed,
        files=text_list(override.get("files")) or feed.files,
        mode=mode,
        key=key_columns,
        options=merge_options(feed.options, read_options(options, where, problems)),
    )


def _renames(feed: Feed, override: Mapping[str, Any], folder: Path, problems: list[str]) -> dict[str, str]:
    names = [column.name for column in feed.columns]
    renames: dict[str, str] = {}
    given = override.get("columns") or {}
    where = f"{folder / OVERRIDES}: {feed.name}: columns"
    if not isinstance(given, dict):
        problems.append(f"{where}: write it as {{their_header: our_column}}")
        return renames
    prefix = feed.pass_through_prefix
    for header, column in given.items():
        if column not in names and not (prefix and str(column).startswith(prefix)):
            problems.append(f"{where}: '{column}' is no column of {feed.name}{suggestion(str(column), names)}")
        elif str(column) in renames.values():
            problems.append(f"{where}: two headers are mapped to '{column}'")
        else:
            renames[normalise_header(str(header))] = str(column)
    return renames


def normalise_header(header: str) -> str:
    """Return a header as it is compared: without surrounding blanks, lower-case."""
    return header.strip(" \t\r\n\u00a0\ufeff").lower()


def all_files(deliveries: Iterable[Delivery]) -> list[DeliveredFile]:
    """Return every delivered file that belongs to a feed."""
    return [file for delivery in deliveries for feed in delivery.feeds for file in feed.files]


def known_system(systems: Mapping[str, System], source: SourceSpec) -> System:
    """Return the system of a source; raises IngestError that lists the known ones."""
    system = systems.get(source.system)
    if system is None:
        names = sorted(systems)
        hint = suggestion(source.system, names)
        known = "" if hint.startswith("; known") else f" (known: {', '.join(names)})"
        raise IngestError([f"{source.path}: unknown system '{source.system}'{hint}{known}"])
    return system
