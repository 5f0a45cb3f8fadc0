"""Whether an overhead budget is kept: what recording adds to four programs once it works."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks import programs
from benchmarks.environment import Environment
from benchmarks.processes import ChildError, spans
from benchmarks.shape import Bench, Benchmark, Row

WHAT = """
Whole programs at level 2, each with a budget and without one, in processes of their own that do a round whenever they
are told to, right after the plain program. What was done in the first second of the program's CPU time does not count.
The ratio is of what all rounds behind it took together, to the plain ones beside them, so that the trials of functions
that are turned up again count, too; without a budget a few rounds are done.
"""
BUDGETS = {"docs": 5, "shop": 5, "richards": 10, "deltablue": 10}
WITHOUT, TURNED_DOWN = "without a budget", "functions that were turned down"
_LEVEL = "level 2"
_WARM_UP, _ROUNDS_WITHOUT = 1.0, 5


def measure(bench: Bench) -> list[Row]:
    """Measure every program; quickly the smallest."""
    chosen = [program for program in programs.PROGRAMS if program.name in (("richards",) if bench.quick else BUDGETS)]
    return [row for program in chosen for row in measure_one(bench, program)]


def measure_one(bench: Bench, program: programs.Program) -> list[Row]:
    """Run a program plain, without a budget, and with its own."""
    percent = BUDGETS[program.name]
    group = f"whole program at {_LEVEL}"
    with bench.folder() as folder:
        plain, free, limited = (
            start(bench.main, program, folder / name, settings)
            for name, settings in (("plain", None), ("free", {}), ("limited", settings_of(percent)))
        )
        for _ in range(_ROUNDS_WITHOUT):
            beside(plain, free)
        unlimited = row(group, program.name, WITHOUT, plain, free)
        settle(plain, limited)
        while sum(limited.seconds) < bench.pick(2, 20):
            beside(plain, limited)
        for run in (plain, free, limited):
            run.child.close()
        if not plain.results == free.results == limited.results:
            raise ChildError(f"{program.name} does not come to the same result")
        down = turned_down(bench.main, folder / "limited")
        return [
            unlimited,
            row(group, program.name, f"budget of {percent} %", plain, limited),
            Row(TURNED_DOWN, program.name, f"budget of {percent} %", "functions", down, down),
        ]


def settings_of(percent: int) -> dict[str, str]:
    """Give the settings of a program that has a budget."""
    return {"TRACING_OVERHEAD_BUDGET": f"{percent}%"}


def start(
    environment: Environment, program: programs.Program, folder: Path, settings: dict[str, str] | None
) -> programs.Run:
    """Start the program recorded, with these settings, or plain."""
    name = programs.PLAIN if settings is None else _LEVEL
    return programs.start(environment, program, programs.WHOLE, name, folder, settings)


def beside(plain: programs.Run, run: programs.Run) -> None:
    """Do a round, right after the plain program's."""
    before = plain.once()
    run.ratios.append(run.once() / before)


def settle(plain: programs.Run, run: programs.Run) -> None:
    """Let the program run until its budget has had a second; nothing of that counts."""
    while sum(run.seconds) < _WARM_UP:
        beside(plain, run)
    for each in (plain, run):
        each.seconds.clear()
        each.ratios.clear()


def row(group: str, case: str, way: str, plain: programs.Run, run: programs.Run) -> Row:
    """Give the row of a program's rounds; the plain ones are those beside them."""
    ratio = sum(run.seconds) / sum(plain.seconds)
    return Row(group, case, way, "ms", median(run.seconds) * 1000, min(run.seconds) * 1000, ratio)


def turned_down(environment: Environment, folder: Path) -> int:
    """Say how many functions of the run were turned down."""
    found = spans(environment, folder, "runs", "--json")
    return sum(int(run.get("turnedDown", 0)) for run in found["runs"])


BENCHMARK = Benchmark("budget", WHAT, measure)
