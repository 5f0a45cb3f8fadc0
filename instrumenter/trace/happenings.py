"""Where the events of spans are, span by span, without reading what they say."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from instrumenter.trace import ops
from instrumenter.trace.table import EventTable
from instrumenter.trace.wire import Damaged, varint

_NONE = -1
_SITED = {ops.LINE: 0, ops.VAR: 0, ops.HLINE: 1, ops.HVAR: 1}
"""Events that name a site, each with the number of varints between that and what follows."""
_UNSITED = {ops.STATE: 0, ops.HSTATE: 1, ops.PAUSE: 1, ops.RESUME: 1, ops.TOLD: 0}


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a span, its values not read."""

    opcode: int
    site: int
    """Within the process; -1 where the event names none."""
    at: int
    """Place of its values: of their count."""
    ticks: int


class Happenings:
    """The events of each span, in the order of their times."""

    def __init__(self, events: EventTable, spans: int, data: bytes) -> None:
        self._events = events
        self._data = data
        self._first = array("i", [_NONE]) * spans
        self._next = array("i", [_NONE]) * len(events)
        first, following, rows = self._first, self._next, events.rows
        for at in range(len(rows) - 1, -1, -1):
            row = rows[at]
            if row >= 0:
                following[at] = first[row]
                first[row] = at

    def any(self, index: int) -> bool:
        """Whether a span has events."""
        return self._first[index] != _NONE

    def of(self, index: int) -> Iterator[Happening]:
        """The events of a span; those that are damaged are left out."""
        for at in self._places(index):
            try:
                yield self._read(self._events.offsets[at], self._events.times[at])
            except (Damaged, IndexError, KeyError):
                continue

    def _places(self, index: int) -> Iterator[int]:
        """Where in the columns they are. One that went from thread to thread has them out of order."""
        times = self._events.times
        if all(times[one] <= times[following] for one, following in pairwise(self._walk(index))):
            return self._walk(index)
        return iter(sorted(self._walk(index), key=times.__getitem__))

    def _walk(self, index: int) -> Iterator[int]:
        at = self._first[index]
        while at != _NONE:
            yield at
            at = self._next[at]

    def _read(self, offset: int, ticks: int) -> Happening:
        data, opcode, site = self._data, self._data[offset], _NONE
        _, at = varint(data, offset + 1)
        between = _SITED.get(opcode)
        if between is None:
            between = _UNSITED[opcode]
        else:
            site, at = varint(data, at)
        for _ in range(between):
            _, at = varint(data, at)
        return Happening(opcode, site, at, ticks)
