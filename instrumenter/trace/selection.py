"""Which spans a tree shows: those that match, and the way to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from instrumenter.trace.forest import Forest
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a span must be to be shown; by default every span is."""

    function: str = ""
    """A glob that the qualified name, or its last part, must match."""
    min_ns: int = 0
    errors: bool = False

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.function or self.min_ns or self.errors)


class Selection:
    """The spans that are wanted, with all that are above them."""

    def __init__(self, forest: Forest, wanted: Wanted) -> None:
        self._forest = forest
        self._kept: dict[Segment, bytearray] | None = None
        self._matched: dict[Segment, bytearray] = {}
        if not wanted.everything:
            self._matched = {one: _matches(one, wanted) for one in forest.segments}
            self._kept = {one: bytearray(len(one.table)) for one in forest.segments}
            for segment, marks in self._matched.items():
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
        return [span for span in spans if kept[span.segment][span.index]]

    def count(self) -> int:
        """How many spans are shown in all."""
        if self._kept is None:
            return sum(len(segment.table) for segment in self._forest.segments)
        return sum(kept.count(1) for kept in self._kept.values())


def _matches(segment: Segment, wanted: Wanted) -> bytearray:
    """One byte a span: 1 where it is wanted itself."""
    table, sites = segment.table, dict.fromkeys(set(segment.table.sites), True)
    if wanted.function:
        sites = {site: _named(segment, site, wanted.function) for site in sites}
    marks = bytearray(map(sites.__getitem__, table.sites))
    if wanted.errors or wanted.min_ns:
        for index, marked in enumerate(marks):
            marks[index] = marked and _passes(segment, index, wanted)
    return marks


def _passes(segment: Segment, index: int, wanted: Wanted) -> bool:
    if wanted.errors and not segment.table.failed(index):
        return False
    return not wanted.min_ns or Span(segment, index).duration_ns >= wanted.min_ns


def _named(segment: Segment, site: int, glob: str) -> bool:
    name = segment.function(site).name
    return fnmatchcase(name, glob) or fnmatchcase(name.rpartition(".")[2], glob)
