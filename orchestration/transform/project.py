"""dbt in process: the project is parsed once a version of it, and every run reuses the parsed state."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.home import PROJECT_DIR, Home
from orchestration.outcome import TransformError

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PARSED_FOLDERS = ("models", "macros", "seeds", "tests/generic", "tests/singular")
PARSED_FILES = ("dbt_project.yml",)
# What `make setup` parses once, so that a new home does not have to.
PREPARED = PROJECT_DIR / "target" / "prepared"

DbtEvent = Any


@dataclass(frozen=True)
class NodeResult:
    """How one model, seed or test of an invocation ended."""

    unique_id: str
    name: str
    resource_type: str
    status: str
    message: str
    failures: int
    seconds: float
    original_file_path: str
    compiled_code: str
    parents: tuple[str, ...]

    @property
    def is_error(self) -> bool:
        """Could not be computed."""
        return self.status in ("error", "runtime error")

    @property
    def is_failed_check(self) -> bool:
        """A test of severity error that found rows."""
        return self.resource_type == "test" and self.status == "fail"


class DbtProject:
    """The dbt project at work for one home. Expensive to make, cheap to use again within a process."""

    def __init__(self, home: Home, project_dir: Path = PROJECT_DIR) -> None:
        self.home = home
        self.project_dir = project_dir
        self.fingerprint = fingerprint(project_dir)
        self._manifest: Manifest | None = None
        self._document: Mapping[str, Any] | None = None

    @property
    def manifest(self) -> Manifest:
        """The project as dbt holds it, loaded from the last parse of the same files or parsed now."""
        if self._manifest is None and not self._load():
            self._parse()
        assert self._manifest is not None
        return self._manifest

    @property
    def document(self) -> Mapping[str, Any]:
        """The manifest as plain data, as dagster-dbt reads it."""
        if self._document is None and not self._load():
            self._parse()
        assert self._document is not None
        return self._document

    def build(
        self,
        select: Sequence[str],
        exclude: Sequence[str] = (),
        *,
        indirect_selection: str = "buildable",
        full_refresh: bool = False,
        on_event: Callable[[DbtEvent], None] = lambda event: None,
        command: str = "build",
    ) -> list[NodeResult]:
        """Run models, seeds and tests of a selection in the warehouse and return how each ended.

        ``on_event`` is called from dbt's own threads. Unit tests are left out: they say something about the code, not
        about this run. Raises TransformError when dbt could not run at all; a node that failed is in the result.
        """
        arguments = [command, "--select", *select, "--indirect-selection", indirect_selection]
        if command == "build":
            arguments += ["--exclude-resource-type", "unit_test"]
        if exclude:
            arguments += ["--exclude", *exclude]
        if full_refresh:
            arguments.append("--full-refresh")
        outcome = self._invoke(arguments, on_event)
        if outcome.result is None or not hasattr(outcome.result, "results"):
            raise TransformError(f"dbt {command} could not run: {outcome.exception}") from outcome.exception
        return [_node_result(result) for result in outcome.result.results]

    def _invoke(self, arguments: Sequence[str], on_event: Callable[[DbtEvent], None]) -> Any:
        from dbt.cli.main import dbtRunner

        known = None if arguments[0] == "parse" else self.manifest
        runner = dbtRunner(manifest=known, callbacks=[on_event])
        with _environment(self.home, self.project_dir):
            return runner.invoke([*_quiet(), *arguments, "--target-path", str(self.home.dbt_target)])

    def prepare(self, folder: Path) -> None:
        """Parse the project if need be and keep the result in a folder from which other homes can take it."""
        if not _parsed_file(folder, self.fingerprint).exists():
            _keep(self.manifest, self.document, folder, self.fingerprint)

    def _load(self) -> bool:
        """Take the parsed project from the home, or from what was prepared for all homes."""
        from dbt.contracts.graph.manifest import Manifest
        from dbt.parser.manifest import extended_mashumuro_decoder

        for folder in (self.home.dbt_target, PREPARED):
            parsed = _parsed_file(folder, self.fingerprint)
            if parsed.exists():
                manifest: Manifest = Manifest.from_msgpack(parsed.read_bytes(), decoder=extended_mashumuro_decoder)
                manifest.build_flat_graph()
                self._manifest = manifest
                self._document = json.loads(parsed.with_suffix(".json").read_text(encoding="utf-8"))
                return True
        return False

    def _parse(self) -> None:
        problems: list[str] = []

        def remember(event: DbtEvent) -> None:
            if event.info.level == "error":
                problems.append(event.info.msg)

        outcome = self._invoke(["parse"], remember)
        if not outcome.success:
            detail = str(outcome.exception) if outcome.exception else "\n".join(problems)
            raise TransformError(f"the dbt project in {self.project_dir} cannot be parsed: {detail}")
        manifest: Manifest = outcome.result
        text = json.dumps(manifest.writable_manifest().to_dict(omit_none=False), default=str)
        self._manifest, self._document = manifest, json.loads(text)
        _keep(manifest, self._document, self.home.dbt_target, self.fingerprint)


def _parsed_file(folder: Path, version: str) -> Path:
    return folder / f"manifest-{version}.msgpack"


def _keep(manifest: Manifest, document: Mapping[str, Any], folder: Path, version: str) -> None:
    """Write the parsed project to a folder in place of that of other versions of its files."""
    from dbt.parser.manifest import extended_mashumaro_encoder

    folder.mkdir(parents=True, exist_ok=True)
    target = _parsed_file(folder, version)
    # The document first: where the target exists, both do.
    for path, content in (
        (target.with_suffix(".json"), json.dumps(document).encode()),
        (target, manifest.to_msgpack(extended_mashumaro_encoder)),
    ):
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(content)
        aside.replace(path)
    for other in folder.glob("manifest-*.*"):
        if other.stem != target.stem:
            other.unlink(missing_ok=True)


def fingerprint(project_dir: Path) -> str:
    """Hash of every file that dbt parses and of the versions that parse it."""
    from importlib.metadata import version

    digest = hashlib.sha256()
    digest.update(json.dumps([version("dbt-core"), version("dbt-duckdb"), str(project_dir)]).encode())
    for path in _parsed_files(project_dir):
        digest.update(str(path.relative_to(project_dir)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def code_hash(project_dir: Path) -> str:
    """Hash of what decides a number: models, macros and the project file, wherever the project lies."""
    digest = hashlib.sha256()
    for path in _parsed_files(project_dir, folders=("models", "macros")):
        if path.suffix in (".sql", ".py") or path.name == "dbt_project.yml":
            digest.update(str(path.relative_to(project_dir)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _parsed_files(project_dir: Path, folders: Iterable[str] = PARSED_FOLDERS) -> Iterator[Path]:
    for name in PARSED_FILES:
        yield project_dir / name
    for folder in folders:
        yield from sorted(path for path in (project_dir / folder).rglob("*") if path.is_file())


def _quiet() -> list[str]:
    # Events reach us through the callback; dbt's own two loggers would format each of thousands of lines again.
    return [
        "--no-use-colors",
        "--no-write-json",
        "--log-level",
        "none",
        "--log-level-file",
        "none",
        "--no-version-check",
        "--no-send-anonymous-usage-stats",
    ]


@contextmanager
def _environment(home: Home, project_dir: Path) -> Iterator[None]:
    settings = {
        "KUNDENWERT_HOME": str(home.root),
        "DBT_PROJECT_DIR": str(project_dir),
        "DBT_PROFILES_DIR": str(project_dir),
        "DBT_LOG_PATH": str(home.logs),
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    folder = Path.cwd()
    try:
        yield
    finally:
        os.chdir(folder)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def release_warehouse() -> None:
    """Close dbt's connection to the warehouse, so that another process may open the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    environment = DuckDBConnectionManager._ENV
    if environment is not None:
        environment.close()
        DuckDBConnectionManager.close_all_connections()


def _node_result(result: Any) -> NodeResult:
    node = result.node
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        resource_type=str(getattr(node.resource_type, "value", node.resource_type)),
        status=str(getattr(result.status, "value", result.status)),
        message=result.message or "",
        failures=int(getattr(result, "failures", None) or 0),
        seconds=float(result.execution_time or 0.0),
        original_file_path=node.original_file_path,
        compiled_code=getattr(node, "compiled_code", None) or "",
        parents=tuple(getattr(getattr(node, "depends_on", None), "nodes", ())),
    )
