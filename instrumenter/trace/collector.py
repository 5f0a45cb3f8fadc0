"""Collects the spans of a segment while its events are read: who is open where, and what refers to what."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from instrumenter.trace.definitions import Definitions
from instrumenter.trace.skip import skip_exception
from instrumenter.trace.table import AWAIT, CALL, ENDED, IS_CALL, NO_PARENT, SpanTable
from instrumenter.trace.wire import Damaged


@dataclass(slots=True)
class Stream:
    """What carries over from one part of a thread's stream to the next."""

    first: int
    """The first span of the thread: those of threads that were read before have lower indices."""
    stack: list[int] = field(default_factory=lambda: [NO_PARENT])
    """Indices of the open spans (or `-2 - n`), above the parent of what is at the bottom."""
    time: int = 0
    opened: int = NO_PARENT
    sequence: int = -1
    """Of the part that is being read."""
    turn: int = 0
    """In a ring: the turn of the chunk that is being read, in its place in the numbers of spans."""
    records: list[int] = field(default_factory=list)
    """Offsets of the last exception's records, innermost first."""
    place: int = 0
    """Where in the file it was read up to: there whoever follows it goes on."""


class Collector:
    """The table in the making, and the streams of the threads."""

    def __init__(
        self,
        definitions: Definitions,
        inherited: Mapping[int, int],
        is_ring: bool = False,
        opened: Collection[int] = (),
    ) -> None:
        self.definitions = definitions
        self.inherited = inherited
        self.is_ring = is_ring
        """What is missing was overwritten: that is no problem."""
        self.opened = opened
        """Handles whose opening events will be read, as far as that is known."""
        self.again: dict[int, int] = {}
        """Handle -> row, of those whose spans began before the ring, as it seems."""
        self.table = SpanTable()
        self.problems: list[tuple[int, str]] = []
        self.guessed: set[int] = set()
        """Handles that were paused or resumed before the event that says what they are was read."""
        self.streams: dict[int, Stream] = {}
        self.callees: array[int] = array("I")
        """Callee of each call span, in the order of `table`."""
        self.awaits: dict[int, int] = {}
        """Handle -> index of its open await span."""
        self.direct: dict[int, int] = {}
        """Index of an await span -> that of the coroutine's that began, or went on, at once in it."""
        self.awaited: dict[int, list[int]] = {}
        """Index of a coroutine's span -> its await spans."""
        self.forgotten: list[int] = []
        """Numbers of the roots whose traces are forgotten."""
        self.left_out: list[tuple[int, int]] = []
        """(handle, number of the spans below its span that were not recorded)."""
        self.apart: list[int] = []
        """Spans below a handle's, of which it is not known whether they began in an await of that."""
        self.pauses: dict[int, list[int]] = {}
        """Handle -> [times of its resumptions minus those of its pauses, pauses without a resumption]."""
        self.since: dict[int, int] = {}
        """Await span -> time of its pause."""
        self.late: list[tuple[int, int, int, int]] = []
        """(handle, bits, outcome, time), of handles whose opening events had not been read."""
        self.strays = 0
        """How many ends have no start."""
        self._references: dict[tuple[int, int], int] = {}

    def parameters_apart(self, index: int, offset: int) -> None:
        """Note where the parameters of a span are whose opening event ended the chunk before."""
        if index >= 0:
            self.table.args[index] = offset
        elif not self.is_ring:
            raise Damaged("parameters of no span")

    def broken(self, offset: int, error: Exception) -> None:
        """Note why the rest of a chunk cannot be read."""
        self.table.trim()
        del self.callees[self.table.flags.translate(IS_CALL).count(1) :]
        if isinstance(error, KeyError):
            text = "parameters of a function whose site table is missing"
        elif isinstance(error, Damaged):
            text = str(error)
        else:
            text = "an event that is cut or damaged"
        self.problems.append((offset, f"{text}; the rest of this chunk is passed over"))

    def open(self, number: int, site: int, parent: int, stream: Stream) -> int:
        """Add a span that begins now; gives its row."""
        table = self.table
        table.starts.append(stream.time)
        table.ends.append(stream.time)
        table.sites.append(site)
        table.numbers.append(number)
        table.parents.append(parent)
        table.outcomes.append(0)
        table.flags.append(0)
        return len(table) - 1

    def apply(self, index: int, bits: int, outcome: int, time: int) -> None:
        """Note how a span ends, or that it has ended."""
        table = self.table
        table.flags[index] |= bits
        if outcome:
            table.outcomes[index] = outcome
        if bits & ENDED:
            table.ends[index] = time

    def top(self, stream: Stream, bits: int, outcome: int = 0) -> None:
        """The same for the innermost open span, which leaves the stack if it has ended."""
        if stream.stack[-1] >= 0:
            self.apply(stream.stack[-1], bits, outcome, stream.time)
        if bits & ENDED:
            self.pop(stream)

    def pop(self, stream: Stream) -> None:
        """Take the innermost open span off the stack."""
        if len(stream.stack) == 1:
            self.strays += 1
        else:
            stream.stack.pop()

    def mark(self, handle: int, stream: Stream, bits: int, outcome: int = 0) -> None:
        """Note how the span of a handle ends; of one that is not known yet, later."""
        row = self.table.handles.get(handle)
        if row is None:
            self.late.append((handle, bits, outcome, stream.time))
        else:
            self.apply(row >> 1, bits, outcome, stream.time)

    def reference(self, up: int, number: int) -> int:
        """The stand-in for a span that is not in the table (yet)."""
        elsewhere = self.table.elsewhere
        at = self._references.setdefault((up, number), len(elsewhere))
        if at == len(elsewhere):
            elsewhere.append((up, number))
        return -2 - at

    def entry(self, handle: int) -> int:
        """What stands for a handle's span on a stack and in events."""
        row = self.table.handles.get(handle)
        if row is not None:
            return row >> 1
        return self.reference(0, handle)

    def under(self, handle: int, stream: Stream) -> int:
        """The parent of what is opened now below a handle's span: its await span, if one is open; 0: the bottom."""
        if not handle:
            return stream.stack[0]
        if handle in self.awaits:
            return self.awaits[handle]
        return self.entry(handle)

    def open_under(self, number: int, site: int, handle: int, stream: Stream) -> int:
        """Add a span below that of a handle."""
        index = self.open(number, site, self.under(handle, stream), stream)
        row = self.table.handles.get(handle)
        if row is not None and row >> 1 < stream.first:
            self.apart.append(index)
        return index

    def open_call(self, number: int, site: int, callee: int, parent: int, stream: Stream) -> None:
        """Add a call span, and push it."""
        self.callees.append(callee)
        index = self.open(number, site, parent, stream)
        self.table.flags[index] = CALL
        stream.stack.append(index)

    def open_await(self, number: int, site: int, handle: int, stream: Stream) -> None:
        """Add an await span of a handle's."""
        index = self.open(number, site, self.entry(handle), stream)
        self.table.flags[index] = AWAIT
        self.awaits[handle] = index
        row = self.table.handles.get(handle)
        if row is not None:
            self.awaited.setdefault(row >> 1, []).append(index)

    def close_await(self, handle: int, bits: int, stream: Stream) -> None:
        """End a handle's await span."""
        index = self.awaits.pop(handle, None)
        if index is None:
            self.strays += 1
            return
        self.apply(index, bits, 0, stream.time)
        since = self.since.pop(index, None)
        if since is not None:
            self.table.waits[index] += stream.time - since

    def pause(self, handle: int, offset: int, stream: Stream) -> None:
        """Note that a handle's span, and its await span if one is open, do not run from now on."""
        found = self.pauses.setdefault(handle, [0, 0])
        found[0] -= stream.time
        found[1] += 1
        index = self.awaits.get(handle)
        if index is not None:
            self.table.waits.setdefault(index, 0)
            self.since[index] = stream.time
        if self.table.events.times:
            self.event(self.entry(handle), offset, stream)

    def resume(self, handle: int, offset: int, stream: Stream) -> None:
        """Note that it goes on."""
        found = self.pauses.setdefault(handle, [0, 0])
        found[0] += stream.time
        found[1] -= 1
        index = self.awaits.get(handle)
        if index is not None and index in self.since:
            self.table.waits[index] += stream.time - self.since.pop(index)
        if self.table.events.times:
            self.event(self.entry(handle), offset, stream)

    def at_once(self, last: int, index: int) -> None:
        """Note that a coroutine runs in the await span opened last, if nothing else has happened in that."""
        table = self.table
        if last >= 0 and table.flags[last] == AWAIT and last not in table.waits and table.parents[last] != index:
            self.direct.setdefault(last, index)

    def event(self, row: int, offset: int, stream: Stream) -> None:
        """Note that something happened within a span."""
        events = self.table.events
        events.rows.append(row)
        events.offsets.append(offset)
        events.times.append(stream.time)

    def record(self, chunk: bytes, p: int, base: int, stream: Stream) -> int:
        """Note an exception's record, and skip it."""
        if chunk[p] != 2:
            stream.records = [base + p]
        elif stream.records:
            stream.records.append(base + p)
            self.table.repeats[base + p] = (stream.records, len(stream.records) - 1)
        return skip_exception(chunk, p)
