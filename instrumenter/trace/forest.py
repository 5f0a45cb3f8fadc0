"""The trees that a run's spans form, across threads and forked processes.

Nothing here recurses: a program's call tree may be deeper than the interpreter's stack.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence

from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.starting import FORGOTTEN, starter
from instrumenter.trace.table import HERE, NO_PARENT, SpanTable

_NONE = -1


class _Links:
    """First child and next sibling of every span of one segment, in the order of the table."""

    def __init__(self, table: SpanTable) -> None:
        size = len(table)
        self.first = array("i", [_NONE]) * size
        self.next = array("i", [_NONE]) * size
        self.roots: list[int] = []
        self.outside: list[int] = []
        """Spans whose parent is in another segment."""
        first, following = self.first, self.next
        for index in range(size - 1, -1, -1):
            parent = table.parents[index]
            if parent >= 0:
                following[index] = first[parent]
                first[parent] = index
            else:
                (self.roots if parent == NO_PARENT else self.outside).append(index)
        self.roots.reverse()
        self.outside.reverse()

    def children(self, index: int) -> Iterator[int]:
        child = self.first[index]
        while child != _NONE:
            yield child
            child = self.next[child]


class Forest:
    """The span trees of some segments, usually those of one run."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = segments
        self._links = {segment: _Links(segment.table) for segment in segments}
        self._adopted: dict[Span, list[Span]] = {}
        self._parents: dict[Span, Span | None] = {}
        for segment in segments:
            for index in self._links[segment].outside:
                self._adopt(Span(segment, index))
        for segment in segments:
            self._start(segment)

    def _adopt(self, span: Span) -> None:
        parent = _find(span.segment, *span.segment.table.elsewhere[-2 - span.segment.table.parents[span.index]])
        if parent is None or parent.segment not in self._links:
            self._links[span.segment].roots.append(span.index)
            return
        self._hang(span, parent)

    def _hang(self, span: Span, parent: Span) -> None:
        self._parents[span] = parent
        self._adopted.setdefault(parent, []).append(span)

    def _start(self, segment: Segment) -> None:
        """Hang the roots of a process below the span that started it, where that is known and there."""
        found = starter(segment)
        if found is None or found[1] == FORGOTTEN or found[0] not in self._links:
            return
        parent = Span(*found)
        for index in self._links[segment].roots:
            self._hang(Span(segment, index), parent)
        self._links[segment].roots.clear()

    def roots(self) -> list[Span]:
        """The spans without a parent, in the order of their start."""
        return sorted(
            (Span(segment, index) for segment, links in self._links.items() for index in links.roots), key=_start
        )

    def parent(self, span: Span) -> Span | None:
        """The span below which this one stands."""
        parent = span.segment.table.parents[span.index]
        return Span(span.segment, parent) if parent >= 0 else self._parents.get(span)

    def children(self, span: Span) -> list[Span]:
        """The spans directly below, in the order of their start."""
        segment = span.segment
        found = [Span(segment, index) for index in self._links[segment].children(span.index)]
        adopted = self._adopted.get(span)
        if adopted:
            found += adopted
        if adopted or len(segment.table.threads) > 1:
            found.sort(key=_start)
        return found

    def rows_below(self, segment: Segment, rows: Iterable[int]) -> Iterator[tuple[Segment, int]]:
        """(segment, row) of the spans directly below some rows, without an object for each; in no order of time."""
        links = self._links[segment]
        for row in rows:
            for child in links.children(row):
                yield segment, child
            if self._adopted:
                for adopted in self._adopted.get(Span(segment, row), ()):
                    yield adopted.segment, adopted.index

    def ancestors(self, span: Span) -> list[Span]:
        """The spans above, the parent first."""
        chain: list[Span] = []
        seen = {span}
        above = self.parent(span)
        while above is not None and above not in seen:
            chain.append(above)
            seen.add(above)
            above = self.parent(above)
        return chain

    def root(self, span: Span) -> Span:
        """The root of a span's trace."""
        above = self.ancestors(span)
        return above[-1] if above else span

    def below(self, span: Span) -> Iterator[Span]:
        """A span and all below it, parents before their children."""
        waiting = [span]
        while waiting:
            span = waiting.pop()
            yield span
            waiting += reversed(self.children(span))

    def walk(self) -> Iterator[Span]:
        """All spans, parents before their children."""
        for root in self.roots():
            yield from self.below(root)

    def figures(self, root: Span) -> tuple[int, int]:
        """How many spans there are at and below a root, and how many of them failed."""
        count = errors = 0
        waiting = [(root.segment, [root.index])]
        while waiting:
            segment, rows = waiting.pop()
            links, table = self._links[segment], segment.table
            while rows:
                row = rows.pop()
                count += 1
                errors += table.failed(row)
                rows += links.children(row)
                if self._adopted:
                    adopted = self._adopted.get(Span(segment, row), ())
                    waiting += [(child.segment, [child.index]) for child in adopted]
        return count, errors

    def trace_id(self, root: Span) -> str:
        """32 hexadecimal digits for the trace below a root."""
        return f"{root.segment.header.clock.unix0 & ((1 << 64) - 1):016x}{root.span_id}"


def _start(span: Span) -> int:
    return span.start_ns


def _find(segment: Segment, up: int, number: int) -> Span | None:
    """The span in an ancestor's segment that a reference means."""
    if up == HERE:
        return None
    chain = segment.fork_chain()
    if up:
        index = chain[up - 1].table.index(number) if up <= len(chain) else None
        return Span(chain[up - 1], index) if index is not None else None
    for ancestor in chain:
        if number in ancestor.table.handles:
            return Span(ancestor, ancestor.table.handles[number] >> 1)
    return None
