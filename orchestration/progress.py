"""What a command says while it works: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Stage:
    """One stage at work. ``update`` may be called from other threads."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self.title = title
        self.summary = ""

    def update(self, text: str, done: int, total: int) -> None:
        """Say what is being done, and how many of how many are done."""
        self._progress._show(self.title, text, done, total)


class Progress:
    """Stages of one command, each with its elapsed time. Quiet after ``close``."""

    def __init__(self, stream: TextIO | None = None, *, is_quiet: bool = False) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self._is_quiet = is_quiet
        self._started = time.monotonic()
        self._rich: RichProgress | None = None
        self._task: TaskID | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since the command began."""
        return time.monotonic() - self._started

    @contextmanager
    def stage(self, title: str) -> Iterator[Stage]:
        """A stage of the work; set ``summary`` on what it yields to say how it ended."""
        stage = Stage(self, title)
        began = time.monotonic()
        is_moving = not self._is_quiet and self._stream.isatty()
        if is_moving:
            self._start_moving(title)
        try:
            yield stage
        except BaseException:
            stage.summary = "stopped"
            raise
        finally:
            if is_moving:
                self._stop_moving()
            summary = f": {stage.summary}" if stage.summary else ""
            self.say(f"{self.elapsed:6.1f} s  {title}{summary} ({time.monotonic() - began:.1f} s)")

    def say(self, text: str = "") -> None:
        """Print a line."""
        if not self._is_quiet:
            print(text, file=self._stream, flush=True)

    def _start_moving(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._rich = RichProgress(
            TextColumn("{task.fields[stage]}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=Console(file=self._stream),
            transient=True,
        )
        self._rich.start()
        self._task = self._rich.add_task("", stage=title, total=None)

    def _stop_moving(self) -> None:
        if self._rich is not None:
            self._rich.stop()
        self._rich, self._task = None, None

    def _show(self, title: str, text: str, done: int, total: int) -> None:
        if self._rich is not None and self._task is not None:
            self._rich.update(self._task, description=text, completed=done, total=total or None, stage=title)
