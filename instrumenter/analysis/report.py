"""Everything that `spans analyze` finds out about some traces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from instrumenter.analysis.big_values import Big, big_values
from instrumenter.analysis.columns import Columns, Subject
from instrumenter.analysis.critical_path import Stretch, critical_path
from instrumenter.analysis.history import Anomaly, History, anomalies, history
from instrumenter.analysis.n_plus_one import Pattern, n_plus_one
from instrumenter.analysis.repeats import Repeat, repeats
from instrumenter.analysis.waiting import waiting_times
from instrumenter.trace.runs import Run
from instrumenter.trace.span import Span

BOTTLENECK = 0.3
"""What takes more than this part of the total in itself is a bottleneck."""
_WORTH = 0.01
"""A pattern of N+1 calls that takes less than this part of the total is not worth a word."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What all spans of one subject come to."""

    subject: Subject
    calls: int
    self_ns: int
    waiting_ns: int
    path_ns: int
    """How long it was on the critical path."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; `columns` has the spans at the places that are named."""

    columns: Columns
    root: int
    """The place of the longest trace, whose critical path it is."""
    figures: list[Figures]
    path: list[Stretch]
    repeats: list[Repeat]
    saved_ns: int
    patterns: list[Pattern]
    big: list[Big]
    past: History
    anomalies: list[Anomaly]

    @property
    def total_ns(self) -> int:
        """What the traces took together."""
        return self.columns.total_ns

    @property
    def bottlenecks(self) -> list[Figures]:
        """What takes more than its share in itself, the heaviest first."""
        heavy = (one for one in self.figures if one.self_ns > BOTTLENECK * self.total_ns)
        return sorted(heavy, key=lambda one: -one.self_ns)

    @property
    def waiting_ns(self) -> int:
        """How long was waited."""
        return sum(one.waiting_ns for one in self.figures)

    @property
    def running_ns(self) -> int:
        """How long something ran, what ran side by side counted for each."""
        return sum(one.self_ns for one in self.figures) - self.waiting_ns


def report(run: Run, roots: Sequence[Span], before: Iterable[Run], most: int) -> Report:
    """What there is to say of some traces of a run; `before` are the runs to hold it against, the newest first."""
    columns = Columns(run.forest, roots)
    root = max(columns.roots(), key=columns.duration, default=0)
    path = critical_path(columns, root) if len(columns) else []
    saved, saved_ns = repeats(columns)
    patterns = n_plus_one(columns, int(_WORTH * columns.total_ns))
    past = history(before, {(one.file, one.name) for one in columns.subjects if one.is_function})
    return Report(
        columns, root, _figures(columns, path), path, saved, saved_ns, patterns, big_values(columns, most), past,
        anomalies(columns, past),
    )  # fmt: skip


def _figures(columns: Columns, path: Sequence[Stretch]) -> list[Figures]:
    own = columns.self_times()
    waits = waiting_times(columns, own)
    calls, spent, waited, on_path = ([0] * len(columns.subjects) for _ in range(4))
    for place, number in enumerate(columns.kinds):
        calls[number] += 1
        spent[number] += own[place]
        waited[number] += waits[place]
    for stretch in path:
        on_path[columns.kinds[stretch.place]] += stretch.ns
    return [Figures(*one) for one in zip(columns.subjects, calls, spent, waited, on_path, strict=True)]
