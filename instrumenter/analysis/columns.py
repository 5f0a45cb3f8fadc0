"""The spans of some traces as columns, in the order of a walk: some tens of bytes a span, not an object."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instrumenter.trace.forest import Forest
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.table import AWAIT, CALL

GENERATOR = "generator"


@dataclass(frozen=True, slots=True)
class Subject:
    """What spans are activations of."""

    name: str
    file: str
    line: int
    kind: str

    @property
    def is_function(self) -> bool:
        """Whether it is instrumented; else it is a call or an await."""
        return self.kind not in ("call", "await")


class Columns:
    """One entry a span, at a *place*: parents before their children, siblings in the order of their start. Unix ns."""

    def __init__(self, forest: Forest, roots: Sequence[Span]) -> None:
        self.segments = list(forest.segments)
        self.origins = array("H")
        """Index of the segment."""
        self.rows = array("i")
        self.parents = array("i")
        """Place of the parent; -1 for a root."""
        self.after = array("i")
        """The place behind the last span below each."""
        self.starts = array("q")
        self.ends = array("q")
        self.kinds = array("i")
        """Index of the subject."""
        self.subjects: list[Subject] = []
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._known: dict[tuple[int, int, int, int], int] = {}
        self._fill(forest, roots)
        self._close()

    def __len__(self) -> int:
        return len(self.rows)

    def _fill(self, forest: Forest, roots: Sequence[Span]) -> None:
        origins = {segment: number for number, segment in enumerate(self.segments)}
        waiting = [(root.segment, root.index, -1) for root in reversed(roots)]
        while waiting:
            segment, row, parent = waiting.pop()
            place = len(self.rows)
            self._add(segment, origins[segment], row, parent)
            below = [(one, child, place) for one, child in forest.rows_below(segment, (row,))]
            if len(below) > 1:
                below.sort(key=_start)
                below.reverse()
            waiting += below

    def _add(self, segment: Segment, origin: int, row: int, parent: int) -> None:
        table, unix = segment.table, segment.header.clock.unix
        start = unix(table.starts[row])
        self.origins.append(origin)
        self.rows.append(row)
        self.parents.append(parent)
        self.starts.append(start)
        self.ends.append(max(unix(table.ends[row]), start))
        short = (origin, table.sites[row], table.callee(row), table.flags[row] & (CALL | AWAIT))
        if short not in self._known:
            self._known[short] = self._number(Span(segment, row))
        self.kinds.append(self._known[short])

    def _number(self, span: Span) -> int:
        function, kind = span.function, span.kind
        number = self._numbers.setdefault((function.file, function.name, kind), len(self.subjects))
        if number == len(self.subjects):
            self.subjects.append(Subject(function.name, function.file, function.line, kind))
        return number

    def _close(self) -> None:
        self.after.frombytes(bytes(self.after.itemsize * len(self)))
        for place in range(len(self) - 1, -1, -1):
            self.after[place] = max(self.after[place], place + 1)
            parent = self.parents[place]
            if parent >= 0:
                self.after[parent] = max(self.after[parent], self.after[place])

    def span(self, place: int) -> Span:
        """The span at a place."""
        return Span(self.segments[self.origins[place]], self.rows[place])

    def subject(self, place: int) -> Subject:
        """What the span at a place is an activation of."""
        return self.subjects[self.kinds[place]]

    def duration(self, place: int) -> int:
        """What it took, in ns."""
        return self.ends[place] - self.starts[place]

    def failed(self, place: int) -> bool:
        """Whether it ended with an exception."""
        return self.segments[self.origins[place]].table.failed(self.rows[place])

    def waited(self, place: int) -> int:
        """How long it was paused, in ns, as far as that is known."""
        segment = self.segments[self.origins[place]]
        return segment.header.clock.lasting(segment.table.waits.get(self.rows[place], 0))

    def roots(self) -> Iterator[int]:
        """The places at the top."""
        place = 0
        while place < len(self):
            yield place
            place = self.after[place]

    def children(self, place: int) -> Iterator[int]:
        """The places directly below one, in the order of their start."""
        child, end = place + 1, self.after[place]
        while child < end:
            yield child
            child = self.after[child]

    @property
    def total_ns(self) -> int:
        """What the traces took together."""
        return sum(map(self.duration, self.roots()))

    def self_times(self) -> array[int]:
        """What each took in itself, without what ran below it."""
        took = array("q", map(self._running, range(len(self))))
        own, reach = took[:], self.starts[:]
        for place, parent in enumerate(self.parents):
            if parent < 0:
                continue
            if self.subject(place).kind == GENERATOR:
                own[parent] -= took[place]
                continue
            start, end = max(self.starts[place], reach[parent]), min(self.ends[place], self.ends[parent])
            if end > start:
                own[parent] -= end - start
                reach[parent] = end
        return array("q", (max(ns, 0) for ns in own))

    def _running(self, place: int) -> int:
        """The duration; of a generator, whose caller runs while it is paused, the active time."""
        paused = self.waited(place) if self.subject(place).kind == GENERATOR else 0
        return max(self.duration(place) - paused, 0)


def _start(one: tuple[Segment, int, int]) -> tuple[int, int]:
    segment, row, _ = one
    return segment.header.clock.unix(segment.table.starts[row]), row
