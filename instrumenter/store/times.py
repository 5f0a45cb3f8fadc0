"""When the spans of a segment began, how long they lasted and waited, and in which threads: many at a time."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instrumenter.trace.header import Clock
from instrumenter.trace.segment import Segment

Ints = NDArray[np.int64]


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


def short(number: int) -> int:
    """A number in 31 bits, as the index holds lines and threads."""
    return min(number, (1 << 31) - 1)


def signed(number: int) -> int:
    """A number in 64 bits with a sign, as the index holds it; only damage makes one too large."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)


class Times:
    """The times of a segment's spans, in ns, of some rows at a time."""

    def __init__(self, segment: Segment) -> None:
        table = segment.table
        self._clock = segment.header.clock
        self._starts, self._ends = view(table.starts, "i8"), view(table.ends, "i8")
        threads = [(first, short(thread)) for first, thread in table.threads]
        self._threads = tuple(np.array(column, dtype=np.int32) for column in zip(*threads, strict=True))
        waits = sorted(table.waits.items())
        self._waiting = np.array([row for row, _ in waits], dtype=np.int64)
        self._waits = np.array([signed(self._clock.lasting(ticks)) for _, ticks in waits], dtype=np.int64)

    def of(self, rows: Ints) -> tuple[Ints, Ints]:
        """Starts and durations."""
        start = unix(self._clock, self._starts[rows])
        return start, np.maximum(unix(self._clock, self._ends[rows]) - start, 0)

    def waited(self, rows: Ints, duration: Ints) -> Ints:
        """The pauses and waits that are known, as `Span.active_ns` has them."""
        if not len(self._waits):
            return np.zeros(len(rows), dtype=np.int64)
        place = np.minimum(np.searchsorted(self._waiting, rows), len(self._waits) - 1)
        waited = np.where(self._waiting[place] == rows, self._waits[place], 0)
        return np.minimum(np.maximum(waited, 0), duration)

    def thread(self, rows: Ints) -> NDArray[np.int32]:
        """The numbers of the threads."""
        if not self._threads:
            return np.zeros(len(rows), dtype=np.int32)
        firsts, threads = self._threads
        return np.asarray(threads[np.searchsorted(firsts, rows, side="right") - 1])

    def are_within(self, rows: Ints, others: Ints) -> NDArray[np.bool_]:
        """Which spans were open in the thread of another, and while it was."""
        within = (self._starts[rows] >= self._starts[others]) & (self._ends[rows] <= self._ends[others])
        if self._threads and len(self._threads[0]) > 1:
            within &= self.thread(rows) == self.thread(others)
        return np.asarray(within)
