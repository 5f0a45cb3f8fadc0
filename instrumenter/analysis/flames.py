"""The calls of some traces merged by the way that led to them: what a flame graph shows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from instrumenter.trace.definitions import Function
from instrumenter.trace.forest import Forest
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.table import AWAIT, CALL

Rows = dict[Segment, "array[int]"]
"""The rows of some spans, by the segments that they are in."""


@dataclass(slots=True, eq=False)
class Flame:
    """All calls of one function that the same chain of functions led to. Times are ns."""

    function: Function
    is_function: bool
    """Whether the function is instrumented; else this is a call or an await."""
    depth: int
    parent: Flame | None
    calls: int = 0
    errors: int = 0
    total_ns: int = 0
    self_ns: int = 0
    """The total without what it called; 0 where that ran side by side and took longer."""
    width_ns: int = 0
    """The total, or what is drawn below it together, where that is more."""
    children: list[Flame] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far down a graph goes: levels, and the least total of what is shown."""

    depth: int | None = None
    least_ns: int = 0


class Merging:
    """Merges calls from the top down; what is too small to be shown is not looked into."""

    def __init__(self, forest: Forest, extent: Extent) -> None:
        self._forest = forest
        self._extent = extent
        self._keys: dict[tuple[Segment, int, int, int], tuple[str, str, bool]] = {}

    def below(self, roots: Sequence[Span]) -> list[Flame]:
        """The graph of some roots and all below them."""
        top = self._grouped(((root.segment, root.index) for root in roots), None)
        kept = [(flame, rows) for flame, rows in top if flame.total_ns >= self._extent.least_ns]
        found, place = kept[:], 0
        while place < len(found):
            found += self._expand(*found[place])
            found[place] = (found[place][0], {})
            place += 1
        for flame, _ in reversed(found):
            flame.width_ns = max(flame.total_ns, sum(child.width_ns for child in flame.children))
        return [flame for flame, _ in kept]

    def _expand(self, flame: Flame, rows: Rows) -> list[tuple[Flame, Rows]]:
        """Find what a flame's calls called; gives what of that is shown."""
        children = (child for segment, some in rows.items() for child in self._forest.rows_below(segment, some))
        below = self._grouped(children, flame)
        flame.self_ns = max(flame.total_ns - sum(child.total_ns for child, _ in below), 0)
        if self._extent.depth is not None and flame.depth + 1 >= self._extent.depth:
            return []
        shown = [one for one in below if one[0].total_ns >= self._extent.least_ns]
        flame.children = [child for child, _ in shown]
        return shown

    def _grouped(self, spans: Iterable[tuple[Segment, int]], parent: Flame | None) -> list[tuple[Flame, Rows]]:
        groups: dict[tuple[str, str, bool], Rows] = {}
        for segment, row in spans:
            groups.setdefault(self._key(segment, row), {}).setdefault(segment, array("i")).append(row)
        return [(_flame(rows, parent), rows) for rows in groups.values()]

    def _key(self, segment: Segment, row: int) -> tuple[str, str, bool]:
        """What a span is merged by: file, name, whether it is a function's."""
        table = segment.table
        plain = table.flags[row] & (CALL | AWAIT)
        short = (segment, table.sites[row], table.callee(row), plain)
        if short not in self._keys:
            function = segment.function(*short[1:3])
            self._keys[short] = (function.file, function.name, not plain)
        return self._keys[short]


def _flame(rows: Rows, parent: Flame | None) -> Flame:
    segment, some = next(iter(rows.items()))
    first = Span(segment, some[0])
    flame = Flame(first.function, first.is_function, parent.depth + 1 if parent else 0, parent)
    for one, members in rows.items():
        flame.calls += len(members)
        flame.errors += sum(map(one.table.failed, members))
        flame.total_ns += sum(durations(one, members))
    return flame


def durations(segment: Segment, rows: Iterable[int]) -> Iterator[int]:
    """What some spans of a segment took, in ns."""
    unix, starts, ends = segment.header.clock.unix, segment.table.starts, segment.table.ends
    return (max(unix(ends[row]) - unix(starts[row]), 0) for row in rows)


def placed(flames: Sequence[Flame]) -> Iterator[tuple[Flame, int]]:
    """Each flame with where it begins, in ns from the left; parents before their children."""
    waiting: list[tuple[Flame, int]] = list(_side_by_side(flames, 0))[::-1]
    while waiting:
        flame, start = waiting.pop()
        yield flame, start
        waiting += list(_side_by_side(flame.children, start))[::-1]


def _side_by_side(flames: Sequence[Flame], start: int) -> Iterator[tuple[Flame, int]]:
    for flame in flames:
        yield flame, start
        start += flame.width_ns
