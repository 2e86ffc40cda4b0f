"""Great Expectations' own pages about what a gate found: ``<home>/data_docs/<layer>/index.html``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import great_expectations as gx
from great_expectations.core import ExpectationSuite, ExpectationSuiteValidationResult
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)


@dataclass(frozen=True)
class Validated:
    """A table that was checked: its entity, its suite and what came out."""

    entity: str
    suite: ExpectationSuite
    result: ExpectationSuiteValidationResult


def write(layer: str, validated: Sequence[Validated], folder: Path) -> Path:
    """Write the pages of a layer in the place of the last ones and return the first page.

    Written aside and renamed, so that a process that is killed leaves the last pages.
    """
    target = folder / layer
    aside = folder / f".{layer}-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f".{layer}-*"):
        shutil.rmtree(leftover)
    context = gx.get_context(mode="ephemeral")
    context.add_data_docs_site(
        layer,
        {
            "class_name": "SiteBuilder",
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(aside)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )
    now = datetime.now(UTC)
    run = RunIdentifier(run_name=f"{now:%Y%m%dT%H%M%SZ}", run_time=now)
    for one in validated:
        context.suites.add(one.suite)
        context.validation_results_store.add(
            key=ValidationResultIdentifier(
                expectation_suite_identifier=ExpectationSuiteIdentifier(name=one.suite.name),
                run_id=run,
                batch_identifier=one.entity,
            ),
            value=one.result,
        )
    context.build_data_docs(site_names=[layer])
    if target.exists():
        shutil.rmtree(target)
    aside.rename(target)
    return target / "index.html"
