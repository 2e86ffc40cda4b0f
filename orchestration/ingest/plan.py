"""What a delivery changes: which files are new, which stay, which rows go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from orchestration.ingest.delivery import DeliveredFile, FeedDelivery
from orchestration.ingest.warehouse import LoadedFile

READING_RULES = 1
"""Raised when the way of reading files changes so that files must be read again."""


@dataclass(frozen=True)
class HashedFile:
    """A delivered file with the hash of its content."""

    file: DeliveredFile
    content_hash: str


@dataclass(frozen=True)
class LoadPlan:
    """What to do for one feed. ``removed`` are loaded files whose rows go, ``retired`` those that are only superseded.

    ``renamed`` maps the old path of an unchanged file to its new one.
    """

    to_load: tuple[HashedFile, ...] = ()
    unchanged: int = 0
    removed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    renamed: Mapping[str, str] | None = None
    notices: tuple[str, ...] = ()

    @property
    def has_changes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.to_load or self.removed or self.renamed)


def settings_hash(delivery: FeedDelivery) -> str:
    """Return a hash of everything but the content that decides what a file's rows look like."""
    feed = delivery.feed
    settings = {
        "reading_rules": READING_RULES,
        "options": asdict(feed.options),
        "renames": dict(sorted(delivery.renames.items())),
        "columns": [[one.name, one.data_type, one.required, one.source_name] for one in feed.columns],
        "pass_through_prefix": feed.pass_through_prefix,
    }
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def load_id(data_source: str, feed: str, settings: str, content_hashes: Sequence[str]) -> str:
    """Return the identity of a load: the same files under the same rules always have the same."""
    text = "\x1f".join([data_source, feed, settings, *sorted(content_hashes)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def plan_load(
    delivery: FeedDelivery, hashed: Sequence[HashedFile], loaded: Sequence[LoadedFile], settings: str
) -> LoadPlan:
    """Compare the delivered files of a feed with the loaded ones."""
    notices: list[str] = []
    unique: list[HashedFile] = []
    by_hash: dict[str, HashedFile] = {}
    for one in hashed:
        twin = by_hash.setdefault(one.content_hash, one)
        if twin is one:
            unique.append(one)
        else:
            notices.append(f"{one.file.path}: has the same content as {twin.file.source_file}; loaded once")
    planner = _plan_snapshot if delivery.feed.mode == "snapshot" else _plan_addition
    return planner(delivery, unique, loaded, settings, notices)


def _plan_snapshot(
    delivery: FeedDelivery,
    hashed: Sequence[HashedFile],
    loaded: Sequence[LoadedFile],
    settings: str,
    notices: list[str],
) -> LoadPlan:
    if not hashed:
        return LoadPlan(unchanged=len(loaded))
    valid = [one for one in loaded if one.settings_hash == settings]
    by_path = {(one.source_file, one.content_hash): one for one in valid}
    by_hash = {one.content_hash: one for one in reversed(valid)}
    kept: set[str] = set()
    renamed: dict[str, str] = {}
    to_load: list[HashedFile] = []
    for one in hashed:
        match = by_path.get((one.file.source_file, one.content_hash)) or by_hash.get(one.content_hash)
        if match is None:
            to_load.append(one)
            continue
        kept.add(match.source_file)
        if match.source_file != one.file.source_file:
            renamed[match.source_file] = one.file.source_file
    removed = tuple(one.source_file for one in loaded if one.source_file not in kept)
    return LoadPlan(tuple(to_load), len(kept), removed, removed, renamed, tuple(notices))


def _plan_addition(
    delivery: FeedDelivery,
    hashed: Sequence[HashedFile],
    loaded: Sequence[LoadedFile],
    settings: str,
    notices: list[str],
) -> LoadPlan:
    by_path = {one.source_file: one for one in loaded}
    by_hash = {one.content_hash: one for one in reversed(loaded)}
    to_load: list[HashedFile] = []
    replaced: list[str] = []
    unchanged = 0
    for one in hashed:
        here, twin = by_path.get(one.file.source_file), by_hash.get(one.content_hash)
        if here is not None and here.content_hash == one.content_hash:
            twin = here
        if twin is not None and twin.settings_hash == settings:
            unchanged += 1
            if twin is not here:
                notices.append(f"{one.file.path}: was loaded already as {twin.source_file}; not loaded again")
            continue
        # Changed content at the same path replaces its rows, and so does the same content under changed reading rules.
        replaced += [old.source_file for old in (here, twin) if old is not None]
        to_load.append(one)
    retired = tuple(dict.fromkeys(replaced))
    removed = () if delivery.feed.mode == "merge" else retired
    return LoadPlan(tuple(to_load), unchanged, removed, retired, {}, tuple(notices))
