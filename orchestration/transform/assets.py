"""The halves of the dbt project as Dagster assets, and their tests as asset checks.

dbt runs in this process, in a thread of its own; its events become Dagster's events through dagster-dbt while the
models are still being computed.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from queue import SimpleQueue
from typing import Any

from dagster import (
    AssetCheckKey,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetsDefinition,
    AssetSpec,
    multi_asset,
)
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dbt_common.events.functions import msg_to_dict

from orchestration.outcome import GateBlockedError
from orchestration.pipeline import Pipeline
from orchestration.schedule.instance import WAREHOUSE_POOL
from orchestration.session import Session
from orchestration.transform.checks import CheckOutcome
from orchestration.transform.project import NodeResult
from orchestration.transform.stages import TransformStage, stage_of

_RESULT_EVENTS = ("LogModelResult", "LogSeedResult", "LogTestResult")
_ASSET_TYPES = ("model", "seed")

translator = DagsterDbtTranslator()


def transform_assets(session: Session, half: TransformStage) -> AssetsDefinition:
    """Return one multi-asset for a half of the project."""
    manifest = session.project.document
    specs, check_specs = specs_of(manifest, half)
    keys = {unique_id: spec.key for unique_id, spec in check_specs.items()}

    @multi_asset(
        name=f"transform_{half.name}",
        specs=specs,
        check_specs=list(check_specs.values()),
        can_subset=True,
        allow_arbitrary_check_specs=True,
        pool=WAREHOUSE_POOL,
    )
    def transform(context: AssetExecutionContext) -> Iterator[Any]:
        with session.step(context):
            yield from _run(context, session, half, keys)

    return transform


def specs_of(
    manifest: Mapping[str, Any], half: TransformStage
) -> tuple[Sequence[AssetSpec], Mapping[str, AssetCheckSpec]]:
    """Return the models and seeds of a half as asset specs, and its tests as check specs by their unique id.

    A test of several models becomes a check where it says which of them it belongs to (``meta.dagster.ref``). A test of
    a seed that also looks at what the second half computes is a check of the seed that the second half evaluates.
    """
    everything = {
        unique_id: translator.get_asset_spec(manifest, unique_id, None)
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in _ASSET_TYPES
        and node["config"].get("materialized") != "ephemeral"
        and stage_of(manifest, unique_id) is not None
    }
    checks: dict[str, AssetCheckSpec] = {}
    for unique_id, node in manifest["nodes"].items():
        if node["resource_type"] != "test" or stage_of(manifest, unique_id) is not half:
            continue
        for parent in node["depends_on"]["nodes"]:
            spec = everything.get(parent)
            check = spec and translator.get_asset_check_spec(spec, manifest, unique_id, None)
            if check:
                checks[unique_id] = check
                break
    return [spec for unique_id, spec in everything.items() if stage_of(manifest, unique_id) is half], checks


def _run(
    context: AssetExecutionContext, session: Session, half: TransformStage, keys: Mapping[str, AssetCheckKey]
) -> Iterator[Any]:
    """Run a half and yield Dagster's events as nodes and tests end."""
    pipeline = session.pipeline()
    manifest = session.project.document
    chosen = context.selected_asset_check_keys
    events: SimpleQueue[dict[str, Any] | CheckOutcome | None] = SimpleQueue()
    outcome: dict[str, Any] = {}

    def follow(event: Any) -> None:
        if event.info.name in _RESULT_EVENTS:
            events.put(msg_to_dict(event))

    def work() -> None:
        try:
            outcome["results"] = pipeline.transform(
                half,
                _selection(context, manifest),
                lambda test: not context.is_subset or keys.get(test) in chosen,
                follow,
                events.put,
            )
        except BaseException as error:
            outcome["error"] = error
        finally:
            events.put(None)

    thread = threading.Thread(target=work, name=f"dbt-{half.name}", daemon=True)
    thread.start()
    while (event := events.get()) is not None:
        if isinstance(event, CheckOutcome):
            if keys.get(event.check.unique_id) in chosen:
                yield _check_result(keys[event.check.unique_id], event)
        else:
            yield from DbtCoreCliEventMessage(raw_event=event, event_history_metadata={}).to_default_asset_events(
                manifest=manifest, dagster_dbt_translator=translator, context=context
            )
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    raise_if_skipped(pipeline, outcome["results"])


def raise_if_skipped(pipeline: Pipeline, results: Sequence[NodeResult]) -> None:
    """Raise GateBlockedError where a failed test kept models from being computed: the gate has nothing to check."""
    blocking = [one for one in pipeline.results if one.blocks]
    if blocking and any(one.status == "skipped" for one in results):
        raise GateBlockedError(*(one.sentence() for one in blocking))


def _check_result(key: AssetCheckKey, outcome: CheckOutcome) -> AssetCheckResult:
    return AssetCheckResult(
        passed=outcome.status == "pass",
        asset_key=key.asset_key,
        check_name=key.name,
        severity=AssetCheckSeverity.WARN if outcome.status == "warn" else AssetCheckSeverity.ERROR,
        metadata={"rows": outcome.failures, "seconds": outcome.seconds},
    )


def _selection(context: AssetExecutionContext, manifest: Mapping[str, Any]) -> list[str] | None:
    """Return the selected models by name where someone asked for some of the assets only."""
    if not context.is_subset:
        return None
    chosen = context.selected_asset_keys
    return [
        f"fqn:{'.'.join(node['fqn'])}"
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in _ASSET_TYPES and translator.get_asset_spec(manifest, unique_id, None).key in chosen
    ]
