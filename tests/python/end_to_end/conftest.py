"""Third-party data beside the project; the command and what it leaves behind come from the harness."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..harness import PROJECT, Outcome, kundenwert

__all__ = ["Outcome", "kundenwert"]


@pytest.fixture(scope="session")
def third_party_data() -> Path:
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("third-party data is not beside the project (../shared/data)")
    return folder
