"""Turns the events of a segment into a `SpanTable`.

The loop in `_events` is the reader's hot path: the four events of a plain call are read in line, with local
variables and without building a value. Everything rarer goes through `_HANDLERS`. A faster decoder replaces
`decode`: bytes and definitions in, a table out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from instrumenter.trace import ops
from instrumenter.trace.definitions import Definitions
from instrumenter.trace.parts import Part, Parts, heads, owner
from instrumenter.trace.skip import skip_exception, skip_values
from instrumenter.trace.table import CLOSED, ENDED, FAILED, LOST, NO_PARENT, SpanTable
from instrumenter.trace.wire import Damaged, tail, varint


@dataclass(slots=True)
class Decoded:
    """The spans, and what could not be read: (offset, text)."""

    table: SpanTable
    problems: list[tuple[int, str]]


def decode(data: bytes, definitions: Definitions, inherited: Mapping[int, int]) -> Decoded:
    """The spans of a segment's bytes, whatever they hold.

    `inherited` are the `handles` of the process that forked this one. `definitions` is filled on the way.
    """
    parts, bad = heads(data)
    decoder = _Decoder(data, definitions, inherited, parts)
    decoder.run()
    if decoder.parts.disordered or decoder.guessed & decoder.table.handles.keys():
        definitions.clear()
        again = _Decoder(data, definitions, {**inherited, **decoder.table.handles}, sorted(decoder.parts.known))
        again.run()
        decoder = again
    return Decoded(decoder.table, sorted(bad + decoder.problems))


@dataclass(slots=True)
class _Thread:
    """What carries over from one part of a thread's stream to the next."""

    stack: list[int] = field(default_factory=lambda: [NO_PARENT])
    """Indices of the open spans (or `-2 - n`), above the parent of a root."""
    time: int = 0
    opened: int = NO_PARENT
    records: list[int] = field(default_factory=list)
    """Offsets of the last exception's records, innermost first."""


