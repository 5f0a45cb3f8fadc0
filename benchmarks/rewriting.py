"""How fast originals become twins."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from benchmarks.environment import Environment
from benchmarks.processes import ChildError, answer, make_project, surroundings, tool
from benchmarks.shape import Bench, Benchmark, Row, Samples

WHAT = """
The first table: CPU time of a sample of the standard library, each file in every way in turn in one process; ours is
all that is done for a file but reading and writing it, the compiling of the twin and the check that it gives its
original back included. The second: the command `instrument` over the standard library without its tests, by the wall's
clock: a first run at level 1, how many cores it keeps busy, and runs over the same files when nothing has changed.
"""
RATES, TREE = "sample of the standard library", "the whole standard library"
RATE, FIRST, CORES, AGAIN = "thousand lines per CPU second", "first run", "cores kept busy", "run over unchanged files"
BARE = "LibCST parse + code generation"
COMMAND = "instrument --level 1"
_SKIPPED = 3  # the exit code where some files failed: the library has files that are no Python on purpose
_ASK = "import sysconfig; print(sysconfig.get_path('stdlib'))"
# For a quick run: some of the library's larger packages.
_SOME = ("asyncio", "email", "json", "logging", "unittest")


def measure(bench: Bench) -> list[Row]:
    """Measure the sample and the tree."""
    rates, tree = Samples(RATES), Samples(TREE)
    with bench.folder() as folder:
        for _ in bench.rounds(1, 3):
            lines, seconds = answer(bench.main, "measure_rewriting.py", bench.pick(3_000, 30_000), folder=folder)
            for way, taken in seconds.items():
                rates.add(RATE, way, "klines/s", lines / taken / 1000)
        lines = copy_library(bench.main, folder, some=bench.quick)
        wall, cpu = run(bench.main, folder)
        tree.add(f"{FIRST} ({lines:,} lines)", COMMAND, "s", wall)
        tree.add(CORES, COMMAND, "cores", cpu / wall)
        for _ in bench.rounds(2, 5):
            tree.add(AGAIN, COMMAND, "s", run(bench.main, folder)[0])
    return rates.rows(BARE, max) + tree.rows("")


def copy_library(environment: Environment, folder: Path, *, some: bool) -> int:
    """Copy the standard library, or some of it, into a project; give its lines."""
    done = subprocess.run([environment.python, "-c", _ASK], capture_output=True, text=True, check=True)
    library = Path(done.stdout.strip())
    ignored = shutil.ignore_patterns("test", "tests", "idlelib", "lib2to3", "site-packages", "__pycache__", "*.so")
    for name in _SOME if some else [""]:
        shutil.copytree(library / name, folder / "lib" / name, ignore=ignored, dirs_exist_ok=True)
    make_project(folder)
    return sum(path.read_bytes().count(b"\n") for path in (folder / "lib").rglob("*.py"))


def run(environment: Environment, folder: Path) -> tuple[float, float]:
    """Instrument the copy; give the seconds by the wall's clock, and the CPU seconds of all processes."""
    start = time.perf_counter()
    process = subprocess.Popen(
        tool(environment, "lib", "--level", 1), cwd=folder, env=surroundings({}),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, _SKIPPED):
        raise ChildError(f"instrument ended with exit code {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


BENCHMARK = Benchmark("rewriting", WHAT, measure)
