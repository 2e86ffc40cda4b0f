"""Parses the dbt project for all homes of this installation: ``python -m orchestration.transform.prepare``.

Part of setting up; without it each new home parses the project in its first run.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from orchestration.home import Home
from orchestration.transform.project import PREPARED, DbtProject


def main() -> None:
    """Parse the project and keep the result in target/prepared."""
    with tempfile.TemporaryDirectory(prefix="kundenwert-") as folder:
        DbtProject(Home(Path(folder)), parsed=PREPARED).prepare(PREPARED)


if __name__ == "__main__":
    main()
