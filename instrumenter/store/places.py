"""What the spans of a segment are activations of: a number a span, and a row a number."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from instrumenter.store.self_times import Ways, way
from instrumenter.store.spelling import plain
from instrumenter.store.times import short, view
from instrumenter.trace.definitions import Function
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span

Site: TypeAlias = tuple[str, str, int, str, str]
"""File, function, line, kind, expression: a row of the table `sites` without its number."""
_DENSE = 1 << 22


class Places:
    """The sites of one segment, numbered as they are met."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._numbers: dict[Site, int] = {}
        self.of_span = self._of_spans()
        """The number of each span's site."""

    def ways(self) -> Ways:
        """How each span ran."""
        of_site = np.array([way(kind) for _, _, _, kind, _ in self._numbers], dtype=np.uint8)
        return of_site[self.of_span] if len(of_site) else np.empty(0, dtype=np.uint8)

    @property
    def sites(self) -> list[Site]:
        """The sites, each at the place of its number."""
        return list(self._numbers)

    def number(self, function: Function, kind: str) -> int:
        """The number of a site."""
        site = (plain(function.file), plain(function.name), short(function.line), kind, plain(function.expression))
        return self._numbers.setdefault(site, len(self._numbers))

    def _of_spans(self) -> NDArray[np.int32]:
        table = self._segment.table
        sites = view(table.sites, "u4")
        if table.callees:
            callees = view(table.callees, "u4")
            sites = sites.astype(np.int64) * (int(np.max(callees)) + 1) + callees
        firsts, places = _distinct(sites)
        spans = (Span(self._segment, int(row)) for row in firsts)
        numbers = [self.number(span.function, span.kind) for span in spans]
        return np.array(numbers, dtype=np.int32)[places] if numbers else np.empty(0, dtype=np.int32)


def _distinct(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The row at which each value is met first, and the place of each row's value among those."""
    size = int(np.max(values)) + 1 if len(values) else 0
    if not 0 <= size <= _DENSE:
        _, firsts, places = np.unique(values, return_index=True, return_inverse=True)
        return firsts, places
    first = np.full(size, -1, dtype=np.int64)
    first[values[::-1]] = np.arange(len(values) - 1, -1, -1)
    met = np.flatnonzero(first >= 0)
    place = np.empty(size, dtype=np.int32)
    place[met] = np.arange(len(met))
    return first[met], place[values]
