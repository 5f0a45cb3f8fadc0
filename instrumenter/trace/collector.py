"""Collects the spans of a segment while its events are read: who is open where, and what refers to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from instrumenter.trace import ops
from instrumenter.trace.definitions import Definitions
from instrumenter.trace.skip import skip_exception
from instrumenter.trace.table import ENDED, NO_PARENT, SpanTable
from instrumenter.trace.wire import Damaged


@dataclass(slots=True)
class Stream:
    """What carries over from one part of a thread's stream to the next."""

    stack: list[int] = field(default_factory=lambda: [NO_PARENT])
    """Indices of the open spans (or `-2 - n`), above the parent of a root."""
    time: int = 0
    opened: int = NO_PARENT
    records: list[int] = field(default_factory=list)
    """Offsets of the last exception's records, innermost first."""


class Collector:
    """The table in the making, and the streams of the threads."""

    def __init__(self, definitions: Definitions, inherited: Mapping[int, int]) -> None:
        self.definitions = definitions
        self.inherited = inherited
        self.table = SpanTable()
        self.problems: list[tuple[int, str]] = []
        self.guessed: set[int] = set()
        """Handles that were paused or resumed before the event that says what they are was read."""
        self.streams: dict[int, Stream] = {}
        self._references: dict[tuple[int, int], int] = {}
        self._late: list[tuple[int, int, int, int]] = []
        self._strays = 0

    def parameters_apart(self, index: int, offset: int) -> None:
        """Note where the parameters of a span are whose opening event ended the chunk before."""
        if index < 0:
            raise Damaged("parameters of no span")
        self.table.args[index] = offset

    def broken(self, offset: int, error: Exception) -> None:
        """Note why the rest of a chunk cannot be read."""
        self.table.trim()
        if isinstance(error, KeyError):
            text = "parameters of a function whose site table is missing"
        elif isinstance(error, Damaged):
            text = str(error)
        else:
            text = "an event that is cut or damaged"
        self.problems.append((offset, f"{text}; the rest of this chunk is passed over"))

    def finish(self) -> None:
        """Resolve what referred to events that had not been read yet, and end what is still open."""
        table = self.table
        for handle, bits, outcome, time in self._late:
            if handle in table.handles:
                self.apply(table.handles[handle] >> 1, bits, outcome, time)
        if table.elsewhere:
            self._resolve()
        for index in table.open_spans():
            table.ends[index] = max(self.streams[table.thread(index)].time, table.starts[index])
        table.last = max((stream.time for stream in self.streams.values()), default=0)
        if self._strays:
            self.problems.append((ops.CHUNK, f"{self._strays:,} ends of spans whose start is missing"))

    def _resolve(self) -> None:
        """Put the row in place of every handle that this process gave out after all."""
        table = self.table
        rows = [table.handles.get(handle, -1) >> 1 if up == 0 else -1 for up, handle in table.elsewhere]
        placed = []
        for index, parent in enumerate(table.parents):
            if parent < NO_PARENT and rows[-2 - parent] >= 0:
                table.parents[index] = rows[-2 - parent]
                placed.append(index)
        for index in placed:
            if self._above(table.parents[index], index):
                table.parents[index] = NO_PARENT

    def _above(self, row: int, index: int) -> bool:
        """Whether `index` is `row` or above it, as only damage can bring about: trees have no circles.

        A circle has an edge from a span to a parent that began after it; only those are followed.
        """
        table, seen = self.table, set[int]()
        if (table.starts[row], table.numbers[row]) < (table.starts[index], table.numbers[index]):
            return False
        while row >= 0 and row != index and row not in seen:
            seen.add(row)
            row = table.parents[row]
        return row == index

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
        if stream.stack[-1] == NO_PARENT:
            self._strays += 1
        else:
            stream.stack.pop()

    def mark(self, handle: int, stream: Stream, bits: int, outcome: int = 0) -> None:
        """Note how the span of a handle ends; of one that is not known yet, later."""
        row = self.table.handles.get(handle)
        if row is None:
            self._late.append((handle, bits, outcome, stream.time))
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
        """What stands for a handle's span on a stack and as a parent."""
        row = self.table.handles.get(handle)
        if row is not None:
            return row >> 1
        return self.reference(0, handle)

    def record(self, chunk: bytes, p: int, base: int, stream: Stream) -> int:
        """Note an exception's record, and skip it."""
        if chunk[p] != 2:
            stream.records = [base + p]
        elif stream.records:
            stream.records.append(base + p)
            self.table.repeats[base + p] = (stream.records, len(stream.records) - 1)
        return skip_exception(chunk, p)
