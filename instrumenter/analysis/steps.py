"""What happened, step by step in the order of time: spans that begin and end, and what happened within them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from instrumenter.trace.events import Event, events
from instrumenter.trace.forest import Forest
from instrumenter.trace.span import Span

ENTER, LEAVE, HAPPEN = "enter", "leave", "event"
_BETWEEN, _LAST, _FIRST = range(3)
"""At one moment what is further in comes first, and what happens within a span before its end."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. Each span has a number, in the order in which they began."""

    kind: str
    """`enter`, `leave` or `event`."""
    time_ns: int
    """Unix ns."""
    span: Span
    number: int
    depth: int
    event: Event | None = None


def steps(forest: Forest, roots: Sequence[Span], *, with_events: bool) -> Iterator[Step]:
    """The steps below some roots; the tree is walked as time goes on, never held as a whole."""
    return _Player(forest, with_events).play(roots)


@dataclass(slots=True)
class _Line:
    """What waits for its moment: the next of some siblings, the end of a span, or the next event of one."""

    depth: int
    siblings: Iterator[Span] | None = None
    span: Span | None = None
    number: int = 0
    events: Iterator[Event] | None = None
    event: Event | None = None


class _Player:
    def __init__(self, forest: Forest, with_events: bool) -> None:
        self._forest = forest
        self._with_events = with_events
        self._waiting: list[tuple[int, int, int, int, _Line]] = []
        """(moment, minus the depth, what comes first at one moment, serial number, what waits)."""
        self._serial = 0
        self._count = 0

    def play(self, roots: Sequence[Span]) -> Iterator[Step]:
        self._next_sibling(iter(roots), 0)
        while self._waiting:
            moment, _, _, _, line = heappop(self._waiting)
            assert line.span is not None
            if line.siblings is not None:
                self._next_sibling(line.siblings, line.depth)
                self._count += 1
                yield Step(ENTER, moment, line.span, self._count, line.depth)
                self._open(line.span, self._count, line.depth)
            elif line.events is not None:
                yield Step(HAPPEN, moment, line.span, line.number, line.depth, line.event)
                self._next_event(line)
            else:
                yield Step(LEAVE, moment, line.span, line.number, line.depth)

    def _wait(self, moment: int, order: int, line: _Line) -> None:
        self._serial += 1
        heappush(self._waiting, (moment, -line.depth, order, self._serial, line))

    def _next_sibling(self, siblings: Iterator[Span], depth: int) -> None:
        span = next(siblings, None)
        if span is not None:
            self._wait(span.start_ns, _FIRST, _Line(depth, siblings, span))

    def _open(self, span: Span, number: int, depth: int) -> None:
        self._next_sibling(iter(self._forest.children(span)), depth + 1)
        if self._with_events:
            self._next_event(_Line(depth, None, span, number, events(span)))
        if span.ended:
            self._wait(max(span.end_ns, span.start_ns), _LAST, _Line(depth, None, span, number))

    def _next_event(self, line: _Line) -> None:
        assert line.events is not None
        line.event = next(line.events, None)
        if line.event is not None:
            self._wait(line.event.time_ns, _BETWEEN, line)
