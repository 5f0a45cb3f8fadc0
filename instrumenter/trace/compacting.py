"""Makes the columns of a table anew without the rows that go."""

from __future__ import annotations

from array import array
from dataclasses import fields
from itertools import accumulate, compress

from instrumenter.trace.table import NO_PARENT, SpanTable


def places_of(stays: bytes) -> array[int]:
    """The new place of each row that stays, `NO_PARENT` for those that go; `stays` has a byte a row."""
    left = accumulate(stays, initial=0)
    return array("i", (place if stay else NO_PARENT for place, stay in zip(left, stays, strict=False)))


def compacted(table: SpanTable, stays: bytes, places: array[int]) -> SpanTable:
    """The table without the rows that go; its events are as they were.

    `places` has the new place of each row; of one that goes, that of the row that takes it in, if one does. No row that
    stays has a parent that goes.
    """
    new = SpanTable(**{one.name: getattr(table, one.name) for one in fields(table)})
    new.parents = array("i", (places[up] if up >= 0 else up for up in compress(table.parents, stays)))
    for name in ("numbers", "starts", "ends", "sites", "outcomes", "callees", "call_sites"):
        column = getattr(table, name)
        setattr(new, name, array(column.typecode, compress(column, stays)))
    new.flags = bytearray(compress(table.flags, stays))
    new.handles = {handle: 2 * places[row >> 1] | row & 1 if row >= 0 else row for handle, row in table.handles.items()}
    new.args = {places[row]: at for row, at in table.args.items() if stays[row]}
    new.waits = {places[row]: ticks for row, ticks in table.waits.items() if stays[row]}
    new.threads = _threads(table, stays)
    new.children = [(pid, places[row]) for pid, row in table.children if places[row] >= 0]
    new.left_out = array("I")
    for row, count in enumerate(table.left_out):
        if count and places[row] >= 0:
            new.leave_out(places[row], count)
    return new


def _threads(table: SpanTable, stays: bytes) -> list[tuple[int, int]]:
    """Where each thread's rows begin now."""
    at = found = 0
    threads = []
    for first, thread in table.threads:
        found += stays.count(1, at, first)
        at = first
        threads.append((found, thread))
    return threads
