"""Following a command line by line while it works."""

from __future__ import annotations

import subprocess


def wait_for(process: subprocess.Popen[str], stage: str) -> str:
    """Read what a command prints until it says that a stage has ended, and return it."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if f"s  {stage}" in line:
            assert "stopped" not in line, printed
            return printed
    raise AssertionError(f"the command ended before '{stage}':\n{printed}")


def kill(process: subprocess.Popen[str]) -> None:
    """End a command as kill -9 does."""
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
