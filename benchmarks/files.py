"""What recording leaves on the disk, and what it takes until that can be read."""

from __future__ import annotations

import os
import subprocess
import time
import zlib
from pathlib import Path

from benchmarks.deaths import lay_out
from benchmarks.environment import Environment
from benchmarks.processes import ChildError, command, surroundings
from benchmarks.shape import Bench, Benchmark, Row, Samples

WHAT = """
A process makes a million calls of `f(a, b)` and ends. Bytes a call: of the file as it is, and compressed (zlib, level
6). Seconds from the last call until the process is gone and its trace a file that can be read, and the most memory that
the process ever had, beside those of a process that records nothing.
"""
GROUP = "a million calls"
BYTES, COMPRESSED, SECONDS, MEMORY = "raw", "compressed", "from the last call to a readable file", "most memory"
_WAYS = {
    "nothing": "plain",
    "level 1": "level1",
    "level 2": "level2",
    "VizTracer": "plain",
    "VizTracer, json.gz": "plain",
    "VizTracer with arguments and results": "plain",
}


def measure(bench: Bench) -> list[Row]:
    """Let a process of each way make its calls, in turn."""
    count = bench.pick(50_000, 1_000_000)
    samples = Samples(GROUP)
    with bench.folder() as folder:
        lay_out(bench.main, folder)
        for _ in bench.rounds(1, 3):
            for way, module in _WAYS.items():
                seconds, megabytes = run(bench.main, folder, way, module, count)
                samples.add(SECONDS, way, "s", seconds)
                samples.add(MEMORY, way, "MB", megabytes)
                if way != "nothing":
                    raw, compressed = taken(folder)
                    samples.add(BYTES, way, "bytes a call", raw / count)
                    samples.add(COMPRESSED, way, "bytes a call", compressed / count)
    return samples.rows("VizTracer")


def run(environment: Environment, folder: Path, way: str, module: str, count: int) -> tuple[float, float]:
    """Give the seconds from the last call to the process's end, and the most megabytes that it had."""
    argv = command(environment, "traced_work.py", way, module, count, "exit")
    process = subprocess.Popen(argv, cwd=folder, env=surroundings({}), stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout:
        done = process.stdout.readline()
        _, status, usage = os.wait4(process.pid, 0)
    gone = time.monotonic_ns()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not done:
        raise ChildError(f"traced_work.py {way} ended with exit code {process.returncode}")
    return (gone - int(done)) / 1e9, usage.ru_maxrss * 1024 / 1e6


def taken(folder: Path) -> tuple[int, int]:
    """Give the bytes of what was recorded, as they are and compressed; it is removed."""
    raw = compressed = 0
    for path in [*folder.glob("result.json*"), *(folder / ".spanwright" / "traces").glob("*.seg")]:
        data = path.read_bytes()
        raw += len(data)
        compressed += len(data) if path.suffix == ".gz" else len(zlib.compress(data, 6))
        path.unlink()
    return raw, compressed


BENCHMARK = Benchmark("files", WHAT, measure)
