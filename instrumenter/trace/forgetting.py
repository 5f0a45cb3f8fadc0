"""Takes forgotten traces out of what was read: their roots, and what hangs below in any thread or forked process."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import compress, islice

from instrumenter.trace.collector import Collector
from instrumenter.trace.compacting import compacted, places_of
from instrumenter.trace.table import HERE, IS_CALL, EventTable, SpanTable

_UNKNOWN, _STAYS, _GOES = range(3)
_STAYING = bytes(fate == _STAYS for fate in range(256))
_GOING = bytes(fate == _GOES for fate in range(256))
_IS_ROOT = bytes((_UNKNOWN, _GOES)) + bytes(254)


def _nothing(up: int, number: int) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Above:
    """What a process has from the processes above it."""

    handles: Mapping[int, int] = field(default_factory=dict)
    """The handles that they gave out, as in `SpanTable.handles`; the nearest's count."""
    forgot: Callable[[int, int], bool] = _nothing
    """Whether the process so many up has forgotten the span with this number."""

    def is_forgotten(self, up: int, number: int) -> bool:
        """Whether what hangs below this entry of `SpanTable.elsewhere` is to be left out."""
        return self.forgot(up, number) if up else self.handles.get(number, 0) < 0


def forget(spans: Collector, above: Above) -> None:
    """Take out what is forgotten, here or above; what refers to it from other processes can still be told."""
    table = spans.table
    gone = set(spans.forgotten)
    outside = [number in gone if up == HERE else above.is_forgotten(up, number) for up, number in table.elsewhere]
    if not (spans.forgotten or any(outside)):
        return
    fates = _fates(table, gone, [*outside[::-1], False])
    stays, goes = bytes(fates.translate(_STAYING)), bytes(fates.translate(_GOING))
    places = places_of(stays)
    spans.callees = array("I", compress(spans.callees, compress(stays, table.flags.translate(IS_CALL))))
    spans.direct = {places[one]: places[row] for one, row in spans.direct.items() if stays[one] and stays[row]}
    spans.table = compacted(table, stays, places)
    spans.table.events = _events(table.events, stays, places)
    spans.table.forgotten = _ascending(array("Q", compress(table.numbers, goes)))
    spans.table.forgotten_children = [
        (pid, table.starts[row], table.numbers[row]) for pid, row in table.children if goes[row]
    ]


def _fates(table: SpanTable, roots: set[int], outside: list[bool]) -> bytearray:
    """One byte a span: whether it stays or goes.

    `outside` says what becomes of spans whose parent is in no row, by the negative number that they have in its place.
    """
    fates, parents = bytearray(map(roots.__contains__, table.numbers)).translate(_IS_ROOT), table.parents
    for row, parent in enumerate(parents):
        if fates[row] == _UNKNOWN:
            known = fates[parent] if parent >= 0 else _GOES if outside[parent] else _STAYS
            fates[row] = known or _fate(row, fates, parents, outside)
    return fates


def _fate(row: int, fates: bytearray, parents: array[int], outside: list[bool]) -> int:
    """What becomes of a span whose parent's thread was read after its own; also of those on the way up, noted here."""
    way = []
    while row >= 0 and fates[row] == _UNKNOWN:
        way.append(row)
        fates[row] = _STAYS  # if there were a circle, it would end here
        row = parents[row]
    fate = fates[row] if row >= 0 else _GOES if outside[row] else _STAYS
    for one in way:
        fates[one] = fate
    return fate


def _ascending(numbers: array[int]) -> array[int]:
    """The numbers in order; those of one thread are so, and need no list."""
    return numbers if all(map(int.__le__, numbers, islice(numbers, 1, None))) else array("Q", sorted(numbers))


def _events(events: EventTable, stays: bytes, places: array[int]) -> EventTable:
    kept = bytes(row >= 0 and stays[row] for row in events.rows)
    rows = array("i", [places[row] for row in compress(events.rows, kept)])
    return EventTable(rows, array("Q", compress(events.offsets, kept)), array("q", compress(events.times, kept)))
