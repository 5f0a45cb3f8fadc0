"""Puts spans on lanes, on each of which they lie within or behind one another, as viewers of timelines want them.

The spans of a thread are on one lane as long as that can be; what runs side by side in it, as tasks do, gets more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from instrumenter.exporting.source import Source, Visit
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span


@dataclass(eq=False, slots=True)
class Lane:
    """One of the lanes of a thread."""

    segment: Segment
    thread: int
    """Its number in the process."""
    number: int
    """0 for the thread's first lane."""
    serial: int
    """From 0 in the order in which lanes were needed."""
    open: int = 0
    """How many of its spans are open."""
    free_from: int = 0
    """When the last of its spans ended that lie in no other there."""

    @property
    def name(self) -> str:
        """`MainThread`, `MainThread (2)`."""
        name = self.segment.thread(self.thread).name
        return f"{name} ({self.number + 1})" if self.number else name


@dataclass(eq=False, slots=True)
class Placed:
    """A span on its lane."""

    visit: Visit
    lane: Lane
    start: int
    end: int
    filled_to: int
    """When the last of the spans ended that lie directly in it on its lane."""

    @property
    def span(self) -> Span:
        """The span."""
        return self.visit.span


@dataclass(frozen=True, slots=True)
class Step:
    """A span is opened or closed; on each lane times never decrease."""

    placed: Placed
    opens: bool


@dataclass(slots=True)
class Lanes:
    """The lanes of all threads, made as they are needed."""

    all: list[Lane] = field(default_factory=list)
    _of: dict[tuple[Segment, int], list[Lane]] = field(default_factory=dict)

    def steps(self, source: Source) -> Iterator[Step]:
        """The spans of a source, opened and closed."""
        path: list[Placed] = []
        for visit in source.walk():
            while len(path) > visit.depth:
                yield self._close(path.pop())
            placed = self._place(visit, path[-1] if path else None)
            path.append(placed)
            yield Step(placed, True)
        while path:
            yield self._close(path.pop())

    def _place(self, visit: Visit, parent: Placed | None) -> Placed:
        span = visit.span
        start, thread = span.start_ns, span.thread_number
        end = max(span.end_ns, start)
        lane = parent.lane if parent and not visit.crossed and _fits(parent, span, start, end) else None
        if lane and parent:
            parent.filled_to = end
        else:
            lane = self._free(span.segment, thread, start)
            lane.free_from = end
        lane.open += 1
        return Placed(visit, lane, start, end, start)

    def _free(self, segment: Segment, thread: int, start: int) -> Lane:
        """A lane of a thread on which nothing is open from a moment on."""
        lanes = self._of.setdefault((segment, thread), [])
        for lane in lanes:
            if not lane.open and lane.free_from <= start:
                return lane
        lanes.append(Lane(segment, thread, len(lanes), len(self.all)))
        self.all.append(lanes[-1])
        return lanes[-1]

    @staticmethod
    def _close(placed: Placed) -> Step:
        placed.lane.open -= 1
        return Step(placed, False)


def _fits(parent: Placed, span: Span, start: int, end: int) -> bool:
    lane = parent.lane
    same = span.segment is lane.segment and span.thread_number == lane.thread
    return same and parent.filled_to <= start and end <= parent.end
