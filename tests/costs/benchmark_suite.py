"""Makes `benchmarks/`, which is not installed, importable; and benchmarks whose processes are made up."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))
try:
    importlib.import_module("benchmarks")
finally:
    sys.path.remove(str(ROOT))

from benchmarks import (  # noqa: E402
    budget,
    calls,
    deaths,
    files,
    instructions,
    probes,
    programs,
    rewriting,
    startup,
    values,
    volume,
    watching,
)
from benchmarks.environment import Environment  # noqa: E402
from benchmarks.shape import Bench, Row  # noqa: E402

ENVIRONMENTS = tuple(Environment(minor, f"{minor}.0", Path(sys.executable)) for minor in ("3.13", "3.12"))
QUICK = Bench(quick=True, environments=ENVIRONMENTS)
FULL = Bench(quick=False, environments=ENVIRONMENTS)
LABELS = ["level 1, f(a, b)", "level 5, a line"]


class FakeChild:
    """Answers like a program's process: a second, and always the same result."""

    def __init__(self, folder: Path, asked: list[Any], name: str, result: int = 1) -> None:
        self.folder, self.asked, self.name, self.result = folder, asked, name, result

    def once(self) -> tuple[float, int]:
        self.asked.append(self.name)
        return 1.0, self.result

    def close(self) -> None:
        self.asked.append(f"close {self.name}")


def answered(script: str, words: tuple[Any, ...]) -> Any:
    """Answer like a script of `children/`."""
    if script == "measure_calls.py":
        cases = words[2].strip("[]").split('", "')
        return {case.strip('"'): (10.0, 20.0) for case in cases}
    answers: dict[str, Any] = {
        "count_left.py": [10_000, 1],
        "measure_rewriting.py": [1000, dict.fromkeys((rewriting.BARE, *programs.LEVELS), 1.0)],
        "measure_values.py": {"a dict": 1.5, "a list": 2.5},
        "measure_volume.py": [1.0, 2.0],
    }
    if script == "probe_loops.py":
        return LABELS if words[0] == "rows" else {label: [(10.0, 30.0), (10.0, 20.0)] for label in LABELS}
    if script == "measure_imports.py":
        return 0.002 if words[0] == "one" else [0.001, 0.0011]
    return answers[script]


def without_processes(patch: pytest.MonkeyPatch) -> list[Any]:
    """Make up all that the benchmarks' processes say; gives the list of what they are asked for."""
    asked: list[Any] = []

    def answer(environment: Environment, script: str, *words: Any, **_: Any) -> Any:
        asked.append((environment.minor, script, *words))
        return answered(script, words)

    def start(
        environment: Environment, program: programs.Program, group: str, name: str, folder: Path, *_: Any
    ) -> programs.Run:
        child: Any = FakeChild(folder, asked, f"{group}: {name}")
        return programs.Run(child)

    for module in (calls, deaths, instructions, probes, rewriting, startup, values, volume):
        patch.setattr(module, "answer", answer)
    for module in (calls, deaths, files, startup, watching):
        patch.setattr(module, "lay_out", lambda *_: None)
    patch.setattr(programs, "start", start)
    patch.setattr(budget, "spans", lambda *_: {"runs": [{"turnedDown": 3}, {}]})
    patch.setattr(files, "run", lambda *_: (0.5, 20.0))
    patch.setattr(files, "taken", lambda _: (200_000, 20_000))
    patch.setattr("benchmarks.deaths.subprocess.run", lambda *_, **__: None)
    patch.setattr(rewriting, "copy_library", lambda *_, **__: 1000)
    patch.setattr(rewriting, "run", lambda *_: (0.5, 0.9))
    patch.setattr(volume, "instrument", lambda *_: None)
    patch.setattr(watching, "start", lambda *_: _Watcher())
    patch.setattr(watching, "save", lambda *_, **__: 0.1)
    patch.setattr(watching, "cpu_seconds", lambda _: 0.0)
    patch.setattr("benchmarks.watching.time.sleep", lambda _: None)
    patch.setattr(instructions.Counts, "_run", lambda _, place, which, calls: (70 * calls, 100 * calls))
    return asked


class _Watcher:
    pid = 1

    def terminate(self) -> None:
        """Nothing runs."""

    def communicate(self) -> None:
        """Nothing is waited for."""


def row(way: str = "level 1", case: str = "a call", **more: Any) -> Row:
    """Make a row."""
    return Row(**{"group": "calls", "case": case, "way": way, "unit": "ns", "median": 2.0, "best": 1.0, **more})


@contextmanager
def exits_with(code: int) -> Iterator[None]:
    """Expect that a command line ends the process with this code."""
    with pytest.raises(SystemExit) as ended:
        yield
    assert ended.value.code == code
