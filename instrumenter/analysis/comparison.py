"""Everything that `spans compare` finds out about two sets of traces."""

from __future__ import annotations

from dataclasses import dataclass

from instrumenter.analysis.alignment import Alignment, Branch, align
from instrumenter.analysis.changes import Changes, changes
from instrumenter.analysis.sides import Calls, Key, Side
from instrumenter.analysis.statistics import Difference, mann_whitney, median, surest

_UNLIKELY = 0.01
_WORTH = 0.005
"""What makes less than this part of a difference to the whole is not told of."""
_PERHAPS = 0.05
"""The same of what cannot be sure."""
_PAIRS = 200_000
"""So many calls are held against each other one by one."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How the time of a function has changed that both sides have, in itself."""

    key: Key
    first: Calls
    second: Calls
    before_ns: float
    """The median of its calls."""
    after_ns: float
    difference: Difference
    is_sure: bool | None
    """Whether chance does not explain it; None where there are too few calls to tell."""

    @property
    def ratio(self) -> float:
        """How many times as long a call takes."""
        return self.after_ns / max(self.before_ns, 1)

    @property
    def in_all_ns(self) -> float:
        """What that comes to over all calls of the second side."""
        return (self.after_ns - self.before_ns) * len(self.second.own)


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception of one type that a function raised, and where that was seen."""

    key: Key
    type: str
    before: list[int]
    after: list[int]
    """Places on the two sides."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found."""

    first: Side
    second: Side
    shifts: list[Shift]
    """What is slower or quicker by so much that it matters, the largest difference first."""
    added: list[Key]
    gone: list[Key]
    alignment: Alignment
    changes: Changes
    errors: list[Raised]
    """Those of which one side has none."""

    @property
    def branches(self) -> list[Branch]:
        """Where the call trees differ."""
        return self.alignment.branches

    @property
    def differs(self) -> bool:
        """Whether anything was found."""
        found = self.shifts, self.added, self.gone, self.branches, self.errors, self.changes.inputs
        return any((*found, self.changes.results, self.changes.arguments))


def compare(first: Side, second: Side, least: float) -> Comparison:
    """Hold two sides against each other; a function's time has changed where it did so by `least`, a part of it."""
    alignment = align(first, second, _PAIRS)
    ours, theirs = first.functions.keys(), second.functions.keys()
    return Comparison(
        first, second, _shifts(first, second, least), sorted(theirs - ours), sorted(ours - theirs), alignment,
        changes(first, second, alignment), _errors(first, second),
    )  # fmt: skip


def _shifts(first: Side, second: Side, least: float) -> list[Shift]:
    common = first.functions.keys() & second.functions.keys()
    found = [_shift(key, first.functions[key], second.functions[key], len(common)) for key in common]
    whole = max(min(first.total_ns, second.total_ns), 1)
    return sorted((one for one in found if _matters(one, least, whole)), key=lambda one: (-abs(one.in_all_ns), one.key))


def _shift(key: Key, first: Calls, second: Calls, tests: int) -> Shift:
    difference = mann_whitney(first.own, second.own)
    return Shift(
        key, first, second, median(first.own), median(second.own), difference,
        sure(difference, len(first.own), len(second.own), tests),
    )  # fmt: skip


def sure(difference: Difference, first: int, second: int, tests: int = 1) -> bool | None:
    """Whether chance does not explain a difference, so many functions having been looked at; None: too few calls."""
    if surest(first, second) * tests >= _UNLIKELY:
        return None
    return difference.chance * tests < _UNLIKELY


def _matters(shift: Shift, least: float, whole: int) -> bool:
    ratio = max(shift.ratio, 1 / max(shift.ratio, 1e-9))
    if shift.is_sure is False or ratio < 1 + least:
        return False
    return abs(shift.in_all_ns) >= whole * (_WORTH if shift.is_sure else _PERHAPS)


def _errors(first: Side, second: Side) -> list[Raised]:
    before, after = first.errors(), second.errors()
    return [
        Raised(*one, before.get(one, []), after.get(one, []))
        for one in sorted(before.keys() | after.keys())
        if not before.get(one) or not after.get(one)
    ]
