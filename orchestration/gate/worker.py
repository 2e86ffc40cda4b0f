"""The process that evaluates the gates, and how the run talks to it.

Importing Great Expectations takes seconds. A process of its own does so while the run is still loading files and
answers when a gate is due. It ends when its input ends, so it does not outlive a run that is killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from orchestration.gate.result import BrokenCheck, GateResult, from_documents
from orchestration.home import PROJECT_DIR, Home
from orchestration.outcome import TransformError


class GateWorker:
    """A process that has Great Expectations at hand. Use it as a context manager, or close it."""

    def __init__(self, home: Home) -> None:
        self._log = home.logs / "gate.log"
        self._data_docs = home.data_docs
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> GateWorker:
        """Start the process without waiting for it."""
        if self._process is None:
            environment = {
                **os.environ,
                "GX_ANALYTICS_ENABLED": "false",
                "DO_NOT_TRACK": "1",
                "PYTHONPATH": os.pathsep.join([str(PROJECT_DIR), *filter(None, [os.environ.get("PYTHONPATH")])]),
            }
            with self._log.open("w", encoding="utf-8") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "orchestration.gate.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=environment,
                    text=True,
                    encoding="utf-8",
                )
        return self

    def evaluate(
        self, warehouse: Path, layer: str, entities: Sequence[str] | None = None
    ) -> tuple[list[GateResult], list[BrokenCheck]]:
        """Check a layer of the warehouse, which no process may hold open for writing meanwhile.

        Raises TransformError when the process died or could not evaluate at all.
        """
        answer = self._ask(
            {"warehouse": str(warehouse), "layer": layer, "entities": entities, "data_docs": str(self._data_docs)}
        )
        if "failure" in answer:
            raise TransformError(f"the checks of {layer} could not be evaluated: {answer['failure']}; see {self._log}")
        return from_documents(answer["results"]), [BrokenCheck(**one) for one in answer["broken"]]

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            # What a process that died did not read is still in the pipe's buffer.
            with suppress(BrokenPipeError):
                process.stdin.close()
        if process.stdout is not None:
            process.stdout.close()
        try:
            # It may still be writing the pages of its last answer.
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> GateWorker:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self.start()._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise TransformError(f"the process that evaluates the checks ended early; see {self._log}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def main() -> None:
    """Answer one request a line until the input ends."""
    # Answers go where stdout was; whatever a library prints goes to the log.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    import gc

    gc.disable()
    from orchestration.gate import data_docs
    from orchestration.gate.evaluate import evaluate

    gc.freeze()
    gc.enable()
    for line in sys.stdin:
        request = json.loads(line)
        validated: list[data_docs.Validated] = []
        try:
            results, broken = evaluate(
                Path(request["warehouse"]), request["layer"], request["entities"], validated.append
            )
            answer: dict[str, Any] = {
                "results": [asdict(result) for result in results],
                "broken": [asdict(one) for one in broken],
            }
        except Exception as error:
            import traceback

            traceback.print_exc()
            answer = {"failure": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
        if "results" in answer:
            _write_pages(request, validated)
    # Without the interpreter's shutdown: nothing is open for writing, and native libraries complain about it.
    os._exit(0)


def _write_pages(request: dict[str, Any], validated: list[Any]) -> None:
    """Write the pages while the run goes on with its answer; they are no reason to fail."""
    from orchestration.gate import data_docs

    try:
        data_docs.write(request["layer"], validated, Path(request["data_docs"]))
    except Exception:
        import traceback

        traceback.print_exc()


if __name__ == "__main__":
    main()
