"""Random programs, compared with their twins in a child process; in the end the recording has to be readable."""

from __future__ import annotations

import contextlib
import difflib
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

from hypothesis import strategies as st
from program_maker import make
from shared_parse import shared_parse

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


#: The text of a program and the effects, counted from 0, that shall fail, each in a run of its own.
programs = st.tuples(
    st.builds(random_program, st.randoms(use_true_random=False)), st.lists(st.integers(0, 40), max_size=3)
)


_numbers = itertools.count(1)


@dataclass(frozen=True)
class Program:
    """A program, the effects that shall fail, and its twins, each with its level."""

    name: str
    source: str
    fail_at: Sequence[int]
    twins: Sequence[tuple[int, rewrite.Twin]]

    @classmethod
    def make(cls, source: str, fail_at: Sequence[int], levels: Sequence[int]) -> Program:
        """Instrument it at these levels; AssertionError where a twin does not give it back."""
        name, original, twins = f"program{next(_numbers)}.py", source.encode(), []
        with shared_parse():
            for level in levels:
                twin = rewrite.instrument(original, level, name)
                assert twin is not None and rewrite.strip(twin.source) == original
                twins.append((level, twin))
        return cls(name, source, fail_at, twins)


class Worker:
    """A child process that compares programs; `problems` tells afterwards what is wrong with its recording."""

    def __init__(
        self, core: str | None = None, levels: Sequence[int] = rewrite.LEVELS, settings: Mapping[str, str] | None = None
    ) -> None:
        self.core, self.levels = core, levels
        self.folder = tempfile.TemporaryDirectory(prefix="spanwright-programs-")
        self.root = Path(self.folder.name).resolve()
        self.sites = self.root / ".spanwright" / "sites"
        self.sites.mkdir(parents=True)
        environment = {**os.environ, **(settings or {}), "PYTHONHASHSEED": "0"}
        environment["SPANWRIGHT_TRACES"] = str(self.root / "traces")
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

    def compare(self, source: str, fail_at: Sequence[int]) -> list[dict[str, Any]]:
        """Run a program in all ways, and say what differed; RuntimeError with what was said where the child died."""
        self.start(Program.make(source, fail_at, self.levels))
        return self.differences()

    def start(self, program: Program) -> None:
        """Have the child run a program; `differences` has what comes of it."""
        assert self.process.stdin
        for _, twin in program.twins:
            (self.sites / f"{twin.id}.json").write_bytes(twin.table)
            (self.sites / f"{twin.id}.map").write_bytes(twin.positions)
        twins = [(level, twin.source.decode()) for level, twin in program.twins]
        asked = {"name": program.name, "source": program.source, "fail_at": list(program.fail_at), "twins": twins}
        with contextlib.suppress(OSError):  # a child that has died: `differences` says so
            self.process.stdin.write(json.dumps(asked) + "\n")
            self.process.stdin.flush()

    def differences(self) -> list[dict[str, Any]]:
        """Wait until the program has been run; RuntimeError with what was said where the child died."""
        assert self.process.stdout
        try:
            found: list[dict[str, Any]] = json.loads(self.process.stdout.readline())["differences"]
        except (OSError, ValueError):
            status = self.process.wait(10)
            self.errors.seek(0)
            raise RuntimeError(f"the runner died ({status}):\n{self.errors.read()[-2000:]}") from None
        return found

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
