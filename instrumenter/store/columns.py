"""The columns of a segment's table as the index has them: whole columns at a time, never span by span."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instrumenter.trace.header import Clock
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span
from instrumenter.trace.starting import FORGOTTEN, starter
from instrumenter.trace.table import AWAIT, CALL, ENDED, FAILED, HERE, LOST, NO_PARENT, PLACE_BITS, SpanTable

Ints = NDArray[np.int64]
OK, ERROR, UNFINISHED = range(3)
NOTHING = -1
"""In the place of a parent's key."""
_PLACE = (1 << PLACE_BITS) - 1
_REUSED = 1 << PLACE_BITS - 1


def view(column: array[int] | bytearray, kind: str) -> NDArray[Any]:
    """A column of a table as numpy sees it, without a copy."""
    return np.frombuffer(column, dtype=kind) if len(column) else np.empty(0, dtype=kind)


def unix(clock: Clock, ticks: Ints) -> Ints:
    """What `Clock.unix` gives for each of many times, to the nanosecond: the products have more than 64 bits.

    A float guesses the quotient, at most a few units off; the remainder, which is small, is exact modulo 2^64.
    """
    with np.errstate(invalid="ignore"):  # of a damaged segment
        guess = (ticks * (clock.ns / clock.ticks)).astype(np.int64)
    whole, part = np.uint64(clock.ns), np.uint64(clock.ticks)
    rest = (ticks.view(np.uint64) * whole - guess.view(np.uint64) * part).view(np.int64)
    return signed(clock.unix0) + guess + rest // clock.ticks


def signed(number: int) -> int:
    """A number in 64 bits with a sign, as the index holds it; only damage makes one too large."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


def keys(segment: int, numbers: NDArray[np.uint64]) -> Ints:
    """The keys of spans with these numbers, as `short_number` makes them."""
    turn = numbers >> np.uint64(PLACE_BITS)
    short = numbers
    if turn.any():
        reused = np.uint64(_REUSED) | turn << np.uint64(16) | numbers & np.uint64(0xFFFF)
        short = np.where(turn > 0, reused & np.uint64(_PLACE), numbers)
    return short.astype(np.int64) | segment << PLACE_BITS


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of all spans of a segment; times and durations in ns."""

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


def columns(segment: Segment, numbers: dict[str, int]) -> Columns:
    """The columns of a segment; `numbers` are those of all segments by their names."""
    table, clock = segment.table, segment.header.clock
    flags, parents = view(table.flags, "u1"), view(table.parents, "i4")
    start = unix(clock, view(table.starts, "i8"))
    duration = np.maximum(unix(clock, view(table.ends, "i8")) - start, 0)
    thread, waited = _threads(table), _waited(table, clock, duration)
    span = keys(numbers[segment.name], view(table.numbers, "u8"))
    parent, trace = _relations(segment, numbers, parents, span)
    return Columns(
        start, duration, waited, _own(duration - waited, parents, thread), parent, trace, span, thread, _status(flags)
    )


def _status(flags: NDArray[Any]) -> NDArray[np.uint8]:
    ended = (flags & ENDED != 0) & (flags & LOST == 0)
    return np.where(ended, np.where(flags & FAILED != 0, ERROR, OK), UNFINISHED).astype(np.uint8)


def is_function(table: SpanTable) -> NDArray[np.bool_]:
    """Which spans are activations of instrumented functions."""
    return np.asarray(view(table.flags, "u1") & (CALL | AWAIT) == 0)


def _threads(table: SpanTable) -> NDArray[np.int32]:
    if not table.threads:
        return np.zeros(len(table), dtype=np.int32)
    firsts, threads = zip(*table.threads, strict=True)
    return np.repeat(np.array(threads, dtype=np.int32), np.diff([*firsts, len(table)]))


def _waited(table: SpanTable, clock: Clock, duration: Ints) -> Ints:
    """The pauses and waits that are known, as `Span.active_ns` has them."""
    waited = np.zeros(len(table), dtype=np.int64)
    for row, ticks in table.waits.items():
        waited[row] = clock.lasting(ticks)
    return np.clip(waited, 0, duration)


def _own(active: Ints, parents: NDArray[Any], thread: NDArray[np.int32]) -> Ints:
    """The time in which nothing that a span called in its thread was active."""
    rows = np.flatnonzero(parents >= 0)
    rows = rows[thread[parents[rows]] == thread[rows]]
    below = np.bincount(parents[rows], weights=active[rows], minlength=len(active))
    return np.maximum(active - below.astype(np.int64), 0)


def _relations(
    segment: Segment, numbers: dict[str, int], parents: NDArray[Any], span: Ints
) -> tuple[Ints, Ints]:  # fmt: skip
    """The keys of the parents, and of the roots."""
    inside, above = parents >= 0, Above(segment, numbers)
    top = _tops(parents, inside)
    parent, trace = np.where(inside, span[np.where(inside, parents, 0)], NOTHING), span.copy()
    for code in np.unique(parents[~inside]):
        found = above.of(None if code == NO_PARENT else segment.table.elsewhere[-2 - int(code)])
        if found is not None:
            rows = parents == code
            parent[rows], trace[rows] = above.key(found), above.key(above.root(found))
    return parent, trace[top]


def _tops(parents: NDArray[Any], inside: NDArray[np.bool_]) -> NDArray[Any]:
    """The row of the outermost span of this segment above each: the way up is doubled until all are there."""
    top = np.where(inside, parents, np.arange(len(parents), dtype=np.int32))
    while True:
        higher = top[top]
        if np.array_equal(higher, top):
            return top
        top = higher
