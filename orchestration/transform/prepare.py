"""Prepares this installation for its first run: ``python -m orchestration.transform.prepare``.

Part of setting up. Parses the dbt project for all homes, and imports what a run imports, so that its bytecode is
compiled once (unless PYTHONDONTWRITEBYTECODE forbids it). Without it, the first run does both.
"""

from __future__ import annotations

import gc
import subprocess
import sys
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
    """Compile what a run imports, parse the project and keep the result in target/prepared.

    Importing and parsing keep one core busy each, so they are done side by side.
    """
    # What is parsed stays to the end of this short process; looking for garbage among it takes a sixth of the time.
    gc.disable()
    imports = "; ".join(f"import {module}" for module in _IMPORTED_BY_A_RUN)
    compiling = subprocess.Popen([sys.executable, "-c", imports])
    with tempfile.TemporaryDirectory(prefix="kundenwert-") as folder:
        DbtProject(Home(Path(folder)), parsed=PREPARED).prepare(PREPARED)
    if compiling.wait() != 0:
        raise SystemExit("what a run imports cannot be imported; the reason stands above")


if __name__ == "__main__":
    main()
