"""What can be told only when all events of a segment were read: references forward, ends not seen, times of waiting."""

from __future__ import annotations

from bisect import bisect_right

from instrumenter.trace import ops
from instrumenter.trace.collector import Collector
from instrumenter.trace.table import HERE, NO_PARENT, SpanTable


def finish(spans: Collector) -> None:
    """Resolve what referred to events that had not been read yet, and end what is still open."""
    table = spans.table
    _take_late(spans)
    placed = _resolve(table) if table.elsewhere else []
    table.children = [(pid, row) for pid, row in table.children if row >= 0]
    for index in spans.apart + placed if spans.awaited else ():
        table.parents[index] = _await_at(spans, table.parents[index], table.starts[index])
    for index in table.open_spans():
        table.ends[index] = max(spans.streams[table.thread(index)].time, table.starts[index])
    _add_up_waits(spans)
    table.last = max((stream.time for stream in spans.streams.values()), default=0)
    if spans.strays and not spans.is_ring:
        spans.problems.append((ops.CHUNK, f"{spans.strays:,} ends of spans whose start is missing"))


def _take_late(spans: Collector) -> None:
    """Apply what was said of handles before the events that opened them were read."""
    table = spans.table
    for handle, bits, outcome, time in spans.late:
        if handle in table.handles:
            spans.apply(table.handles[handle] >> 1, bits, outcome, time)
    for handle, count in spans.left_out:
        if handle in table.handles:
            table.leave_out(table.handles[handle] >> 1, count)


def _add_up_waits(spans: Collector) -> None:
    """Say how long each handle's span, and each await span, did not run."""
    table = spans.table
    for index, time in spans.since.items():
        table.waits[index] += table.ends[index] - time
    for handle, (resumed, pauses) in spans.pauses.items():
        if handle in table.handles:
            row = table.handles[handle] >> 1
            start, end = table.starts[row], table.ends[row]
            waited = resumed + pauses * (end if pauses > 0 else start)
            # A pause that is missing was before the ring begins: it lasted from the start of the span.
            table.waits[row] = waited if waited >= 0 else waited + end - start


def _resolve(table: SpanTable) -> list[int]:
    """Put the row in place of every handle that this process gave out after all; the spans so placed."""
    wanted = {number for up, number in table.elsewhere if up == HERE}
    known = {number: row for row, number in enumerate(table.numbers) if number in wanted} if wanted else {}
    rows = [
        known.get(number, -1) if up == HERE else table.handles.get(number, -1) >> 1 if up == 0 else -1
        for up, number in table.elsewhere
    ]
    for at, row in enumerate(table.events.rows):
        if row < NO_PARENT:
            table.events.rows[at] = rows[-2 - row]
    table.children = [(pid, row if row >= 0 else rows[-2 - row]) for pid, row in table.children]
    placed = []
    for index, parent in enumerate(table.parents):
        if parent < NO_PARENT and rows[-2 - parent] >= 0:
            table.parents[index] = rows[-2 - parent]
            placed.append(index)
    for index in placed:
        if _is_above(table, table.parents[index], index):
            table.parents[index] = NO_PARENT
    return placed


def _is_above(table: SpanTable, row: int, index: int) -> bool:
    """Whether `index` is `row` or above it, as only damage can bring about: trees have no circles.

    A circle has an edge from a span to a parent that began after it; only those are followed.
    """
    seen = set[int]()
    if (table.starts[row], table.numbers[row]) < (table.starts[index], table.numbers[index]):
        return False
    while row >= 0 and row != index and row not in seen:
        seen.add(row)
        row = table.parents[row]
    return row == index


def _await_at(spans: Collector, row: int, time: int) -> int:
    """The await span of a coroutine's that was open at a moment, else the coroutine's own."""
    found = spans.awaited.get(row, [])
    at = bisect_right(found, time, key=spans.table.starts.__getitem__) - 1
    return found[at] if at >= 0 and spans.table.ends[found[at]] >= time else row
