"""Keeps what HiGHS prints by mistake out of the output of a command.

HiGHS 1.12, which SciPy brings along, announces each repair of a solution by a bare printf that none of its options
reaches (ERGO-Code/HiGHS issue 2783; versions after it no longer do). It goes to the file descriptor of the process, so
that is where it has to be caught.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from typing import Final

STRAY_LINE: Final = b"HighsMipSolverData::transformNewIntegerFeasibleSolution tmpSolver.run();\n"
_STDOUT: Final = 1
_one_at_a_time = threading.Lock()


@contextlib.contextmanager
def without_stray_lines() -> Iterator[None]:
    """Hold back standard output, and leave out the stray line of HiGHS when it goes on.

    The descriptor belongs to the whole process: what other threads print meanwhile comes a little later, none of it is
    lost. One solver at a time, because the second would take the file of the first for the real output.
    """
    with _one_at_a_time, contextlib.ExitStack() as stack:
        _flush()
        try:
            output = stack.enter_context(os.fdopen(os.dup(_STDOUT), "wb"))
        except OSError:
            # Nothing to keep clean: a process without standard output.
            yield
            return
        held = stack.enter_context(tempfile.TemporaryFile())
        os.dup2(held.fileno(), _STDOUT)
        try:
            yield
        finally:
            _flush()
            os.dup2(output.fileno(), _STDOUT)
            held.seek(0)
            output.write(held.read().replace(STRAY_LINE, b""))


def _flush() -> None:
    """Empty the buffers of Python and of C, so that what is in them goes where it was printed to."""
    if sys.stdout is not None:
        sys.stdout.flush()
    ctypes.CDLL(None).fflush(None)