class _Decoder:
    def __init__(self, data: bytes, definitions: Definitions, inherited: Mapping[int, int], known: list[Part]) -> None:
        self.data = data
        self.definitions = definitions
        self.inherited = inherited
        self.table = SpanTable()
        self.parts = Parts(known)
        self.problems: list[tuple[int, str]] = []
        self.guessed: set[int] = set()
        """Handles that were resumed before the event that says what they are was read."""
        self._threads: dict[int, _Thread] = {}
        self._references: dict[tuple[int, int], int] = {}
        self._late: list[tuple[int, int, int, int]] = []
        self._strays = 0

    def run(self) -> None:
        """Read everything."""
        for part in self.parts:
            self._part(part)
        self._finish()

    def _part(self, part: Part) -> None:
        base = part.offset - part.offset % ops.CHUNK
        chunk = self.data[base : base + ops.CHUNK]
        thread = self._threads.setdefault(part.thread, _Thread())
        thread.time = part.ticks
        table = self.table
        if part.thread and (not table.threads or table.threads[-1][1] != part.thread):
            table.threads.append((len(table), part.thread))
        self._events(chunk, base, part.offset - base, thread)
        if len(table) and table.threads[-1][0] < len(table):
            thread.opened = len(table) - 1

    def _events(self, chunk: bytes, base: int, p: int, thread: _Thread) -> None:
        """Read events from `p` on until the chunk ends, its rest is unused or another thread goes on in it.

        Long, and written out, because a call in here costs as much as reading the event.
        """
        table, counts, stack = self.table, self.definitions.counts, thread.stack
        sites, ends, outcomes, flags = table.sites, table.ends, table.outcomes, table.flags
        add_number, add_start, add_end, add_site = table.numbers.append, table.starts.append, ends.append, sites.append
        add_parent, add_outcome, add_flags = table.parents.append, outcomes.append, flags.append
        push, pop, handlers = stack.append, stack.pop, _HANDLERS
        t, first, size, at = thread.time, p, len(chunk), p
        try:
            while p < size:
                at = p
                op = chunk[p]
                if op == 2 or op == 4 or op == 5:  # ENTER, LEAVE, RETURN: all with dt
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
                        add_number(base + at)
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
                        flags[index] |= 1
                        pop()
                    else:
                        self._pop(thread)
                elif op == 9:  # ARGS
                    index = thread.opened if p == first else -1
                    if p == first:
                        self._parameters_apart(index, base + p)
                    p += 1
                    for _ in range(counts[sites[index]]):
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
                        elif tag > 2:
                            p = skip_values(chunk, p - 1, 1)
                elif op == 0:
                    break
                elif op == 1:
                    self.parts.found(owner(chunk, p, base))
                    break
                else:
                    handler = handlers.get(op)
                    if handler is None:
                        raise Damaged(f"the unknown event 0x{op:02x}")
                    thread.time = t
                    p = handler(self, chunk, p + 1, base, thread)
                    t = thread.time
            if p > size:
                raise IndexError
        except (IndexError, OverflowError, Damaged, KeyError) as error:
            self._broken(base + at, error)
        thread.time = t

    def _parameters_apart(self, index: int, offset: int) -> None:
        if index < 0:
            raise Damaged("parameters of no span")
        self.table.args[index] = offset

    def _broken(self, offset: int, error: Exception) -> None:
        """Note why the rest of a chunk cannot be read."""
        self.table.trim()
        if isinstance(error, KeyError):
            text = "parameters of a function whose site table is missing"
        elif isinstance(error, Damaged):
            text = str(error)
        else:
            text = "an event that is cut or damaged"
        self.problems.append((offset, f"{text}; the rest of this chunk is passed over"))

    def _finish(self) -> None:
        """Resolve what referred to events that had not been read yet, and end what is still open."""
        table = self.table
        for handle, bits, outcome, time in self._late:
            if handle in table.handles:
                self._apply(table.handles[handle] >> 1, bits, outcome, time)
        if table.elsewhere:
            self._resolve()
        for index in table.open_spans():
            table.ends[index] = max(self._threads[table.thread(index)].time, table.starts[index])
        table.last = max((thread.time for thread in self._threads.values()), default=0)
        if self._strays:
            self.problems.append((ops.CHUNK, f"{self._strays:,} ends of spans whose start is missing"))

    def _resolve(self) -> None:
        """Put the row in place of every handle that this process gave out after all."""
        table = self.table
        rows = [table.handles.get(handle, -1) >> 1 if up == 0 else -1 for up, handle in table.elsewhere]
        for index, parent in enumerate(table.parents):
            if parent < NO_PARENT and rows[-2 - parent] >= 0:
                table.parents[index] = rows[-2 - parent]

    # Spans

    def _open(self, number: int, site: int, parent: int, thread: _Thread) -> int:
        table = self.table
        table.starts.append(thread.time)
        table.ends.append(thread.time)
        table.sites.append(site)
        table.numbers.append(number)
        table.parents.append(parent)
        table.outcomes.append(0)
        table.flags.append(0)
        return len(table) - 1

    def _apply(self, index: int, bits: int, outcome: int, time: int) -> None:
        table = self.table
        table.flags[index] |= bits
        if outcome:
            table.outcomes[index] = outcome
        if bits & ENDED:
            table.ends[index] = time

    def _top(self, thread: _Thread, bits: int, outcome: int = 0) -> None:
        if thread.stack[-1] >= 0:
            self._apply(thread.stack[-1], bits, outcome, thread.time)
        if bits & ENDED:
            self._pop(thread)

    def _pop(self, thread: _Thread) -> None:
        if thread.stack[-1] == NO_PARENT:
            self._strays += 1
        else:
            thread.stack.pop()

    def _mark(self, handle: int, thread: _Thread, bits: int, outcome: int = 0) -> None:
        row = self.table.handles.get(handle)
        if row is None:
            self._late.append((handle, bits, outcome, thread.time))
        else:
            self._apply(row >> 1, bits, outcome, thread.time)

    def _reference(self, up: int, number: int) -> int:
        """The stand-in for a span that is not in the table (yet)."""
        elsewhere = self.table.elsewhere
        at = self._references.setdefault((up, number), len(elsewhere))
        if at == len(elsewhere):
            elsewhere.append((up, number))
        return -2 - at

    def _entry(self, handle: int) -> int:
        """What a handle's span is on a stack; 0 is none."""
        row = self.table.handles.get(handle)
        if row is not None:
            return row >> 1
        self.guessed.add(handle)
        return self._reference(0, handle)

    def _record(self, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
        """Note an exception's record, and skip it."""
        if chunk[p] != 2:
            thread.records = [base + p]
        elif thread.records:
            thread.records.append(base + p)
            self.table.repeats[base + p] = (thread.records, len(thread.records) - 1)
        return skip_exception(chunk, p)


# One function an event: (decoder, chunk, place after the opcode, place of the chunk, thread) -> place after the event.
# They end spans only after the event was read whole.


def _dt(chunk: bytes, p: int, thread: _Thread) -> int:
    d, p = varint(chunk, p)
    thread.time += d
    return p


def _enter_under(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    number, p = base + p - 1, _dt(chunk, p, thread)
    site, p = varint(chunk, p)
    handle, p = varint(chunk, p)
    parent = decoder._entry(handle) if handle else NO_PARENT
    thread.stack.append(decoder._open(number, site, parent, thread))
    return p


def _opens(generator: bool, under: bool) -> _Handler:
    def start(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
        number, p = base + p - 1, _dt(chunk, p, thread)
        site, p = varint(chunk, p)
        handle, p = varint(chunk, p)
        parent = thread.stack[-1]
        if under:
            above, p = varint(chunk, p)
            parent = decoder._entry(above) if above else NO_PARENT
        index = decoder._open(number, site, parent, thread)
        decoder.table.handles[handle] = 2 * index + generator
        if generator:
            thread.stack.append(index)
        return p

    return start


def _raise(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    number, p = base + p - 1, _dt(chunk, p, thread)
    p = decoder._record(chunk, p, base, thread)
    decoder._top(thread, ENDED | FAILED, number)
    return p


def _error(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    number, p = base + p - 1, _dt(chunk, p, thread)
    p = decoder._record(chunk, p, base, thread)
    decoder._top(thread, FAILED, number)
    return p


def _value(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    number, p = base + p - 1, _dt(chunk, p, thread)
    p = skip_values(chunk, p, 1)
    decoder._top(thread, 0, number)
    return p


def _lost(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    p = _dt(chunk, p, thread)
    decoder._top(thread, ENDED | LOST)
    return p


def _flag(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    number, p = base + p - 1, _dt(chunk, p, thread)
    decoder._top(thread, FAILED, number)
    return p


def _inherit(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    count, p = varint(chunk, p)
    for _ in range(count):
        up, p = varint(chunk, p)
        number, p = varint(chunk, p)
        thread.stack.append(decoder._reference(max(up, 1), number))
    return p


def _leave_stack(decoder: _Decoder, handle: int, thread: _Thread) -> None:
    if not decoder.table.handles.get(handle, 1) & 1:
        return
    entry, stack = decoder._entry(handle), thread.stack
    for at in range(len(stack) - 1, 0, -1):
        if stack[at] == entry:
            del stack[at]
            return


def _pause(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    p = _dt(chunk, p, thread)
    handle, p = varint(chunk, p)
    _leave_stack(decoder, handle, thread)
    return p


def _resume(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    p = _dt(chunk, p, thread)
    handle, p = varint(chunk, p)
    row = decoder.table.handles.get(handle, decoder.inherited.get(handle, 1))
    if row & 1:
        thread.stack.append(decoder._entry(handle))
    else:
        decoder._entry(handle)
    return p


def _end(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    p = _dt(chunk, p, thread)
    handle, p = varint(chunk, p)
    decoder._mark(handle, thread, ENDED)
    _leave_stack(decoder, handle, thread)
    return p


def _herror(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    number, p = base + p - 1, _dt(chunk, p, thread)
    handle, p = varint(chunk, p)
    p = decoder._record(chunk, p, base, thread)
    decoder._mark(handle, thread, FAILED, number)
    return p


def _hvalue(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    number, p = base + p - 1, _dt(chunk, p, thread)
    handle, p = varint(chunk, p)
    p = skip_values(chunk, p, 1)
    decoder._mark(handle, thread, 0, number)
    return p


def _hmark(bits: int) -> _Handler:
    def mark(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
        number, p = base + p - 1, _dt(chunk, p, thread)
        handle, p = varint(chunk, p)
        decoder._mark(handle, thread, bits, number)
        return p

    return mark


def _file(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    return decoder.definitions.read_file(chunk, p)


def _thread(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    return decoder.definitions.read_thread(chunk, p)


def _note(decoder: _Decoder, chunk: bytes, p: int, base: int, thread: _Thread) -> int:
    return decoder.definitions.read_note(chunk, p)


_Handler = Callable[[_Decoder, bytes, int, int, _Thread], int]
_HANDLERS: dict[int, _Handler] = {
    ops.ENTER_UNDER: _enter_under,
    ops.RAISE: _raise,
    ops.ERROR: _error,
    ops.VALUE: _value,
    ops.LOST: _lost,
    ops.FLAG: _flag,
    ops.INHERIT: _inherit,
    ops.START: _opens(generator=True, under=False),
    ops.START_UNDER: _opens(generator=True, under=True),
    ops.ASTART: _opens(generator=False, under=False),
    ops.ASTART_UNDER: _opens(generator=False, under=True),
    ops.PAUSE: _pause,
    ops.RESUME: _resume,
    ops.END: _end,
    ops.HERROR: _herror,
    ops.HVALUE: _hvalue,
    ops.CLOSED: _hmark(CLOSED),
    ops.HFLAG: _hmark(FAILED),
    ops.FILE: _file,
    ops.THREAD: _thread,
    ops.NOTE: _note,
}
