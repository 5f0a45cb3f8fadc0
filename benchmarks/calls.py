"""What recording adds to one call, in nanoseconds of CPU time."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import Environment
from benchmarks.processes import ChildError, answer, forget, instrument
from benchmarks.shape import Bench, Benchmark, Row, Samples

WHAT = """
Each measurement is a new process, which runs every case's loop over a plain module that nothing records, then over the
recorded one; the difference divided by the calls is what recording adds. A round has each way in turn, so that whatever
disturbs the machine disturbs all alike. What comes before the loops is charged to nobody: imports, the interpreter's
specialising, the allocation of VizTracer's buffer and the creation of our file. The memory that the events of a loop go
to is charged to whoever records them: VizTracer has room for every event in a buffer that is new to it, ours makes its
file longer as it goes; the row of memory used before leaves the first touch out. `nothing` compares two plain loops: it
shows how far to trust the others. `limit` is the least that a rewritten function can call in C: two functions, each of
which reads the counter and stores it. A parameter's cases are calls with one value; `call site` is a call, made from an
instrumented function, of one that is not.
"""
CALLS = ("f(a, b)", "recursion", "generator item", "coroutine await", "method", "exception")
PARAMETERS = ("an int", "a str of 20", "a list of 5 ints", "a dict of 5")
SITES = ("call site",)
VIZTRACER, DETAILS = "VizTracer", "VizTracer with arguments and results"
_WORKLOAD = Path(__file__).parent / "workloads" / "calls"


@dataclass(frozen=True)
class Way:
    """A way to record calls: its module, its cases, and by what its loops are shorter."""

    name: str
    module: str = "copied"
    cases: tuple[str, ...] = CALLS
    shorter: int = 1
    since: str = "3.11"


WAYS = (
    Way("nothing", cases=CALLS + SITES + PARAMETERS),
    Way("limit", "limited"),
    Way("level 1", "level1"),
    Way("level 2", "level2", CALLS + PARAMETERS),
    Way("level 3", "level3", CALLS + SITES),
    Way(VIZTRACER),
    Way("VizTracer, in memory used before"),
    Way(DETAILS, cases=CALLS + PARAMETERS, shorter=4),
    Way("cProfile"),
    Way("sys.monitoring", since="3.12"),
    Way("OpenTelemetry SDK span", "spanned", tuple(case for case in CALLS if case != "generator item"), 20),
    Way("Logfire auto-tracing", cases=tuple(case for case in CALLS if case != "generator item"), shorter=50),
)


def lay_out(environment: Environment, folder: Path) -> None:
    """Write the modules: plain, copied, at three levels, with spans, at the limit."""
    shutil.copytree(_WORKLOAD, folder, dirs_exist_ok=True)
    for name in ("plain", "copied", "level1", "level2", "level3"):
        shutil.copy2(_WORKLOAD / "cases.py", folder / f"{name}.py")
    for level in "123":
        instrument(environment, folder, f"level{level}.py", "--level", level)
    build(environment, folder)


def build(environment: Environment, folder: Path) -> None:
    """Build the limit's extension."""
    ask = "import sysconfig as s; print(s.get_path('include')); print(s.get_config_var('EXT_SUFFIX'))"
    done = subprocess.run([environment.python, "-c", ask], capture_output=True, text=True, check=True)
    include, suffix = done.stdout.split()
    argv = ["cc", "-O3", "-fPIC", "-shared", f"-I{include}", "limit.c", "-o", f"limit{suffix}"]
    built = subprocess.run(argv, cwd=folder, capture_output=True, text=True)
    if built.returncode:
        raise ChildError(f"the limit cannot be built, which takes a C compiler: {built.stderr}")


def measure(bench: Bench) -> list[Row]:
    """Measure every way of each interpreter in turn."""
    count = bench.pick(20_000, 100_000)
    tables = {one: Samples(f"CPython {one.minor}") for one in bench.environments}
    with bench.folder() as folder:
        for one in tables:
            lay_out(one, _place(folder, one))
        for _ in bench.rounds(2, 8):
            for one, samples in tables.items():
                for way in WAYS:
                    if one.minor >= way.since:
                        _add(samples, way, one, _place(folder, one), count // way.shorter)
    references = {case: DETAILS if case in PARAMETERS else VIZTRACER for case in CALLS + PARAMETERS}
    references |= dict.fromkeys(SITES, "level 3")
    return [row for samples in tables.values() for row in samples.rows(references)]


def _place(folder: Path, environment: Environment) -> Path:
    return folder / environment.minor


def _add(samples: Samples, way: Way, environment: Environment, folder: Path, count: int) -> None:
    words = (way.name, way.module, json.dumps(way.cases), count)
    for case, (_, added) in answer(environment, "measure_calls.py", *words, folder=folder).items():
        samples.add(case, way.name, "ns added", added)
    forget(folder)


BENCHMARK = Benchmark("calls", WHAT, measure)
