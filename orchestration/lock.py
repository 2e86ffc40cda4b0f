"""One writer at a time: the lock of a home folder."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from orchestration.home import Home
from orchestration.outcome import InputError

# The web interface holds a home for a moment to find runs that were killed; a run is not refused because of that.
_PATIENCE_SECONDS = 1.0
_held: dict[Path, int] = {}


def lock_path(home: Home) -> Path:
    """Return the lock file, which names its holder while it is held."""
    return home.root / "run.lock"


@contextmanager
def hold(home: Home, purpose: str) -> Iterator[None]:
    """Hold the lock of a home for the length of a block; a block within it in the same process holds it as well.

    The kernel's lock on the file counts, so that a holder that was killed holds nothing: whatever the file says, the
    next command takes it over. Raises InputError naming the process that holds it.
    """
    if home.root in _held:
        yield
        return
    descriptor = acquire(home, purpose)
    try:
        yield
    finally:
        release(home)
        del descriptor


def acquire(home: Home, purpose: str) -> int:
    """Take the lock until ``release`` or the end of the process, and write down who holds it.

    Returns the descriptor of the lock file. Raises InputError when another process holds it.
    """
    if home.root in _held:
        return _held[home.root]
    path = lock_path(home)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError as error:
            if time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            holder = _describe(descriptor)
            os.close(descriptor)
            raise InputError(
                f"home {home.root} is in use by {holder}; wait until it has finished, or name another home with --home"
            ) from error
    record = {"pid": os.getpid(), "purpose": purpose, "since": datetime.now(UTC).isoformat(timespec="seconds")}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(record).encode(), 0)
    _held[home.root] = descriptor
    return descriptor


def release(home: Home) -> None:
    """Give the lock back; the file stays, empty."""
    descriptor = _held.pop(home.root, None)
    if descriptor is not None:
        os.ftruncate(descriptor, 0)
        os.close(descriptor)


def _describe(descriptor: int) -> str:
    try:
        record = json.loads(os.pread(descriptor, 4096, 0))
        return f"'kundenwert {record['purpose']}' (process {record['pid']}, since {record['since']})"
    except (ValueError, KeyError, TypeError):
        return "another kundenwert command"
