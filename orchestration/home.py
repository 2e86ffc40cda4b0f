"""The home folder: where everything that a run writes lives."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from orchestration.outcome import InputError

PROJECT_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Home:
    """Paths below one home folder. Nothing is created by naming a path; see ``prepare``."""

    root: Path

    @classmethod
    def resolve(cls, given: str | os.PathLike[str] | None = None) -> Home:
        """Return the home that was given, else that of ``KUNDENWERT_HOME``, else ``./home``, as an absolute path."""
        chosen = given if given is not None else os.environ.get("KUNDENWERT_HOME") or "home"
        return cls(Path(chosen).expanduser().absolute())

    @property
    def warehouse(self) -> Path:
        """The whole chain from raw rows to published tables, written by one process at a time."""
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """What BI tools read: a link to the present publication, replaced in one step."""
        return self.root / "published"

    @property
    def publications(self) -> Path:
        """The folders of which ``published`` points to one."""
        return self.root / "publications"

    @property
    def served_file(self) -> Path:
        """The DuckDB file that holds the schema ``published`` and nothing else."""
        return self.published / "kundenwert.duckdb"

    @property
    def quarantine(self) -> Path:
        """Rows that could not be read, with the reason."""
        return self.root / "quarantine"

    @property
    def ledger(self) -> Path:
        """Append-only decisions: effective tiers, issued campaign lists, publications."""
        return self.root / "ledger"

    @property
    def exports(self) -> Path:
        """Campaign lists, one folder a quarter."""
        return self.root / "exports"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' site with the results of the gates."""
        return self.root / "data_docs"

    @property
    def dagster(self) -> Path:
        """Dagster's instance: run history, schedules, sensors."""
        return self.root / "dagster"

    @property
    def logs(self) -> Path:
        """Details of failures."""
        return self.root / "logs"

    @property
    def policy(self) -> Path:
        """Policy files that replace the project's seeds of the same name."""
        return self.root / "policy"

    @property
    def landing(self) -> Path:
        """The landing folder that the sensor watches unless ``KUNDENWERT_LANDING`` names another."""
        return Path(os.environ.get("KUNDENWERT_LANDING") or self.root / "landing")

    @property
    def dbt_target(self) -> Path:
        """Compiled SQL and parse state of dbt, kept here so that the installation may be read-only."""
        return self.root / "dbt_target"

    def prepare(self) -> Home:
        """Create the folder, and make it the home of everything in this process that reads the environment.

        Raises InputError where it cannot be created or written.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(
                f"home {self.root}: cannot be created ({error.strerror}); name another folder with --home"
            ) from error
        if not os.access(self.root, os.W_OK):
            raise InputError(f"home {self.root}: is not writable; name another folder with --home")
        os.environ["KUNDENWERT_HOME"] = str(self.root)
        return self
