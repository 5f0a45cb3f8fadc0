"""What a trace's end waited for: had any of it been quicker, the trace had been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instrumenter.analysis.columns import GENERATOR, Columns


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the span at a place, and nothing below it, held everything up. Unix ns."""

    place: int
    start: int
    end: int

    @property
    def ns(self) -> int:
        """How long that was."""
        return self.end - self.start


def critical_path(columns: Columns, root: int) -> list[Stretch]:
    """The stretches of a trace's critical path, in the order of time; together they last as long as the trace.

    Goes back from the end: what ended last before a moment is what was waited for then. What was still running, in
    another thread or task, was not.
    """
    found: list[Stretch] = []
    moment = columns.ends[root]
    open_ = [(root, _by_end(columns, root))]
    while open_:
        place, below = open_[-1]
        child = next((one for one in below if columns.ends[one] <= moment), None)
        since = max(columns.starts[place] if child is None else columns.ends[child], columns.starts[root])
        if since < moment:
            found.append(Stretch(place, since, moment))
            moment = since
        if child is None:
            open_.pop()
        else:
            open_.append((child, _by_end(columns, child)))
    return found[::-1]


def _by_end(columns: Columns, place: int) -> Iterator[int]:
    """What runs below a span, what ended last first."""
    return iter(sorted(_below(columns, place), key=lambda one: (columns.ends[one], one), reverse=True))


def _below(columns: Columns, place: int) -> Iterator[int]:
    """Its children; what a generator does in the place of the generator, which its caller's work interrupts."""
    waiting = list(columns.children(place))
    while waiting:
        child = waiting.pop()
        if columns.subject(child).kind == GENERATOR:
            waiting += columns.children(child)
        else:
            yield child
