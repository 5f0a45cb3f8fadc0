"""Turns the events of a segment into a `SpanTable`.

`read_events` is the reader's hot path: the commonest events are read in line, with local variables and
without building a value; everything rarer goes through `HANDLERS`. A faster decoder replaces `decode`: bytes and
definitions in, a table out.
"""

from __future__ import annotations

from dataclasses import dataclass

from instrumenter.trace import ops
from instrumenter.trace.collector import Collector, Stream
from instrumenter.trace.definitions import Definitions
from instrumenter.trace.finishing import finish
from instrumenter.trace.forgetting import Above, forget
from instrumenter.trace.handlers import HANDLERS
from instrumenter.trace.imported import read_imported
from instrumenter.trace.merging import merged
from instrumenter.trace.parts import Part, Parts, heads, owner
from instrumenter.trace.rings import begin, opened_here
from instrumenter.trace.skip import skip_values
from instrumenter.trace.table import IS_AWAIT, SpanTable
from instrumenter.trace.wire import Damaged, tail, varint


@dataclass(slots=True)
class Decoded:
    """The spans, and what could not be read: (offset, text)."""

    table: SpanTable
    problems: list[tuple[int, str]]


def decode(data: bytes, definitions: Definitions, above: Above) -> Decoded:
    """The spans of a segment's bytes, whatever they hold; `definitions` is filled on the way."""
    if len(data) > ops.FLAGS and data[ops.FLAGS] & ops.IS_IMPORTED:
        return Decoded(*read_imported(data, definitions))
    found, bad = heads(data)
    is_ring = len(data) > ops.FLAGS and bool(data[ops.FLAGS] & ops.IS_RING)
    parts, spans = Parts(found), Collector(definitions, above.handles, is_ring)
    _read(data, parts, spans)
    opened = opened_here(spans)
    if parts.disordered or spans.guessed & spans.table.handles.keys() or opened & spans.again.keys():
        # A second reading knows where every part is, what every handle is, and whether it is opened here.
        definitions.clear()
        handles = {**above.handles, **spans.table.handles}
        parts, spans = Parts(sorted(parts.known)), Collector(definitions, handles, is_ring, opened)
        _read(data, parts, spans)
    forget(spans, above)
    table = spans.table
    if spans.callees or spans.direct or table.flags.translate(IS_AWAIT).count(1):
        table = merged(table, definitions, spans.callees, spans.direct)
    return Decoded(table, sorted(bad + spans.problems))


def _read(data: bytes, parts: Parts, spans: Collector) -> None:
    table, counted = spans.table, len(data) > 8 and data[8] > 1
    for part in parts:
        base = part.offset - part.offset % ops.CHUNK
        stream = spans.streams.get(part.thread)
        if stream is None:
            stream = spans.streams[part.thread] = Stream(len(table))
        before, chunk = len(table), data[base : base + ops.CHUNK]
        first = begin(spans, chunk, base, part, stream)
        going_on = read_events(chunk, base, first, stream, spans, counted)
        if going_on:
            parts.found(going_on)
        opened(table, before, part.thread, stream)
    finish(spans)


def opened(table: SpanTable, before: int, thread: int, stream: Stream) -> None:
    """Note which thread opened the rows from `before` on, if there are any."""
    if len(table) > before:
        stream.opened = len(table) - 1
        if not table.threads or table.threads[-1][1] != thread:
            table.threads.append((before, thread))


def _many(chunk: bytes, p: int) -> int:
    count, p = varint(chunk, p)
    return skip_values(chunk, p, count)


