"""The dbt command on the project as set-up parsed it: the same command, without parsing the project again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner

from orchestration.home import Home
from orchestration.transform.project import DbtProject

if __name__ == "__main__":
    project = DbtProject(Home(Path(os.environ["KUNDENWERT_HOME"])))
    sys.exit(0 if dbtRunner(manifest=project.manifest).invoke(sys.argv[1:]).success else 1)
