"""What is left of a process that dies."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.environment import Environment
from benchmarks.processes import answer, command, instrument, surroundings
from benchmarks.shape import Bench, Benchmark, Row, Samples

WHAT = """
A process makes many short calls, in one that stays open, and dies. The first table has the calls that had ended of
which something is left, in percent; the second says whether the open one is there, which is where the process died.
VizTracer saves when the process ends or its command is told to; OpenTelemetry's batch processor, with room for every
span, hands them in a thread of its own to an exporter that appends to a file.
"""
ENDS = ("exit", "os._exit", "SIGKILL", "segfault")
ENDED, OPEN = "calls that had ended", "calls that were open"
_WAYS = {
    "level 1": "level1",
    "level 2": "level2",
    "VizTracer": "plain",
    "OpenTelemetry batch processor": "spanned",
}
_WORKLOAD = Path(__file__).parent / "workloads" / "deaths"
# What is left of one process must not be counted as the next one's.
_LEFT = ("result.json", "spans.txt")


def lay_out(environment: Environment, folder: Path) -> None:
    """Write the modules: plain, at two levels, with spans."""
    shutil.copytree(_WORKLOAD, folder, dirs_exist_ok=True)
    for name in ("plain", "level1", "level2"):
        shutil.copy2(_WORKLOAD / "cases.py", folder / f"{name}.py")
    for level in "12":
        instrument(environment, folder, f"level{level}.py", "--level", level)


def measure(bench: Bench) -> list[Row]:
    """Let a process of each way die in each way."""
    count = bench.pick(10_000, 100_000)
    ended, still_open = Samples(ENDED), Samples(OPEN)
    with bench.folder() as folder:
        lay_out(bench.main, folder)
        for _ in bench.rounds(1, 3):
            for end in ENDS:
                for way, module in _WAYS.items():
                    calls, frames = _left(bench.main, folder, way, module, count, end)
                    ended.add(end, way, "%", 100 * calls / count)
                    still_open.add(end, way, "calls", frames)
    return ended.rows("level 1", max) + still_open.rows("level 1", max)


def _left(environment: Environment, folder: Path, way: str, module: str, count: int, end: str) -> tuple[int, int]:
    for path in [*(folder / name for name in _LEFT), *(folder / ".spanwright" / "traces").glob("*.seg")]:
        path.unlink(missing_ok=True)
    argv = command(environment, "traced_work.py", way, module, count, end)
    subprocess.run(argv, cwd=folder, env=surroundings({}), capture_output=True)
    calls, frames = answer(environment, "count_left.py", folder, folder=folder)
    return int(calls), int(frames)


BENCHMARK = Benchmark("deaths", WHAT, measure)
