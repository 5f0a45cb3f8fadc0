"""Random programs, compared with their twins in a child process; in the end the recording has to be readable."""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

from hypothesis import strategies as st
from program_maker import make

from instrumenter import rewrite
from instrumenter.trace.runs import Run, Traces

RUNNER = Path(__file__).with_name("program_runner.py")


def compiles(source: str) -> bool:
    try:
        compile(source, "program.py", "exec")
    except SyntaxError:
        return False
    return True


def random_program(random: Random) -> str:
    """Make a program that compiles: some that are made do not."""
    source = make(random)
    while not compiles(source):
        source = make(random)
    return source


#: A program and the effects, counted from 0, that shall fail, each in a run of its own.
programs = st.tuples(
    st.builds(random_program, st.randoms(use_true_random=False)), st.lists(st.integers(0, 40), max_size=3)
)


class Worker:
    """A child process that compares programs; `problems` tells afterwards what is wrong with its recording."""

    def __init__(self, core: str | None = None, levels: Sequence[int] = rewrite.LEVELS) -> None:
        self.levels = levels
        self.folder = tempfile.TemporaryDirectory(prefix="spanwright-programs-")
        self.root = Path(self.folder.name).resolve()
        environment = {**os.environ, "PYTHONHASHSEED": "0", "SPANWRIGHT_TRACES": str(self.root / "traces")}
        if core:
            environment["SPANWRIGHT_CORE"] = core
        argv = [sys.executable, str(RUNNER), str(self.root)]
        self.errors = (self.root / "stderr").open("w+")
        self.process = subprocess.Popen(
            argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.communicate()
        self.errors.close()
        self.folder.cleanup()

    def compare(self, source: str, fail_at: Sequence[int], levels: Sequence[int] = ()) -> dict[str, Any]:
        """Run a program in all ways, at these levels or the worker's; RuntimeError with what was said where it died."""
        assert self.process.stdin and self.process.stdout
        asked = {"source": source, "fail_at": list(fail_at), "levels": list(levels or self.levels)}
        try:
            self.process.stdin.write(json.dumps(asked) + "\n")
            self.process.stdin.flush()
            answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            status = self.process.wait(10)
            self.errors.seek(0)
            raise RuntimeError(f"the runner died ({status}):\n{self.errors.read()[-2000:]}") from None
        return answer

    def problems(self) -> list[str]:
        """End the child; say what of its recording cannot be read or has no end."""
        self.process.communicate()
        assert self.process.returncode == 0
        os.environ["SPANWRIGHT_TRACES"] = str(self.root / "traces")
        try:
            traces = Traces.load(self.root)
        finally:
            del os.environ["SPANWRIGHT_TRACES"]
        found = [str(problem) for problem in traces.problems]
        for run in traces.runs:
            found += run_problems(run)
        return found or ([] if traces.runs else ["there is no recording"])


def run_problems(run: Run) -> list[str]:
    """Say what of a run cannot be read, and which spans have no end."""
    found = [str(problem) for problem in run.problems()]
    every = (span for root in run.forest.roots() for span in run.forest.below(root))
    return found + [f"{span.file}:{span.line} {span.name}: no end was seen" for span in every if not span.ended]


def told(difference: dict[str, Any]) -> str:
    """A difference as people read it."""
    lines = difflib.unified_diff(difference["plain"], difference["twin"], "plain", "twin", lineterm="", n=2)
    head = f"level {difference['level']}, fails at {difference['fail_at']}"
    return "\n".join([head, *list(lines)[:40]])
