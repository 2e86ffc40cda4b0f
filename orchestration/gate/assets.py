"""The gates as blocking asset checks: one a table with a suite; nothing downstream runs when a critical one fails."""

from collections.abc import Iterator, Mapping
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    multi_asset_check,
)

from orchestration.gate.result import GateResult
from orchestration.home import PROJECT_DIR
from orchestration.outcome import GateBlockedError
from orchestration.schedule.instance import WAREHOUSE_POOL
from orchestration.session import Session
from orchestration.transform.assets import translator

CHECK_NAME = "expectations"
TABLES = {"input_layer": "input_layer__{entity}", "published": "{entity}"}


def gate_checks(session: Session, layer: str) -> AssetChecksDefinition:
    """Return the gate of a layer. Suites are named by their files: the check specs need no Great Expectations."""
    keys = gated_assets(session.project.document, layer)
    specs = [
        AssetCheckSpec(
            name=CHECK_NAME,
            asset=key,
            blocking=True,
            description=f"Great Expectations suite of {entity} (expectations/{layer}/)",
        )
        for entity, key in keys.items()
    ]

    @multi_asset_check(name=f"gate_{layer}", specs=specs, can_subset=True, pool=WAREHOUSE_POOL)
    def gate(context: AssetCheckExecutionContext) -> Iterator[AssetCheckResult]:
        chosen = {key.asset_key for key in context.selected_asset_check_keys}
        entities = [entity for entity, key in keys.items() if key in chosen]
        with session.step(context):
            pipeline = session.pipeline()
            failure: GateBlockedError | None = None
            before = len(pipeline.results)
            try:
                pipeline.gate(layer, entities)
            except GateBlockedError as error:
                failure = error
            results = pipeline.results[before:]
            for entity in entities:
                yield _check_result(keys[entity], [one for one in results if one.entity == entity])
            if failure is not None:
                raise failure

    return gate


def gated_assets(manifest: Mapping[str, Any], layer: str) -> dict[str, AssetKey]:
    """Return entity and asset of each suite in expectations/<layer>/ whose table the project has."""
    by_name = {
        node["name"]: unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["schema"] == layer
    }
    found = {}
    for path in sorted((PROJECT_DIR / "expectations" / layer).glob("*.py")):
        entity = path.stem.rstrip("_")
        unique_id = by_name.get(TABLES[layer].format(entity=entity))
        if not path.stem.startswith("__") and unique_id is not None:
            found[entity] = translator.get_asset_spec(manifest, unique_id, None).key
    return found


def _check_result(key: AssetKey, results: list[GateResult]) -> AssetCheckResult:
    failed = [one for one in results if not one.is_passed]
    is_critical = any(one.blocks for one in failed)
    return AssetCheckResult(
        asset_key=key,
        check_name=CHECK_NAME,
        passed=not failed,
        severity=AssetCheckSeverity.ERROR if is_critical else AssetCheckSeverity.WARN,
        metadata={
            "checks": len(results),
            **{one.check_name: one.sentence() for one in failed},
        },
    )
