"""One run of a suite: how each test ended, which hung, which took the process down with it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .recipes import Recipe

HUNG, CRASHED = "hung", "crashed"
_MOST_CULPRITS = 5  # tests that hang or crash, after which a run is given up
_TICK = 5.0  # seconds between two lines of progress
_WORST = ("crashed", "hung", "failed", "error")


_running: set[int] = set()  # the process groups of suites


def stop_all() -> None:
    """Kill the suites that run: they have sessions of their own, which outlive this process."""
    for group in _running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


@dataclass
class Outcomes:
    """How the tests of a run ended, by their ids; `said` is what the runtime wrote to standard error."""

    ends: dict[str, str] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    seconds: float = 0.0
    gave_up: str = ""

    @property
    def mostly_passed(self) -> bool:
        """Say whether this is a suite that works: tests that fail anyway would show nothing."""
        ends = list(self.ends.values())
        return ends.count("passed") > sum(_badness(end) > 0 for end in ends)

    def add(self, test: str, outcome: str, why: str = "") -> None:
        """Note how a test ended; of several ends (parts, repetitions, what takes down) the worst counts."""
        before = self.ends.get(test)
        if before is None or _badness(outcome) > _badness(before):
            self.ends[test] = outcome
            self.why[test] = why

    def forget(self, environment: str) -> None:
        """Take the environment's folder out of the tests' ids: some are named after a file that lies there."""
        self.ends = {test.replace(environment, "ENVIRONMENT"): end for test, end in self.ends.items()}
        self.why = {test.replace(environment, "ENVIRONMENT"): why for test, why in self.why.items()}


def _badness(outcome: str) -> int:
    return next((len(_WORST) - place for place, word in enumerate(_WORST) if outcome.startswith(word)), 0)


@dataclass(frozen=True)
class Suite:
    """What is to be run: `python` of an environment in `tree`; `scratch` is for what tests write at home."""

    python: Path
    tree: Path
    recipe: Recipe
    scratch: Path

    def run(self, log: Path, limit: float, tick: Callable[[int], None] = lambda _: None) -> Outcomes:
        """Run all tests within `limit` seconds; what hangs or crashes is noted, and the others are run without it."""
        outcomes, start, culprits = Outcomes(), time.monotonic(), list[str]()
        while True:
            lines, code = self._process(log, limit, culprits, tick)
            running = _note(outcomes, lines)
            if code is not None and any("finished" in line for line in lines):
                break
            end = HUNG if code is None else CRASHED
            if running is None or running in culprits or len(culprits) == _MOST_CULPRITS:
                outcomes.gave_up = (
                    f"{end} ({'after' if code is None else 'exit code'} {limit if code is None else code})"
                )
                break
            outcomes.add(running, end, f"exit code {code}" if code is not None else f"not done in {limit:.0f} s")
            culprits.append(running)
        outcomes.seconds = time.monotonic() - start
        outcomes.forget(str(self.python.parents[1]))
        outcomes.said = [
            line for line in log.read_text("utf-8", "replace").splitlines() if line.startswith("spanwright: ")
        ]
        return outcomes

    def _process(
        self, log: Path, limit: float, without: Sequence[str], tick: Callable[[int], None]
    ) -> tuple[list[dict[str, object]], int | None]:
        """Run the suite once; the exit code is None where it had to be killed."""
        written = log.with_suffix(".jsonl")
        written.unlink(missing_ok=True)
        with log.open("ab") as file:
            process = subprocess.Popen(
                self._argv(without), cwd=self.tree, env=self._environment(written, without), stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            _running.add(process.pid)
            code = _wait(process, limit, written, tick)
            _running.discard(process.pid)
        lines = written.read_text("utf-8").splitlines() if written.exists() else []
        return [json.loads(line) for line in lines if line.endswith("}")], code

    def _argv(self, without: Sequence[str]) -> list[str]:
        if self.recipe.runner == "unittest":
            return [str(self.python), "-m", "spanwright_unittest", *self.recipe.tests]
        words = [word for test in without for word in ("--deselect", test)]
        options = ["-q", "--tb=short", "--continue-on-collection-errors", "-p", "spanwright_outcomes"]
        return [str(self.python), "-m", "pytest", *options, *self.recipe.tests, *words]

    def _environment(self, written: Path, without: Sequence[str]) -> dict[str, str]:
        home = self.scratch / "home"
        for folder in (home, self.scratch / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": f"{self.python.parent}:{os.environ.get('PATH', os.defpath)}",
            "HOME": str(home),
            "TMPDIR": str(self.scratch / "tmp"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SPANWRIGHT_OUTCOMES": str(written),
            "SPANWRIGHT_WITHOUT": "\n".join(without),
            **dict(self.recipe.environment),
        }


def _wait(process: subprocess.Popen[bytes], limit: float, written: Path, tick: Callable[[int], None]) -> int | None:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        try:
            return process.wait(_TICK)
        except subprocess.TimeoutExpired:
            tick(written.read_bytes().count(b'"start"') if written.exists() else 0)
    os.killpg(process.pid, signal.SIGABRT)
    time.sleep(1.0)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return None


def _note(outcomes: Outcomes, lines: list[dict[str, object]]) -> str | None:
    """Note what was written down; return the test that had begun last and not ended."""
    running = None
    for line in lines:
        if "start" in line:
            running = str(line["start"])
        elif "id" in line:
            outcomes.add(str(line["id"]), str(line["outcome"]), str(line["why"]))
            running = None if line["id"] == running else running
    return running
