"""What goes wrong with the input, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterable


class IngestError(Exception):
    """The input or its configuration is unusable; nothing of this run was loaded.

    ``problems`` holds one sentence a problem, each naming the file, row, column or key and what to do about it.
    ``exit_code`` is the code with which the command ends.
    """

    exit_code = 3

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems: tuple[str, ...] = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))
