"""dbt in process: the project is parsed once a version of it, and every run reuses the parsed state."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.home import PROJECT_DIR, Home
from orchestration.outcome import TransformError
from orchestration.transform.checks import CompiledCheck, can_be_compiled, compiled_checks

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PARSED_FOLDERS = ("models", "macros", "seeds", "tests/generic", "tests/singular")
PARSED_FILES = ("dbt_project.yml",)
# What `make setup` parses once, so that a new home does not have to.
PREPARED = PROJECT_DIR / "target" / "prepared"

# The model of the quarters that a run computes.
QUARTERS = "dim_quarter"

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
    """The dbt project at work for one home. Expensive to make, cheap to use again within a process.

    ``parsed`` is the folder that keeps the parsed project, that of the home by default.
    """

    def __init__(self, home: Home, project_dir: Path = PROJECT_DIR, parsed: Path | None = None) -> None:
        self.home = home
        self._parsed = parsed or home.dbt_target
        self.project_dir = project_dir
        self.fingerprint = fingerprint(project_dir)
        self._manifest: Manifest | None = None
        self._document: Mapping[str, Any] | None = None
        self._checks: list[CompiledCheck] | None = None
        self._quarters_query: str | None = None

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
    ) -> list[NodeResult]:
        """Run models and seeds of a selection, and the tests that need dbt, and return how each ended.

        ``on_event`` is called from dbt's own threads with the end of each node. The other tests are ``checks``. Unit
        tests are left out: they say something about the code, not about this run. Raises TransformError when dbt could
        not run at all; a node that failed is in the result.
        """
        arguments = ["build", "--select", *select, "--exclude-resource-type", "unit_test"]
        if self._has_tests_for_dbt:
            arguments += ["--indirect-selection", indirect_selection]
            exclude = [*exclude, *self._selectors_of_checks()]
        else:
            # Looking for the tests of a selection takes dbt seconds, though none is left to it.
            arguments += ["--indirect-selection", "empty", "--exclude-resource-type", "test"]
        if exclude:
            arguments += ["--exclude", *exclude]
        if full_refresh:
            arguments.append("--full-refresh")
        outcome = self._invoke(arguments, on_event)
        if outcome.result is None or not hasattr(outcome.result, "results"):
            raise TransformError(f"dbt could not run: {outcome.exception}") from outcome.exception
        return [_node_result(result) for result in outcome.result.results]

    @property
    def checks(self) -> list[CompiledCheck]:
        """The tests that are evaluated without dbt, with the queries that dbt compiled for them."""
        if self._checks is None and not self._load():
            self._parse()
        assert self._checks is not None
        return self._checks

    @property
    def quarters_query(self) -> str:
        """The compiled query of the quarters of a run, for those who have to know them before they are computed."""
        if self._quarters_query is None and not self._load():
            self._parse()
        assert self._quarters_query is not None
        return self._quarters_query

    def prepare(self, folder: Path) -> None:
        """Parse the project if need be and keep the result in a folder from which every home can take it."""
        if not _parsed_file(folder, self.fingerprint).exists():
            self._keep(folder)

    def _invoke(self, arguments: Sequence[str], on_event: Callable[[DbtEvent], None], home: Home | None = None) -> Any:
        from dbt.cli.main import dbtRunner
        from dbt_common.events.event_manager_client import ctx_set_event_manager

        from orchestration.transform.events import RelevantEvents

        ctx_set_event_manager(RelevantEvents())
        home = home or self.home
        known = None if arguments[0] == "parse" else self.manifest
        runner = dbtRunner(manifest=known, callbacks=[on_event])
        with _environment(home, self.project_dir):
            return runner.invoke([*_quiet(), *arguments, "--target-path", str(home.dbt_target)])

    @property
    def _has_tests_for_dbt(self) -> bool:
        ours = {check.unique_id for check in self.checks}
        return any(
            node["resource_type"] == "test" and unique_id not in ours
            for unique_id, node in self.document["nodes"].items()
        )

    def _selectors_of_checks(self) -> list[str]:
        """Select all tests that dbt need not run: by kind where it runs none of the kind, else one by one."""
        ours = {check.unique_id for check in self.checks}
        kinds: dict[str, list[str]] = {}
        for unique_id, node in self.document["nodes"].items():
            if node["resource_type"] == "test":
                kind = (node.get("test_metadata") or {}).get("name")
                kinds.setdefault(f"test_name:{kind}" if kind else "test_type:singular", []).append(unique_id)
        selectors: list[str] = []
        for kind, members in sorted(kinds.items()):
            if all(member in ours for member in members):
                selectors.append(kind)
            else:
                selectors += [self.document["nodes"][one]["name"] for one in members if one in ours]
        return selectors

    def _load(self) -> bool:
        """Take the parsed project from the home, or from what was prepared for all homes."""
        from dbt.contracts.graph.manifest import Manifest
        from dbt.parser.manifest import extended_mashumuro_decoder

        for folder in (self._parsed, PREPARED):
            parsed = _parsed_file(folder, self.fingerprint)
            if parsed.exists():
                manifest: Manifest = Manifest.from_msgpack(parsed.read_bytes(), decoder=extended_mashumuro_decoder)
                manifest.build_flat_graph()  # type: ignore[no-untyped-call]
                self._manifest = manifest
                kept = json.loads(parsed.with_suffix(".json").read_text(encoding="utf-8"))
                self._document = kept["manifest"]
                self._checks = [CompiledCheck(**check) for check in kept["checks"]]
                self._quarters_query = kept["quarters_query"]
                return True
        return False

    def _parse(self) -> None:
        problems: list[str] = []

        def remember(event: DbtEvent) -> None:
            if event.info.level == "error":
                problems.append(event.info.msg)

        outcome = self._invoke(["parse"], remember)
        if not outcome.success:
            # dbt goes on from its last parse in this home; after an update it may look there for what has moved.
            problems.clear()
            outcome = self._invoke(["parse", "--no-partial-parse"], remember)
        if not outcome.success:
            detail = str(outcome.exception) if outcome.exception else "\n".join(problems)
            raise TransformError(f"the dbt project in {self.project_dir} cannot be parsed: {detail}")
        manifest: Manifest = outcome.result
        text = json.dumps(manifest.writable_manifest().to_dict(omit_none=False), default=str)
        self._manifest, self._document = manifest, json.loads(text)
        self._checks, self._quarters_query = self._compile(self._document)
        self._keep(self._parsed)

    def _compile(self, document: Mapping[str, Any]) -> tuple[list[CompiledCheck], str]:
        """Let dbt compile the tests whose queries depend on the project alone, and the quarters, in an empty home."""
        chosen = [
            unique_id
            for unique_id, node in document["nodes"].items()
            if node["resource_type"] == "test"
            and node["config"].get("enabled", True)
            and can_be_compiled(document, unique_id)
        ]
        names = [document["nodes"][unique_id]["name"] for unique_id in chosen]
        with tempfile.TemporaryDirectory(prefix="kundenwert-") as folder:
            empty = Home(Path(folder))
            outcome = self._invoke(
                [
                    *("compile", "--select", *names, QUARTERS, "--indirect-selection", "empty"),
                    *("--no-introspect", "--no-populate-cache"),
                ],
                lambda event: None,
                empty,
            )
            release_warehouse()
        if not outcome.success:
            raise TransformError(f"the dbt tests cannot be compiled: {outcome.exception}")
        compiled = {result.node.unique_id: result.node for result in outcome.result.results}
        [quarters] = [node.compiled_code for node in compiled.values() if node.name == QUARTERS]
        return compiled_checks(compiled[unique_id] for unique_id in chosen if unique_id in compiled), quarters

    def _keep(self, folder: Path) -> None:
        """Write the parsed project to a folder in place of that of other versions of its files."""
        from dbt.parser.manifest import extended_mashumaro_encoder

        folder.mkdir(parents=True, exist_ok=True)
        target = _parsed_file(folder, self.fingerprint)
        kept = {
            "manifest": self.document,
            "checks": [asdict(check) for check in self.checks],
            "quarters_query": self.quarters_query,
        }
        # The document first: where the target exists, both do.
        for path, content in (
            (target.with_suffix(".json"), json.dumps(kept).encode()),
            (target, self.manifest.to_msgpack(extended_mashumaro_encoder)),
        ):
            aside = path.with_suffix(f".{os.getpid()}")
            aside.write_bytes(content)
            aside.replace(path)
        for other in folder.glob("manifest-*.*"):
            if other.stem != target.stem:
                other.unlink(missing_ok=True)


def _parsed_file(folder: Path, version: str) -> Path:
    return folder / f"manifest-{version}.msgpack"


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
        if path.suffix in (".sql", ".py", ".yml"):
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
