"""What it takes to start: importing the runtime, and the header of each instrumented module."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from benchmarks.environment import Environment
from benchmarks.processes import answer, instrument, surroundings
from benchmarks.shape import Bench, Benchmark, Row, Samples
from benchmarks.watching import source

WHAT = """
The first table: an import in a new process, beside the peers' own. The second: what a twin's import takes longer than
that of its original, both from the interpreter's cache of compiled modules, each in turn; `header` is a module of some
20 lines without the positions of its original; `positions` is what these add to a module of a thousand lines.
"""
IMPORTS, MODULES = "imports", "modules"
IMPORT, HEADER, POSITIONS = "import", "header", "positions, 1,000 lines"
_IMPORTED = ("spanwright", "logging", "viztracer", "opentelemetry.sdk.trace", "logfire")
LEVELS = (1, 2, 3, 5)
_SIZES = {"small": 20, "large": 1000}


def measure(bench: Bench) -> list[Row]:
    """Measure imports and modules in turn."""
    imports, modules = Samples(IMPORTS), Samples(MODULES)
    number = bench.pick(5, 40)
    with bench.folder() as folder:
        lay_out(bench.main, folder, number)
        for _ in bench.rounds(2, 15):
            for name in _IMPORTED:
                taken = answer(bench.main, "measure_imports.py", "one", name, folder=folder)
                imports.add(IMPORT, name, "ms", taken * 1000)
            for level in LEVELS:
                bare = _added(bench.main, folder, number, "small", level, "--bare")
                modules.add(HEADER, f"level {level}", "µs", bare * 1e6)
                whole = _added(bench.main, folder, number, "large", level)
                bare = _added(bench.main, folder, number, "large", level, "--bare")
                modules.add(POSITIONS, f"level {level}", "µs", (whole - bare) * 1e6)
    return imports.rows("spanwright") + modules.rows("level 1")


def lay_out(environment: Environment, folder: Path, number: int) -> None:
    """Write packages of so many small and large modules, plain and at each level, all of them compiled."""
    for size, lines in _SIZES.items():
        plain = folder / f"{size}0"
        plain.mkdir()
        for place in range(number + 1):
            (plain / f"module{place}.py").write_text(source(lines))
        for level in LEVELS:
            shutil.copytree(plain, folder / f"{size}{level}")
            instrument(environment, folder, f"{size}{level}", "--level", level)
    argv = [str(environment.python), "-m", "compileall", "-q", "."]
    subprocess.run(argv, cwd=folder, env=surroundings({}), check=True)


def _added(environment: Environment, folder: Path, number: int, size: str, level: int, *words: str) -> float:
    """Give what a twin's import takes longer than that of its original, in seconds a module."""
    packages = (f"{size}0", f"{size}{level}")
    plain, twin = answer(environment, "measure_imports.py", "many", number, *packages, *words, folder=folder)
    return float(twin - plain)


BENCHMARK = Benchmark("startup", WHAT, measure)
