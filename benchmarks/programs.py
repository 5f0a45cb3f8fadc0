"""What recording adds to whole programs: the application's own code alone, and everything."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.environment import Environment
from benchmarks.processes import Child, ChildError, Settings, answer, forget, instrument
from benchmarks.shape import Bench, Benchmark, Row

WHAT = """
richards, deltablue and nbody are pyperformance's, `pickle` is the standard library's pickle in pure Python over
pyperformance's data; `docs` renders a manual with docutils, with directives, transforms and a translator of the
application's own; `lint` checks a package with pyflakes and rules of the application's own; `shop` is an application
of Flask, SQLite and Jinja, driven through its test client. `application only` is the application's own code alone,
`whole program` its libraries' too. Each way has a process of its own and does the work once a round, right after the
plain program has done it in its process; measured is CPU time, the ratio is the median of the rounds' pairs, and every
way has to come to the same result. VizTracer, snoop (every function of the application with its lines and values) and
a trace function that counts lines (the least that a tracer of lines can do) look at the same files.
"""
OWN, WHOLE = "application only", "whole program"
LEVELS = tuple(f"level {level}" for level in range(1, 6))
PLAIN = "plain"
_TRACERS = ("VizTracer", "VizTracer with arguments and results")
_FURTHER = ("VizTracer with C calls", "sys.settrace")
_SNOOP = "snoop"  # takes a hundred times as long as the program: one round, in full mode
_WORKLOADS = Path(__file__).parent / "workloads"
_MEGABYTES = "megabytes recorded in a round"


@dataclass(frozen=True)
class Program:
    """A program: what is copied beside its workload, and the packages that belong to the whole of it."""

    name: str
    sources: tuple[tuple[str, str], ...] = ()
    packages: tuple[str, ...] = ()

    def ways(self, *, quick: bool) -> list[tuple[str, str]]:
        """Give each way as (group, name)."""
        if not self.packages:
            return [(WHOLE, name) for name in (*LEVELS, *_TRACERS)]
        found = [(group, name) for group in (OWN, WHOLE) for name in (*LEVELS, *_TRACERS, *_FURTHER)]
        return found if quick else [*found, (OWN, _SNOOP)]


PROGRAMS = (
    Program("richards", (("bm_richards", "richards.py"),)),
    Program("deltablue", (("bm_deltablue", "deltablue.py"),)),
    Program("nbody", (("bm_nbody", "nbody.py"),)),
    Program("pickle", (("bm_pickle", "pickled.py"), ("pickle", "pure_pickle.py"))),
    Program("docs", packages=("docutils",)),
    Program("lint", packages=("pyflakes",)),
    Program("shop", packages=("flask", "werkzeug", "jinja2", "itsdangerous", "click", "blinker", "markupsafe")),
)
REAL = ("docs", "lint", "shop")
_SOON = ("richards", "nbody", "lint")


@dataclass
class Run:
    """A program's process in one way, and what its rounds took."""

    child: Child
    seconds: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    results: set[int] = field(default_factory=set)

    def once(self) -> float:
        """Do the work; give the seconds."""
        seconds, result = self.child.once()
        self.seconds.append(seconds)
        self.results.add(result)
        return float(seconds)


def lay_out(environment: Environment, program: Program, group: str, name: str, folder: Path) -> None:
    """Copy the program and its packages; instrument what the way asks for."""
    shutil.copytree(_WORKLOADS / program.name, folder / "app")
    names = [*program.packages, *(source for source, _ in program.sources)]
    places = dict(zip(names, answer(environment, "find_sources.py", *names, folder=folder), strict=True))
    ignored = shutil.ignore_patterns("__pycache__", "test", "tests")
    for package in program.packages:
        shutil.copytree(places[package], folder / "vendor" / package, ignore=ignored)
    for source, target in program.sources:
        shutil.copy2(places[source], folder / "app" / target)
    if name in LEVELS:
        looked_at = ["app", *(["vendor"] if group == WHOLE and program.packages else [])]
        instrument(environment, folder, *looked_at, "--level", name.removeprefix("level "))


def start(
    environment: Environment, program: Program, group: str, name: str, folder: Path, settings: Settings | None = None
) -> Run:
    """Lay the program out and start its process, with these settings."""
    folder.mkdir()
    lay_out(environment, program, group, name, folder)
    words = (name, "whole" if group == WHOLE else "own")
    return Run(Child(environment, "run_program.py", *words, folder=folder, settings=settings))


def measure_one(bench: Bench, program: Program) -> list[Row]:
    """Measure all ways of a program, round by round; they have to come to the same result."""
    with bench.folder() as folder:
        plain = start(bench.main, program, OWN, PLAIN, folder / "plain")
        ways = program.ways(quick=bench.quick)
        runs = {way: start(bench.main, program, *way, folder / f"way{place}") for place, way in enumerate(ways)}
        for number in bench.rounds(1, 4):
            for (_, name), run in runs.items():
                if name != _SNOOP or number == 0:
                    before = plain.once()
                    run.ratios.append(run.once() / before)
        for run in (plain, *runs.values()):
            run.child.close()
        wrong = [" ".join(way) for way, run in runs.items() if run.results != plain.results]
        if wrong:
            raise ChildError(f"{program.name} does not come to the same result: {', '.join(wrong)}")
        return rows(program, plain, runs)


def rows(program: Program, plain: Run, runs: dict[tuple[str, str], Run]) -> list[Row]:
    """Give the rows of a program: what each way took, and what it recorded."""
    found = [_row(group, program.name, PLAIN, plain, 1.0) for group in dict.fromkeys(group for group, _ in runs)]
    for (group, name), run in runs.items():
        found.append(_row(group, program.name, name, run, median(run.ratios)))
        if name in LEVELS:
            megabytes = forget(run.child.folder) / (len(run.seconds) + 1) / 1e6
            found.append(Row(f"{_MEGABYTES}, {group}", program.name, name, "MB", megabytes, megabytes))
    return found


def _row(group: str, case: str, name: str, run: Run, ratio: float) -> Row:
    return Row(group, case, name, "ms", median(run.seconds) * 1000, min(run.seconds) * 1000, ratio)


def measure(bench: Bench) -> list[Row]:
    """Measure every program; quickly those that are soon instrumented."""
    chosen = [program for program in PROGRAMS if not bench.quick or program.name in _SOON]
    return [row for program in chosen for row in measure_one(bench, program)]


BENCHMARK = Benchmark("programs", WHAT, measure)
