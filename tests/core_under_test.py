"""One of the two cores, and programs that run on it in child processes. Twins are written by hand (docs/twins.md)."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORDS = (
    "enter enter_m ret fail val error flag exit gen gen_m co co_m agen agen_m pause resume from "
    "call call_m will will_m in out caught await awith aiter line var let keep state"
)
#: The first line of a twin, with all probes; `_sw_from` and the others are named as docs/twins.md names them.
HEADER = (
    "from spanwright import probes as _sw_; "
    + ", ".join(f"_sw_{word}" for word in WORDS.split())
    + f' = _sw_(__name__, "twin.py@00112233aabbccdd", 2, 100, "{WORDS}")'
)


def twin(source: str) -> str:
    """Give a twin's source: the header, then `source`, whose indentation is taken off."""
    return f"{HEADER}\n{textwrap.dedent(source).lstrip()}"


@dataclass(frozen=True)
class Run:
    """A program that ran: its exit status, what it said, and the segments it left, oldest first."""

    status: int
    out: str
    err: str
    segments: tuple[Path, ...]

    @property
    def segment(self) -> Path:
        """The only segment."""
        (path,) = self.segments
        return path


@dataclass(frozen=True)
class CoreUnderTest:
    """One of the cores, a project folder for programs to run in, and the folder for their segments."""

    name: str
    project: Path
    traces: Path

    def run(self, source: str, *args: str, **how: Any) -> Run:
        """Run `source`, made a twin, in a child process; `how` is for `run_file`."""
        return self.run_file(self.write("twin.py", twin(source)), *args, **how)

    def run_file(
        self,
        path: Path,
        *args: str,
        clock: str = "fake",
        status: int = 0,
        options: Sequence[str] = (),
        env: Mapping[str, str] = {},
    ) -> Run:
        """Run the program at `path` with the interpreter's `options`; it must end with exit status `status`."""
        own = {
            "SPANWRIGHT_CORE": self.name,
            "SPANWRIGHT_CLOCK": clock,
            "SPANWRIGHT_TRACES": str(self.traces),
            "PYTHONHASHSEED": "0",
        }
        command = [sys.executable, *options, str(path), *args]
        done = subprocess.run(
            command, cwd=self.project, env={**os.environ, **own, **env}, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == status, f"{self.name}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return Run(done.returncode, done.stdout, done.stderr, self.segments())

    def write(self, name: str, source: str) -> Path:
        """Write a file of the project."""
        path = self.project / name
        path.write_bytes(source.encode("utf-8"))
        return path

    def segments(self) -> tuple[Path, ...]:
        """The segments that are there, oldest first."""
        return tuple(sorted(self.traces.glob("*.seg"), key=lambda path: (path.stat().st_mtime_ns, path.name)))
