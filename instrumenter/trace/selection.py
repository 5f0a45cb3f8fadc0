"""Which spans a tree shows: those that match, and the way to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from instrumenter.trace.forest import Forest
from instrumenter.trace.patterns import Pattern
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.table import AWAIT, CALL


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a span must be to be shown; by default every span is."""

    function: str = ""
    """A glob that the qualified name, or its last part, must match; `FILE::` in front is one for the file."""
    min_ns: int = 0
    errors: bool = False
    kinds: frozenset[str] = frozenset()
    """The kinds that are shown; what was below a span of another kind takes its place. None named: all."""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.function or self.min_ns or self.errors or self.kinds)


class Selection:
    """The spans that are wanted, with all that are above them."""

    def __init__(self, forest: Forest, wanted: Wanted) -> None:
        self._forest = forest
        self._kept: dict[Segment, bytearray] | None = None
        self._hidden: dict[Segment, bytearray] = {}
        if wanted.kinds:
            self._hidden = {one: _hidden(one, wanted.kinds) for one in forest.segments}
        if not wanted.everything:
            matched = {one: _matches(one, wanted, self._hidden.get(one)) for one in forest.segments}
            self._kept = {one: bytearray(len(one.table)) for one in forest.segments}
            for segment, marks in matched.items():
                self._keep(segment, marks)

    def _keep(self, segment: Segment, marks: bytearray) -> None:
        assert self._kept is not None
        index = marks.find(1)
        while index >= 0:
            span: Span | None = Span(segment, index)
            while span is not None and not self._kept[span.segment][span.index]:
                self._kept[span.segment][span.index] = 1
                span = self._forest.parent(span)
            index = marks.find(1, index + 1)

    def of(self, spans: Sequence[Span]) -> Sequence[Span]:
        """Those of `spans` that are shown."""
        if self._kept is None:
            return spans
        kept = self._kept
        found = spans if not self._hidden else list(self._uncovered(spans))
        return [span for span in found if kept[span.segment][span.index]]

    def _uncovered(self, spans: Sequence[Span]) -> Iterator[Span]:
        """The spans, with what is below them in the place of those of other kinds."""
        waiting = list(reversed(spans))
        while waiting:
            span = waiting.pop()
            if self._hidden[span.segment][span.index]:
                waiting += reversed(self._forest.children(span))
            else:
                yield span

    def count(self) -> int:
        """How many spans are shown in all."""
        if self._kept is None:
            return sum(len(segment.table) for segment in self._forest.segments)
        kept = sum(marks.count(1) for marks in self._kept.values())
        return kept - sum(sum(map(int.__and__, marks, self._kept[one])) for one, marks in self._hidden.items())


def _hidden(segment: Segment, kinds: frozenset[str]) -> bytearray:
    """One byte a span: 1 where it is of none of these kinds."""
    sites: dict[int, bool] = {}
    marks = bytearray(len(segment.table))
    for index, (site, flags) in enumerate(zip(segment.table.sites, segment.table.flags, strict=True)):
        key = site if not flags & (CALL | AWAIT) else -1 - (flags & CALL)
        if key not in sites:
            sites[key] = Span(segment, index).kind not in kinds
        marks[index] = sites[key]
    return marks


def _matches(segment: Segment, wanted: Wanted, hidden: bytearray | None) -> bytearray:
    """One byte a span: 1 where it is wanted itself."""
    table = segment.table
    marks = _named(segment, Pattern.parse(wanted.function)) if wanted.function else bytearray(b"\1" * len(table))
    if hidden or wanted.errors or wanted.min_ns:
        for index, marked in enumerate(marks):
            shown = marked and not (hidden and hidden[index])
            marks[index] = shown and _passes(segment, index, wanted)
    return marks


def _passes(segment: Segment, index: int, wanted: Wanted) -> bool:
    if wanted.errors and not segment.table.failed(index):
        return False
    return not wanted.min_ns or Span(segment, index).duration_ns >= wanted.min_ns


def _named(segment: Segment, pattern: Pattern) -> bytearray:
    table = segment.table
    kinds = zip(table.sites, table.callees or bytes(len(table)), strict=True)
    names: dict[tuple[int, int], bool] = {}
    marks = bytearray(len(table))
    for index, key in enumerate(kinds):
        if key not in names:
            function = segment.function(*key)
            names[key] = pattern.matches(function.file, function.name)
        marks[index] = names[key]
    return marks
