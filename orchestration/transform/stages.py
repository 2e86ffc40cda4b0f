"""The two halves of the dbt project, between which the gate on the input layer stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_FIRST_HALF = ("resource_type:seed", "path:models/staging", "path:models/input_layer")
_FOLDERS_OF_FIRST_HALF = ("models/staging/", "models/input_layer/")
UNTESTED_TYPES = ("unit_test",)


@dataclass(frozen=True)
class TransformStage:
    """A half of the project as dbt selects it.

    A test belongs to the second half when any of its parents does, so the first half takes only tests whose parents all
    lie in it (``cautious``) and the second also those that reach back (``buildable``).
    """

    name: str
    title: str
    select: tuple[str, ...]
    exclude: tuple[str, ...]
    indirect_selection: str


INPUT = TransformStage("input", "Building the input layer", _FIRST_HALF, (), "cautious")
PUBLISHED = TransformStage("published", "Computing the published tables", ("fqn:*",), _FIRST_HALF, "buildable")


def stage_of(manifest: Mapping[str, Any], unique_id: str) -> TransformStage | None:
    """Return the half to which a model, seed or test belongs; None for tests of raw tables and what is disabled."""
    node = manifest["nodes"].get(unique_id)
    if node is None or not node["config"].get("enabled", True):
        return None
    if node["resource_type"] == "seed":
        return INPUT
    if node["resource_type"] == "test":
        halves = {stage_of(manifest, parent) for parent in node["depends_on"]["nodes"]}
        if PUBLISHED in halves:
            return PUBLISHED
        return None if None in halves or not halves else INPUT
    if node["resource_type"] != "model":
        return None
    return INPUT if node["original_file_path"].startswith(_FOLDERS_OF_FIRST_HALF) else PUBLISHED
