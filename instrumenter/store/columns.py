"""The columns of a segment's table as the index has them: whole columns at a time, never span by span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from instrumenter.store.self_times import PAUSED, Ways, below
from instrumenter.store.times import Ints, Times, view
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.starting import FORGOTTEN, starter
from instrumenter.trace.table import AWAIT, CALL, ENDED, FAILED, HERE, LOST, NO_PARENT, PLACE_BITS, SpanTable

OK, ERROR, UNFINISHED = range(3)
NOTHING = -1
"""In the place of a parent's key."""
_PLACE = (1 << PLACE_BITS) - 1
_REUSED = 1 << PLACE_BITS - 1


def keys(segment: int, numbers: NDArray[np.uint64]) -> Ints:
    """The keys of spans with these numbers, as `short_number` makes them."""
    turn = numbers >> np.uint64(PLACE_BITS)
    short = numbers
    if turn.any():
        reused = np.uint64(_REUSED) | turn << np.uint64(16) | numbers & np.uint64(0xFFFF)
        short = np.where(turn > 0, reused & np.uint64(_PLACE), numbers)
    return short.astype(np.int64) | segment << PLACE_BITS


@dataclass(frozen=True, slots=True)
class Part:
    """The columns of some spans; times and durations in ns."""

    start: Ints
    duration: Ints
    waited: Ints
    own: Ints
    parent: Ints
    """Key of the parent, or `NOTHING`."""
    trace: Ints
    span: Ints
    thread: NDArray[np.int32]
    status: NDArray[np.uint8]


class Above:
    """Finds what the spans hang below whose parents are in other processes' segments."""

    def __init__(self, segment: Segment, numbers: dict[str, int]) -> None:
        self._segment = segment
        self._numbers = numbers

    def key(self, span: Span) -> int:
        """The key of a span of any segment."""
        one = np.array([span.number], dtype=np.uint64)
        return int(keys(self._numbers[span.segment.name], one)[0])

    def of(self, entry: tuple[int, int] | None) -> Span | None:
        """The span that an entry of `SpanTable.elsewhere` means, or that which started the process."""
        found = self._elsewhere(*entry) if entry else None
        if found is None:
            started = starter(self._segment)
            found = Span(*started) if started and started[1] != FORGOTTEN else None
        return found if found and found.segment.name in self._numbers else None

    def _elsewhere(self, up: int, number: int) -> Span | None:
        chain = self._segment.fork_chain()
        if up == HERE:
            return None
        if up:
            index = chain[up - 1].table.index(number) if up <= len(chain) else None
            return None if index is None else Span(chain[up - 1], index)
        handles = ((ancestor, ancestor.table.handles.get(number, NOTHING)) for ancestor in chain)
        return next((Span(ancestor, row >> 1) for ancestor, row in handles if row >= 0), None)

    def root(self, span: Span) -> Span:
        """The root of the trace of a span in another process."""
        seen = set()
        while span not in seen:
            seen.add(span)
            parent = span.segment.table.parents[span.index]
            if parent >= 0:
                span = Span(span.segment, parent)
                continue
            entry = None if parent == NO_PARENT else span.segment.table.elsewhere[-2 - parent]
            above = Above(span.segment, self._numbers).of(entry)
            if above is None:
                break
            span = above
        return span


class Columns:
    """The columns of a segment's spans, made for some rows at a time; `ways` says how each ran.

    Of the whole there are thirteen bytes a span.
    """

    def __init__(self, segment: Segment, numbers: dict[str, int], ways: Ways) -> None:
        table = segment.table
        self._times, self._number, self._ways = Times(segment), numbers[segment.name], ways
        self._numbers, self._flags = view(table.numbers, "u8"), view(table.flags, "u1")
        self._parents = view(table.parents, "i4")
        self._outside = _outside(segment, numbers, self._parents)
        self._tops = _tops(self._parents)
        self._below = below(self._times, self._parents, ways)

    def __len__(self) -> int:
        return len(self._flags)

    @property
    def failed(self) -> Ints:
        """The rows of the functions that ended with an exception."""
        return np.flatnonzero((_status(self._flags) == ERROR) & (self._flags & (CALL | AWAIT) == 0))

    def of(self, rows: Ints) -> Part:
        """The columns of these rows."""
        start, duration = self._times.of(rows)
        waited = self._times.waited(rows, duration)
        paused = np.where(self._ways[rows] == PAUSED, waited, 0)
        own = np.maximum(duration - paused - self._below[rows], 0)
        parents, tops = self._parents[rows], self._tops[rows]
        parent = np.where(parents >= 0, self._keys(np.where(parents >= 0, parents, 0)), NOTHING)
        trace, beyond = self._keys(tops.astype(np.int64)), self._parents[tops]
        for code, (above, root) in self._outside.items():
            parent[parents == code] = above
            trace[beyond == code] = root
        status = _status(self._flags[rows])
        return Part(start, duration, waited, own, parent, trace, self._keys(rows), self._times.thread(rows), status)

    def _keys(self, rows: Ints) -> Ints:
        return keys(self._number, self._numbers[rows])


def _status(flags: NDArray[np.uint8]) -> NDArray[np.uint8]:
    ended = (flags & ENDED != 0) & (flags & LOST == 0)
    return np.where(ended, np.where(flags & FAILED != 0, ERROR, OK), UNFINISHED).astype(np.uint8)


def is_function(table: SpanTable, first: int, end: int) -> NDArray[np.bool_]:
    """Which spans, of the rows from one to another, are activations of instrumented functions."""
    return np.asarray(view(table.flags, "u1")[first:end] & (CALL | AWAIT) == 0)


def _outside(segment: Segment, numbers: dict[str, int], parents: NDArray[np.int32]) -> dict[int, tuple[int, int]]:
    """What stands in the place of a parent's row -> keys of a span in another process and of the root above that."""
    above, found = Above(segment, numbers), {}
    for code in np.unique(parents[parents < 0]).tolist():
        span = above.of(None if code == NO_PARENT else segment.table.elsewhere[-2 - code])
        if span is not None:
            found[code] = above.key(span), above.key(above.root(span))
    return found


def _tops(parents: NDArray[np.int32]) -> NDArray[np.int32]:
    """The row of the outermost span of this segment above each: the way up is doubled until all are there."""
    top = np.where(parents >= 0, parents, np.arange(len(parents), dtype=np.int32))
    while True:
        higher = top[top]
        if np.array_equal(higher, top):
            return top
        top = higher
