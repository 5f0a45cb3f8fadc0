"""Reads on in the segment of a process that runs: what is new in it, and never more than so much at once.

The program is not asked and not slowed: only its file is read, a few chunks at a time.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from instrumenter.trace import ops
from instrumenter.trace.chunks import Chunks
from instrumenter.trace.collector import Collector, Stream
from instrumenter.trace.decode import opened, read_events
from instrumenter.trace.happenings import Happenings
from instrumenter.trace.header import Header
from instrumenter.trace.parts import Part, owner
from instrumenter.trace.problem import Problem
from instrumenter.trace.renewing import renewed
from instrumenter.trace.rings import begin
from instrumenter.trace.segment import Segment
from instrumenter.trace.sites import SiteTables
from instrumenter.trace.span import Span
from instrumenter.trace.table import ENDED, NO_PARENT, EventTable
from instrumenter.trace.wire import Damaged

_PROCESS = 0
"""The thread that is none: the process stream."""
_FIRST = 64
"""A segment of more chunks than this is followed from its last ones on."""
_MOST = 4
"""A thread that has filled more chunks than this meanwhile is followed from the last one on."""
_ROWS = 200_000
"""Beyond so many rows those of spans that have ended are forgotten."""
_HEAD = 40


@dataclass(slots=True)
class News:
    """What is new since the last look. Rows are those of the segment's table."""

    began: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    events: EventTable = field(default_factory=EventTable)
    passed_over: int = 0
    """Bytes that were not read, for there were too many."""

    def __len__(self) -> int:
        return len(self.began) + len(self.ended) + len(self.events)


