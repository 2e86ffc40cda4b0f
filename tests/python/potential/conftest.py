"""The models of this area, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..segmentation.compiled_models import CompiledModels


@pytest.fixture(scope="session")
def models() -> CompiledModels:
    return CompiledModels(Path("/work/scratch/potential/empty"))
