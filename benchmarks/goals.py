"""What the figures are to be, on a small virtual machine with two cores: ratios within one run, and a few times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import calls, deaths, files, programs, rewriting, startup, values
from benchmarks.shape import Row

Found = Mapping[str, Sequence[Row]]
# What a goal speaks of, taken from the rows of each benchmark; None where they were not measured.
Figure = Callable[[Found], float | None]


@dataclass(frozen=True)
class At:
    """Where a row is; the parts have the names of the row's."""

    benchmark: str
    group: str
    case: str
    way: str

    def row(self, found: Found) -> Row | None:
        """Find the row."""
        wanted = (self.group, self.case, self.way)
        rows = found.get(self.benchmark, ())
        return next((row for row in rows if (row.group, row.case, row.way) == wanted), None)


@dataclass(frozen=True)
class Goal:
    """One goal: at most, or at least, so much."""

    name: str
    figure: Figure
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def says(self) -> str:
        """The goal in words."""
        limit = self.most if self.most is not None else self.least
        return f"{'at most' if self.most is not None else 'at least'} {limit:g}{_space(self.unit)}"

    def is_met(self, figure: float) -> bool:
        """Tell whether a figure meets the goal."""
        return (self.most is None or figure <= self.most) and (self.least is None or figure >= self.least)

    def judge(self, found: Found) -> dict[str, Any]:
        """Give name, goal, figure and whether it is met; figure and verdict are None where it was not measured."""
        figure = self.figure(found)
        met = None if figure is None else self.is_met(figure)
        return {"name": self.name, "goal": self.says, "figure": figure, "unit": self.unit, "met": met}


def _space(unit: str) -> str:
    return f" {unit}" if unit else ""


def value(at: At) -> Figure:
    """Speak of a row's median."""

    def figure(found: Found) -> float | None:
        row = at.row(found)
        return row.median if row else None

    return figure


def difference(at: At, less: At) -> Figure:
    """Speak of what one row's median is more than another's."""

    def figure(found: Found) -> float | None:
        row, other = at.row(found), less.row(found)
        return row.median - other.median if row and other else None

    return figure


def quotient(at: At, to: At) -> Figure:
    """Speak of one row's median as a multiple of another's."""

    def figure(found: Found) -> float | None:
        row, other = at.row(found), to.row(found)
        return row.median / other.median if row and other and other.median else None

    return figure


def ratio(at: At) -> Figure:
    """Speak of a row's ratio."""

    def figure(found: Found) -> float | None:
        row = at.row(found)
        return row.ratio if row else None

    return figure


def percent(at: At) -> Figure:
    """Speak of what a row's ratio is more than 1, in percent."""

    def figure(found: Found) -> float | None:
        row = at.row(found)
        return (row.ratio - 1) * 100 if row and row.ratio else None

    return figure


def highest(benchmark: str) -> Figure:
    """Speak of the highest median of a benchmark."""
    return lambda found: max((row.median for row in found.get(benchmark, ())), default=None)


def _call(case: str, way: str) -> At:
    return At("calls", "CPython 3.12", case, way)


def _program(name: str, level: int, group: str = programs.WHOLE) -> At:
    return At("programs", group, name, f"level {level}")


def _rate(way: str) -> At:
    return At("rewriting", rewriting.RATES, rewriting.RATE, way)


def _file(case: str, way: str) -> At:
    return At("files", files.GROUP, case, way)


def _calls() -> list[Goal]:
    plain = "f(a, b)"
    level_1, level_2 = _call(plain, "level 1"), _call(plain, "level 2")
    found = [
        Goal("a call at level 1, of the limit", quotient(level_1, _call(plain, "limit")), "×", 1.4),
        Goal("a call at level 1, of VizTracer's", quotient(level_1, _call(plain, calls.VIZTRACER)), "×", 0.35),
        Goal("two ints and a result at level 2, of VizTracer's", quotient(level_2, _call(plain, calls.DETAILS)), "×",
             round(1 / 30, 4)),
    ]  # fmt: skip
    for case in calls.PARAMETERS[1:]:
        more = difference(_call(case, "level 2"), _call(calls.PARAMETERS[0], "level 2"))
        found.append(Goal(f"{case} at level 2, more than an int", more, "ns", 60))
    found.append(Goal("a call site at level 3", value(_call(calls.SITES[0], "level 3")), "ns", 60))
    for level in (1, 2):
        for case, most in (("coroutine await", 60), ("generator item", 60), ("exception", 300)):
            found.append(Goal(f"{case} at level {level}", value(_call(case, f"level {level}")), "ns", most))
    return found


def _programs() -> list[Goal]:
    whole = {"docs": 1.08, "lint": 1.08, "shop": 1.06, "richards": 1.45, "deltablue": 1.7, "nbody": 1.005}
    found = [
        Goal(f"{name}, whole program at level 1", ratio(_program(name, 1)), "×", most) for name, most in whole.items()
    ]
    found.append(Goal("shop, application only at level 1", ratio(_program("shop", 1, programs.OWN)), "×", 1.01))
    for level, most in enumerate((5, 15, 30, 50, 100), 1):
        for name in programs.REAL:
            figure = percent(_program(name, level, programs.OWN))
            found.append(Goal(f"{name}, application only at level {level}, added", figure, "%", most))
    return found


def _files() -> list[Goal]:
    at_exit = difference(_file(files.SECONDS, "level 1"), _file(files.SECONDS, "nothing"))
    return [
        Goal("a call at level 1 in the file", value(_file(files.BYTES, "level 1")), "bytes", 5),
        Goal("from the last call to a readable file at level 1, added", at_exit, "s", 0.01),
        *(Goal(f"calls left at level 1 after {end}", value(At("deaths", deaths.ENDED, end, "level 1")), "%", least=100)
          for end in deaths.ENDS),
    ]  # fmt: skip


def _tool() -> list[Goal]:
    bare = _rate(rewriting.BARE)
    tree = rewriting.TREE
    return [
        *(Goal(f"rewriting at level {level}, of LibCST's bare time", quotient(bare, _rate(f"level {level}")), "×",
               1.6 if level < 3 else 2.5) for level in range(1, 6)),
        Goal("cores kept busy", value(At("rewriting", tree, rewriting.CORES, rewriting.COMMAND)), "cores", least=1.5),
        Goal("run over unchanged files", value(At("rewriting", tree, rewriting.AGAIN, rewriting.COMMAND)), "s", 1),
    ]  # fmt: skip


def _startup() -> list[Goal]:
    imported = value(At("startup", startup.IMPORTS, startup.IMPORT, "spanwright"))
    found = [Goal("importing the runtime", imported, "ms", 3)]
    for case, most in ((startup.HEADER, 60), (startup.POSITIONS, 300)):
        for level in startup.LEVELS:
            figure = value(At("startup", startup.MODULES, case, f"level {level}"))
            found.append(Goal(f"{case} at level {level}", figure, "µs", most))
    return found


GOALS: tuple[Goal, ...] = (
    *_calls(),
    *_programs(),
    *_files(),
    *_tool(),
    *_startup(),
    Goal("the dearest value without end", highest(values.BENCHMARK.name), "µs", 20),
)


def judged(found: Found) -> list[dict[str, Any]]:
    """Judge every goal whose figure was measured."""
    return [verdict for verdict in (goal.judge(found) for goal in GOALS) if verdict["met"] is not None]