class Following:
    """One segment and how far it was read."""

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self._file = segment.path.open("rb", buffering=0)
        self._chunks = Chunks(self._file)
        self._collector = Collector(segment.definitions, {}, is_ring=True)
        self._lines: dict[int, list[Part]] = {}
        """The parts of each thread that are still to be read, or being read: the first of them."""
        self._heads: dict[int, Part] = {}
        """The first part of each chunk."""
        self._at: dict[Part, int] = {}
        """Where to go on in a part that was begun."""
        self._open: list[int] = []
        self.depths = array("i")
        """Of each row, as far as that is known."""
        self._first = True
        segment.data = cast("bytes", self._chunks)
        segment.table = self._collector.table

    @classmethod
    def of(cls, path: Path, tables: SiteTables) -> Following | Problem:
        """Follow the segment in this file."""
        segment = Segment.open(path, tables)
        return segment if isinstance(segment, Problem) else cls(segment)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def open_rows(self) -> list[int]:
        """The spans that are open, those that began first in front."""
        return sorted(self._open, key=self._collector.table.starts.__getitem__)

    def is_recording(self) -> bool:
        """Whether the process lives and has not ended its segment."""
        self._read_header()
        return self.segment.status == "running"

    def _read_header(self) -> None:
        """Take the clock's newest pair, and whether the segment was ended."""
        self.segment.header = Header.read(self._chunks.read(0, ops.HEADER))

    def look(self) -> News:
        """Read what is new."""
        self._read_header()
        if len(self._collector.table) > _ROWS:
            self._renew()
        news, before = News(), len(self._collector.table)
        self._find_parts()
        portions = [one for thread in self._lines if thread != _PROCESS for one in self._portions(thread, news)]
        # Definitions are written before what needs them, and so are read after it was.
        portions = [*self._portions(_PROCESS, news), *portions]
        while portions:
            later = [self._read(*portion) for portion in portions]
            portions = [portion for portion in later if portion]
        self._first = False
        self._tell(news, before)
        return news

    def _find_parts(self) -> None:
        """Look at the heads of chunks: of a ring at all, for they are given out again."""
        is_ring = self.segment.header.is_ring
        for number in range(-(-len(self._chunks) // ops.CHUNK)):
            if number in self._heads and (not is_ring or number == 0):
                continue
            part = Part(_PROCESS, -1, ops.STREAM, 0) if number == 0 else self._head(number)
            if part is not None and self._heads.get(number) != part:
                if number in self._heads:
                    self._drop(number)
                self._heads[number] = part
                self._add(part)

    def _drop(self, number: int) -> None:
        """A chunk has been given to another stream: what it had is gone."""
        for line in self._lines.values():
            for part in [one for one in line if one.offset // ops.CHUNK == number]:
                line.remove(part)
                self._at.pop(part, None)

    def _head(self, number: int) -> Part | None:
        head = self._chunks.read(number * ops.CHUNK, _HEAD)
        try:
            return owner(head, 0, number * ops.CHUNK) if head and head[0] == ops.OWNER else None
        except (IndexError, Damaged):
            return None

    def _add(self, part: Part) -> bool:
        """Have a part read; whether it was not known."""
        line = self._lines.setdefault(part.thread, [])
        if part in line or (line and part < line[0]):
            return False
        line.append(part)
        line.sort()
        return True

    def _portions(self, thread: int, news: News) -> Iterator[tuple[Part, bytes]]:
        """The chunks of a thread with something new in them; of very many the last alone."""
        line = self._lines[thread]
        most = _FIRST if self._first else _MOST
        if thread != _PROCESS and len(line) > most:
            news.passed_over += (len(line) - 1) * ops.CHUNK
            self._forget(thread)
            self._at.pop(line[0], None)
            del line[:-1]
        for part in line[:]:
            number = part.offset // ops.CHUNK
            chunk = self._chunks.fresh(number)
            if self.segment.header.is_ring and number and self._head(number) != self._heads[number]:
                continue
            yield part, chunk

    def _forget(self, thread: int) -> None:
        """What a thread has open is not known any more."""
        stream = self._collector.streams.get(thread)
        if stream is not None:
            gone = set(stream.stack)
            self._open = [row for row in self._open if row not in gone]
            stream.stack, stream.sequence, stream.opened = [NO_PARENT], -1, NO_PARENT

    def _read(self, part: Part, chunk: bytes) -> tuple[Part, bytes] | None:
        """Read what is new in a part; gives the one that another thread has begun in the rest of the chunk."""
        spans, base = self._collector, part.offset - part.offset % ops.CHUNK
        table = spans.table
        stream = spans.streams.get(part.thread)
        if stream is None:
            stream = spans.streams[part.thread] = Stream(len(table))
        before = len(table)
        first = self._at[part] - base if part in self._at else begin(spans, chunk, base, part, stream)
        going_on = read_events(chunk, base, first, stream, spans, self.segment.header.counted)
        self._at[part] = stream.place
        opened(table, before, part.thread, stream)
        line = self._lines[part.thread]
        if line[0] != part:
            self._at.pop(line.pop(0), None)
        return (going_on, chunk) if going_on and self._add(going_on) else None

    def _tell(self, news: News, before: int) -> None:
        table = self._collector.table
        news.began = list(range(before, len(table)))
        self._deepen(before)
        waiting = self._open + news.began
        news.ended = [row for row in waiting if table.flags[row] & ENDED]
        self._open = [row for row in waiting if not table.flags[row] & ENDED]
        news.events, table.events = table.events, EventTable()

    def _deepen(self, before: int) -> None:
        table = self._collector.table
        for row in range(before, len(table)):
            parent = self.parent(row)
            self.depths.append(self.depths[parent] + 1 if 0 <= parent < row else 0)

    def parent(self, row: int) -> int:
        """The row of a span's parent; negative where it is not known."""
        table = self._collector.table
        parent = table.parents[row]
        if parent < NO_PARENT:
            up, number = table.elsewhere[-2 - parent]
            return table.handles.get(number, -1) >> 1 if up == 0 else NO_PARENT
        return parent

    def span(self, row: int) -> Span:
        """The span of a row."""
        return Span(self.segment, row)

    def with_events(self, news: News) -> None:
        """Have spans say what happened in them since the last look, and nothing that was before."""
        self.segment.happenings = Happenings(news.events, len(self._collector.table), self.segment.data)

    def _renew(self) -> None:
        """Go on with the spans that are open alone."""
        self._collector, rows = renewed(self._collector, self._open)
        self.depths = array("i", (self.depths[row] for row in rows))
        self._open = list(range(len(rows)))
        self.segment.table = self._collector.table
