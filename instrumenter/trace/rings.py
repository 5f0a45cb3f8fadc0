"""What began in chunks that a ring has no more: each chunk says what was open, and handles are told of again."""

from __future__ import annotations

from dataclasses import dataclass

from instrumenter.trace import ops
from instrumenter.trace.collector import Collector, Stream
from instrumenter.trace.detailed import DETAILED
from instrumenter.trace.parts import Part
from instrumenter.trace.table import CALL, ENDED, LOST, NO_PARENT
from instrumenter.trace.wire import Damaged, varint

_LISTED = 256
"""So many open spans are listed at most, the innermost."""
_TURNS = (1 << 64 - ops.TURN) - 1
"""So many of a turn's bits are in the numbers of spans."""
_FUNCTION, _CALL, _HANDLE = range(3)
_HEAD = 64
"""No OWNER with a turn behind it has more bytes."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A span that was open where a part begins."""

    up: int
    number: int
    site: int
    start: int
    what: int

    @property
    def handle(self) -> int:
        """A generator's; 0 for others."""
        return max(self.what - _HANDLE, 0)


def opened_here(spans: Collector) -> set[int]:
    """The handles of a ring whose opening events were read."""
    if not spans.is_ring:
        return set()
    return {handle for handle, row in spans.table.handles.items() if spans.again.get(handle) != row >> 1}


def place_of(data: bytes, number: int) -> int | None:
    """Where the event of a ring is that opened the span with this number; None if it was overwritten."""
    at = number & (1 << ops.TURN) - 1
    base = at - at % ops.CHUNK
    try:
        return at if at < len(data) and _turn_of(data[base : base + _HEAD]) == number - at else None
    except (IndexError, Damaged):
        return None


def _turn_of(chunk: bytes) -> int:
    """The turn of a chunk as it stands in the numbers of spans; 0 where it does not say."""
    p = 1
    for _ in range(3):
        _, p = varint(chunk, p)
    return _numbered(varint(chunk, p + 1)[0]) if chunk[p] == ops.RING else 0


def _numbered(turn: int) -> int:
    return (turn & _TURNS) << ops.TURN


def begin(spans: Collector, chunk: bytes, base: int, part: Part, stream: Stream) -> int:
    """Have a thread go on in a part; the place in the chunk of its first event."""
    follows, last = part.sequence == stream.sequence + 1, stream.time
    stream.sequence, stream.time, stream.turn = part.sequence, part.ticks, 0
    p = part.offset - base
    if p >= len(chunk) or chunk[p] != ops.RING:
        return p
    try:
        turn, entries, p = _ring(chunk, p + 1)
        stream.turn = _numbered(turn)
        if not follows:
            _take_stack(spans, entries, stream, last)
        if p < len(chunk) and chunk[p] == ops.ADOPT:
            p = DETAILED[ops.ADOPT](spans, chunk, p + 1, base, stream)
    except (IndexError, OverflowError, Damaged) as error:
        spans.broken(part.offset, error)
        return len(chunk)
    return p


def _ring(chunk: bytes, p: int) -> tuple[int, list[_Open], int]:
    """The turn, what was open, and the place behind."""
    turn, p = varint(chunk, p)
    count, p = varint(chunk, p)
    entries = []
    for _ in range(count):
        fields = []
        for _ in range(5):
            field, p = varint(chunk, p)
            fields.append(field)
        entries.append(_Open(*fields))
    return turn, entries, p


def _take_stack(spans: Collector, entries: list[_Open], stream: Stream, last: int) -> None:
    """Go on behind a gap, the thread having been read until `last`: only what is listed is open, or lies below that."""
    numbers, old = spans.table.numbers, stream.stack[1:]
    known = {numbers[row]: row for row in old if row >= 0}
    outermost = known.get(entries[0].number) if len(entries) == _LISTED else None
    stack = [NO_PARENT, *(old[: old.index(outermost)] if outermost is not None else ())]
    for entry in entries:
        stack.append(_entry(spans, entry, known, stack[-1], stream))
    _lose(spans, set(old).difference(stack), last)
    stream.stack, stream.opened, stream.records = stack, NO_PARENT, []


def _entry(spans: Collector, entry: _Open, known: dict[int, int], parent: int, stream: Stream) -> int:
    """What stands on the stack for a span that was open."""
    if entry.handle and (entry.up or entry.handle in spans.table.handles or entry.handle in spans.opened):
        return spans.entry(entry.handle)
    if entry.up:
        return spans.reference(entry.up, entry.number)
    if not entry.handle and entry.number in known:
        return known[entry.number]
    row = _reopen(spans, entry.number, entry.site, parent, entry.start, stream)
    if entry.what == _CALL:
        spans.callees.append(0)
        spans.table.flags[row] = CALL
    elif entry.handle:
        spans.table.handles[entry.handle] = 2 * row + 1
        spans.again[entry.handle] = row
    return row


def _reopen(spans: Collector, number: int, site: int, parent: int, start: int, stream: Stream) -> int:
    """Add a span that began in a chunk that is missing; gives its row."""
    row, starts = spans.open(number, site, parent, stream), spans.table.starts
    # Trees have no circles: nothing begins before its parent.
    starts[row] = max(start, starts[parent]) if parent >= 0 else start
    return row


def _lose(spans: Collector, rows: set[int], last: int) -> None:
    """End what was open and is not any more; a generator may just not be going on."""
    generators = {row >> 1 for row in spans.table.handles.values() if row & 1} if rows else set()
    for row in rows - generators:
        if row >= 0:
            spans.apply(row, ENDED | LOST, 0, last)


def again(spans: Collector, chunk: bytes, p: int, base: int, stream: Stream) -> int:
    """Read AGAIN, as `handlers` reads other events: the span of a handle whose opening event is gone."""
    site, p = varint(chunk, p)
    handle, p = varint(chunk, p)
    number, p = varint(chunk, p)
    start, p = varint(chunk, p)
    above, p = varint(chunk, p)
    if handle in spans.table.handles or handle in spans.opened:
        return p
    row = _reopen(spans, number, site, spans.entry(above) if above else NO_PARENT, start, stream)
    if above:
        spans.apart.append(row)
    found = spans.definitions.site(site)
    is_generator = found is None or found.kind == "generator"
    spans.table.handles[handle] = 2 * row + is_generator
    spans.again[handle] = row
    if handle in spans.guessed:  # it went on in this part before it was told of again
        stand_in = spans.reference(0, handle)
        stream.stack[:] = [row if entry == stand_in else entry for entry in stream.stack]
    return p
