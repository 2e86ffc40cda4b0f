"""How a command ends: its exit codes and the failures that lead to them."""

from __future__ import annotations

from collections.abc import Iterable

PUBLISHED = 0
FAILED = 1
BLOCKED = 2
BAD_INPUT = 3


class KundenwertError(Exception):
    """A failure told in sentences: ``problems`` holds one a line, ``exit_code`` is what the command ends with."""

    exit_code = FAILED

    def __init__(self, *problems: str) -> None:
        self.problems: tuple[str, ...] = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))


class InputError(KundenwertError):
    """The input or the configuration is unusable; each problem names the file, line, key or option."""

    exit_code = BAD_INPUT


class GateBlockedError(KundenwertError):
    """Checks that may not fail have failed; nothing was published and the last publication still serves."""

    exit_code = BLOCKED


class TransformError(KundenwertError):
    """A model or a check could not be computed. This is a fault of the program or the machine, not of the data."""


def failure_of(error: BaseException) -> tuple[int, tuple[str, ...]] | None:
    """Return exit code and sentences of a failure that tells them, also of one that is the cause of ``error``.

    Errors that ingestion raises carry the same two attributes without being of our class.
    """
    seen: BaseException | None = error
    while seen is not None:
        problems = getattr(seen, "problems", None)
        code = getattr(seen, "exit_code", None)
        if isinstance(code, int) and isinstance(problems, Iterable):
            return code, tuple(str(problem) for problem in problems)
        seen = seen.__cause__ or seen.__context__
    return None
