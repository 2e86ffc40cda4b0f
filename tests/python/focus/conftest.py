"""The focus models, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..segmentation.compiled_models import CompiledModels


@pytest.fixture(scope="session")
def models(empty_home: Path) -> CompiledModels:
    """The compiled models on an in-memory warehouse; tests fill what they read."""
    return CompiledModels(empty_home)
