"""What the Dagster assets of one process share: the home, the parsed project and the run at work."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration import lock
from orchestration.gate.worker import GateWorker
from orchestration.history import tags_of_failure
from orchestration.home import Home
from orchestration.ingest import SourceSpec, discover_landing, parse_source
from orchestration.outcome import InputError
from orchestration.pipeline import Pipeline, RunRequest, open_warehouse
from orchestration.progress import Progress
from orchestration.transform.parameters import QuarterRange
from orchestration.transform.project import DbtProject

if TYPE_CHECKING:
    from dagster import AssetCheckExecutionContext, AssetExecutionContext


class Session:
    """A home at work in this process.

    The command sets the run's request beforehand; a run that was started from the web interface or by a sensor brings
    it as configuration, and one that repeats single steps takes up what the last load was about.
    """

    def __init__(self, home: Home, progress: Progress, request: RunRequest | None = None) -> None:
        self.home = home
        self.progress = progress
        self.worker = GateWorker(home)
        self.project = DbtProject(home)
        self.failure: BaseException | None = None
        self._request = request
        self._pipeline: Pipeline | None = None

    def begin(self, sources: Sequence[str], landing: str | None, quarters: str | None) -> Pipeline:
        """Return the run that this process is to do; the arguments count where the command has not set it already."""
        if self._request is None:
            self._request = RunRequest(sources_of(sources, landing, self.home), QuarterRange.parse(quarters))
        return self.pipeline()

    def pipeline(self) -> Pipeline:
        """Return the run at work. Holds the home's lock from then until the process ends or the lock is released."""
        if self._pipeline is None:
            lock.acquire(self.home, "refresh")
            self._pipeline = Pipeline(
                self.home, self._request or self._resumed(), self.progress, self.worker.start(), self.project
            )
        return self._pipeline

    @contextmanager
    def step(self, context: AssetExecutionContext | AssetCheckExecutionContext) -> Iterator[None]:
        """Remember the first failure of a run as it was raised; Dagster passes on its text only.

        It is noted in the history at once: a run of the daemon has nobody who could do so when it has ended.
        """
        try:
            yield
        except BaseException as error:
            if self.failure is None and not isinstance(error, GeneratorExit):
                self.failure = error
                context.instance.add_run_tags(context.run.run_id, tags_of_failure(error))
            raise

    def _resumed(self) -> RunRequest:
        """Take up the last load: its data sources and quarters are in the warehouse, its files are not needed."""
        if not self.home.warehouse.exists():
            raise InputError(f"home {self.home.root}: nothing was loaded yet; run the whole job first")
        connection = open_warehouse(self.home.warehouse)
        try:
            names = [row[0] for row in connection.execute("select data_source from run.data_source").fetchall()]
            [(first, last)] = connection.execute(
                "select first_quarter_start_date, last_quarter_start_date from run.parameter"
            ).fetchall()
        finally:
            connection.close()
        sources = []
        for data_source in names:
            system, _, name = data_source.partition(":")
            sources.append(SourceSpec(system, name or None, Path()))
        return RunRequest(tuple(sources), QuarterRange(first, last))


def sources_of(sources: Sequence[str], landing: str | None, home: Home) -> tuple[SourceSpec, ...]:
    """Return the sources named one by one and those of a landing folder.

    Without either: the home's landing folder, and where there is none, the sources of the last publication, so that a
    schedule or a click does what the command did. Raises IngestError where a source is not written as SYSTEM=PATH or
    the landing folder holds none.
    """
    found = [parse_source(text) for text in sources]
    if landing is not None:
        found += discover_landing(Path(landing).expanduser())
    elif not found:
        is_watched = "KUNDENWERT_LANDING" in os.environ or home.landing.is_dir()
        found = ([] if is_watched else _last_sources(home)) or discover_landing(home.landing)
    return tuple(found)


def remember_sources(home: Home, sources: Sequence[SourceSpec]) -> None:
    """Write down what a publication was made from; not where single steps were repeated, which read no files."""
    if all(one.path != Path() for one in sources):
        known = {one.data_source: str(one.path.absolute()) for one in sources}
        _sources_file(home).write_text(json.dumps(known, indent=2), encoding="utf-8")


def _last_sources(home: Home) -> list[SourceSpec]:
    try:
        known = json.loads(_sources_file(home).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [parse_source(f"{data_source}={path}") for data_source, path in known.items()]


def _sources_file(home: Home) -> Path:
    return home.root / "sources.json"
