"""Prepares this installation for its first run: ``python -m orchestration.transform.prepare``.

Part of setting up. Parses the dbt project for all homes, and imports what a run imports, so that its bytecode is
compiled once (unless PYTHONDONTWRITEBYTECODE forbids it). Without it, the first run does both.
"""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path

from orchestration.home import Home
from orchestration.transform.project import PREPARED, DbtProject

_IMPORTED_BY_A_RUN = (
    "orchestration.definitions",
    "orchestration.gate.evaluate",
    "orchestration.demo",
    "dbt.task.build",
)


def main() -> None:
    """Compile what a run imports, parse the project and keep the result in target/prepared."""
    for module in _IMPORTED_BY_A_RUN:
        importlib.import_module(module)
    with tempfile.TemporaryDirectory(prefix="kundenwert-") as folder:
        DbtProject(Home(Path(folder)), parsed=PREPARED).prepare(PREPARED)


if __name__ == "__main__":
    main()
