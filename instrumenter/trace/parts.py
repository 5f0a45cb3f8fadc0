"""Where each thread's events are: a chunk belongs to one thread after another, a thread's events to many chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from instrumenter.trace import ops
from instrumenter.trace.wire import Damaged, varint


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Consecutive events of one thread in one chunk; the order of parts is that in which they are to be read."""

    thread: int
    sequence: int
    offset: int
    """Place in the file of the first event after OWNER."""
    ticks: int


def owner(chunk: bytes, at: int, base: int) -> Part:
    """The part that the OWNER event at `at` in a chunk begins; `base` is the chunk's place in the file."""
    thread, at = varint(chunk, at + 1)
    sequence, at = varint(chunk, at)
    ticks, at = varint(chunk, at)
    return Part(thread, sequence, base + at, ticks)


def heads(data: bytes) -> tuple[list[Part], list[tuple[int, str]]]:
    """The first part of every chunk in use, and the places of the chunks that begin otherwise."""
    found, bad = [Part(0, -1, ops.STREAM, 0)] if len(data) > ops.STREAM else [], []
    for base in range(ops.CHUNK, len(data), ops.CHUNK):
        if data[base] in (0, ops.COUNTERS):
            continue
        if data[base] != ops.OWNER:
            bad.append((base, "this chunk does not say whose it is; it is passed over"))
            continue
        try:
            found.append(owner(data[base : base + 40], 0, base))
        except (IndexError, Damaged):
            bad.append((base, "the segment was cut here"))
    return found, bad


class Parts:
    """Hands out the parts of a segment in order, also those that come to light in the middle of a chunk.

    A part found late, when a later one of its thread was read already, sets `disordered`: read again with `known`.
    """

    def __init__(self, known: list[Part]) -> None:
        self.known = set(known)
        self.disordered = False
        self._waiting = known[:]
        heapify(self._waiting)
        self._read: dict[int, Part] = {}

    def __iter__(self) -> Iterator[Part]:
        while self._waiting:
            part = heappop(self._waiting)
            self._read[part.thread] = max(part, self._read.get(part.thread, part))
            yield part

    def found(self, part: Part) -> None:
        """Add a part that begins in the middle of a chunk."""
        if part in self.known:
            return
        self.known.add(part)
        self.disordered |= part.thread in self._read and part < self._read[part.thread]
        heappush(self._waiting, part)
