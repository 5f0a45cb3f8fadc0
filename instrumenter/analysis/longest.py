"""The longest spans of some traces, found from the top down: a picture has room for so many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from instrumenter.analysis.flames import durations
from instrumenter.trace.forest import Forest
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span


@dataclass(frozen=True, slots=True)
class Placed:
    """A span with its depth and its parent's place in the list."""

    span: Span
    depth: int
    parent: int


@dataclass(frozen=True, slots=True)
class Longest:
    """Some spans, parents before their children, and what the longest of those took that had no room; 0: none."""

    spans: list[Placed]
    beyond_ns: int


def longest(
    forest: Forest, roots: Sequence[Span], most: int, least_ns: int = 0, depth: int | None = None
) -> Longest:  # fmt: skip
    """At most so many spans, each with all above it, none shorter than `least_ns`, down to a depth."""
    heap: list[tuple[int, int, Segment, int, int, int]] = []
    chosen: list[Placed] = []
    below: list[list[int]] = [[]]
    serial = 0
    fresh = ((root.segment, root.index) for root in roots)
    parent, level = -1, 0
    while True:
        for segment, row in fresh if depth is None or level < depth else ():
            took = next(durations(segment, (row,)))
            if took >= least_ns:
                serial += 1
                heappush(heap, (-took, serial, segment, row, parent, level))
        if not heap or len(chosen) == most:
            return Longest(_in_order(chosen, below), -heap[0][0] if heap else 0)
        _, _, segment, row, above, level = heappop(heap)
        parent = len(chosen)
        chosen.append(Placed(Span(segment, row), level, above))
        below.append([])
        below[above + 1].append(parent)
        fresh, level = ((one, child) for one, child in forest.rows_below(segment, (row,))), level + 1


def _in_order(chosen: list[Placed], below: list[list[int]]) -> list[Placed]:
    """Parents before their children, those in the order of their start; `below` lists children, the roots first."""
    found: list[Placed] = []
    for place, parent in _walk(chosen, below):
        found.append(Placed(chosen[place].span, chosen[place].depth, parent))
    return found


def _walk(chosen: list[Placed], below: list[list[int]]) -> Iterator[tuple[int, int]]:
    def waiting_below(place: int, parent: int) -> list[tuple[int, int]]:
        ordered = sorted(below[place + 1], key=lambda child: (chosen[child].span.start_ns, chosen[child].span.index))
        return [(child, parent) for child in reversed(ordered)]

    waiting, count = waiting_below(-1, -1), 0
    while waiting:
        place, parent = waiting.pop()
        yield place, parent
        waiting += waiting_below(place, count)
        count += 1