def read_events(chunk: bytes, base: int, p: int, stream: Stream, spans: Collector, counted: bool) -> Part | None:
    """Read events from `p` on until the chunk ends, its rest is unused or another thread goes on in it.

    Gives the part that begins there, if so. `counted`: ARGS says how many. Long, and written out, because a call in
    here costs as much as reading the event.
    """
    table, counts, stack = spans.table, spans.definitions.counts, stream.stack
    sites, ends, outcomes, flags = table.sites, table.ends, table.outcomes, table.flags
    add_number, add_start, add_end, add_site = table.numbers.append, table.starts.append, ends.append, sites.append
    add_parent, add_outcome, add_flags = table.parents.append, outcomes.append, flags.append
    push, pop, handlers = stack.append, stack.pop, HANDLERS
    events, add_callee = table.events, spans.callees.append
    add_event, add_place, add_time = events.rows.append, events.offsets.append, events.times.append
    t, first, size, at, numbered = stream.time, p, len(chunk), p, base + stream.turn
    going_on: Part | None = None
    try:
        while p < size:
            at = p
            op = chunk[p]
            if op == 2 or op == 4 or op == 5:  # ENTER, LEAVE, RETURN, each with dt
                d = chunk[p + 1]
                p += 2
                if d > 127:
                    e = chunk[p]
                    if e < 128:
                        d += (e << 7) - 128
                        p += 1
                    else:
                        d, p = tail(chunk, p, d)
                t += d
                if op == 2:
                    site = chunk[p]
                    p += 1
                    if site > 127:
                        site, p = tail(chunk, p, site)
                    add_start(t)
                    add_end(t)
                    add_site(site)
                    add_number(numbered + at)
                    add_parent(stack[-1])
                    add_outcome(0)
                    push(len(flags))
                    add_flags(0)
                    continue
                index = stack[-1]
                if op == 5:
                    tag = chunk[p]
                    if tag == 3:
                        p += 1
                        while chunk[p] > 127:
                            p += 1
                        p += 1
                    elif tag < 3:
                        p += 1
                    else:
                        p = skip_values(chunk, p, 1)
                    if index >= 0:
                        outcomes[index] = base + at
                if index >= 0:
                    ends[index] = t
                    flags[index] |= 1  # ENDED
                    pop()
                else:
                    spans.pop(stream)
            elif op == 9:  # ARGS
                index = stream.opened if p == first else -1
                if p == first:
                    spans.parameters_apart(index, base + p)
                p += 1
                if counted:
                    count = chunk[p]
                    p += 1
                    if count > 127:
                        count, p = tail(chunk, p, count)
                else:
                    count = counts[sites[index]]
                for _ in range(count):
                    tag = chunk[p]
                    p += 1
                    if tag == 3:
                        while chunk[p] > 127:
                            p += 1
                        p += 1
                    elif tag == 7:
                        n = chunk[p]
                        p += 1
                        if n > 127:
                            n, p = tail(chunk, p, n)
                        p += n
                    elif tag == 0x1B:  # most receivers
                        while chunk[p] > 127:
                            p += 1
                        p += 1
                        while chunk[p] > 127:
                            p += 1
                        p += 1
                    elif tag > 2:
                        p = skip_values(chunk, p - 1, 1)
            elif op == 0x37 or op == 0x39 or op == 0x30 or op == 0x32:  # LINE, VAR, CALL, OUT, each with dt
                d = chunk[p + 1]
                p += 2
                if d > 127:
                    d, p = tail(chunk, p, d)
                t += d
                index = stack[-1]
                if op == 0x32:
                    if index >= 0:
                        ends[index] = t
                        flags[index] |= 1
                        pop()
                    else:
                        spans.pop(stream)
                    continue
                site = chunk[p]
                p += 1
                if site > 127:
                    site, p = tail(chunk, p, site)
                if op == 0x30:
                    callee = chunk[p]
                    p += 1
                    if callee > 127:
                        callee, p = tail(chunk, p, callee)
                    add_callee(callee)
                    add_start(t)
                    add_end(t)
                    add_site(site)
                    add_number(numbered + at)
                    add_parent(index)
                    add_outcome(0)
                    push(len(flags))
                    add_flags(16)
                    continue
                if op == 0x39:
                    p = skip_values(chunk, p + 1, chunk[p]) if chunk[p] < 128 else _many(chunk, p)
                add_event(index)
                add_place(base + at)
                add_time(t)
            elif op == 0:
                break
            elif op == 1:
                going_on = owner(chunk, p, base)
                break
            else:
                handler = handlers.get(op)
                if handler is None:
                    raise Damaged(f"the unknown event 0x{op:02x}")
                stream.time = t
                p = handler(spans, chunk, p + 1, base, stream)
                t = stream.time
        if p > size:
            raise IndexError
    except (IndexError, OverflowError, Damaged, KeyError) as error:
        spans.broken(base + at, error)
    stream.time, stream.place = t, base + p
    return going_on
