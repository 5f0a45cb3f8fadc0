"""What happened within a span: lines, values, changes, and the branches and turns that follow from the lines.

Events are read one after another when they are asked for; a span may have millions of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instrumenter.trace import ops
from instrumenter.trace.blocks import Blocks, Outcome
from instrumenter.trace.changes import Difference, difference
from instrumenter.trace.definitions import File
from instrumenter.trace.happenings import Happening
from instrumenter.trace.segment import Segment
from instrumenter.trace.sites import Site, SiteTable
from instrumenter.trace.span import Span
from instrumenter.trace.table import NO_SITE
from instrumenter.trace.told import read_told
from instrumenter.trace.value_reader import read_value
from instrumenter.trace.values import UNREADABLE, Value
from instrumenter.trace.wire import Damaged, text, varint

LINE_EVENTS = (ops.LINE, ops.HLINE)
_VALUES = (ops.VAR, ops.HVAR)
_STATES = (ops.STATE, ops.HSTATE)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened within a span; the line is the original's, 0 where the site table is missing."""

    type: str
    """`line`, `checkpoint`, `state`, `branch` or `loop`."""
    line: int
    time_ns: int
    """Unix ns."""
    values: tuple[tuple[str, Value], ...] = ()
    """Of a checkpoint: names and what was bound to them."""
    operator: str = ""
    """Of a checkpoint by an augmented assignment: `+=`; the value is then what stands to its right."""
    changes: tuple[tuple[str, Difference], ...] = ()
    """Of a state: names and what has changed in them."""
    outcome: Outcome | None = None
    """Of a branch or a loop."""


def events(span: Span) -> Iterator[Event]:
    """The events of a span, in the order of their times."""
    return _Reader(span).read()


class _Reader:
    def __init__(self, span: Span) -> None:
        self._span = span
        self._data = span.segment.data
        self._clock = span.segment.header.clock
        self._shapes = span.segment.definitions.shapes
        definitions = span.segment.definitions
        self._file: File | None = definitions.file(span.site_number)
        self._table: SiteTable | None = definitions.table(self._file) if self._file else None

    def read(self) -> Iterator[Event]:
        """The events, with what follows from them in between."""
        blocks, seen = Blocks(self._table or SiteTable(())), False
        for one in self._span.happenings():
            time, site = self._clock.unix(one.ticks), self._site(one.site)
            if one.opcode in LINE_EVENTS:
                seen = True
                if site:
                    yield from _derived(blocks.line(self._local(one.site), site), time)
                yield Event("line", site.line if site else 0, time)
            elif one.opcode in _VALUES:
                yield checkpoint(self._span.segment, one, site, time)
            elif one.opcode in _STATES:
                yield self._state(one, time)
            elif one.opcode == ops.TOLD:
                yield _told(self._data, one.at, time)
        if seen and self._span.status != "unfinished":
            yield from _derived(blocks.end(self._span.failed), self._span.end_ns)

    def _local(self, number: int) -> int:
        return number - self._file.base if self._file else number

    def _site(self, number: int) -> Site | None:
        place = self._local(number)
        return self._table.sites[place] if self._table and 0 <= place < len(self._table) else None

    def _state(self, one: Happening, time: int) -> Event:
        count, at = varint(self._data, one.at)
        site, changes = self._compared(), []
        try:
            for _ in range(count):
                place, at = varint(self._data, at)
                before, at = read_value(self._data, at, self._shapes)
                after, at = read_value(self._data, at, self._shapes)
                changes.append((_name(site.names if site else (), place), difference(before, after)))
        except (Damaged, IndexError):
            pass
        return Event("state", site.line if site else 0, time, changes=tuple(changes))

    def _compared(self) -> Site | None:
        """The site whose names a state speaks of: the span's own, or that of the call it has taken in."""
        span = self._span
        site = span.segment.definitions.site(span.site_number)
        call = span.segment.table.call_site(span.index)
        return span.segment.definitions.site(call) if call != NO_SITE and not (site and site.names) else site


def _told(data: bytes, at: int, time: int) -> Event:
    """An event of an imported run."""
    line, at = varint(data, at)
    kind, at = text(data, at)
    told = read_told(kind, line, text(data, at)[0])
    return Event(kind, line, time, told.values, told.operator, told.changes, told.outcome)


def checkpoint(segment: Segment, one: Happening, site: Site | None, time: int) -> Event:
    """What an event says that has values of names."""
    count, at = varint(segment.data, one.at)
    found = _values(segment, at, count)
    names = site.names if site else ()
    if site and site.kind == "let" and len(found) == 1:
        # One value may be given to many: `a.b = c[0] = value`.
        found *= len(names)
    pairs = tuple((_name(names, place), value) for place, value in enumerate(found))
    return Event("checkpoint", site.line if site else 0, time, pairs, site.operator if site else "")


def _values(segment: Segment, at: int, count: int) -> list[Value]:
    found: list[Value] = []
    for _ in range(count):
        try:
            value, at = read_value(segment.data, at, segment.definitions.shapes)
        except (Damaged, IndexError):
            return [*found, UNREADABLE]
        found.append(value)
    return found


def _name(names: tuple[str, ...], place: int) -> str:
    return names[place] if place < len(names) else f"#{place}"


def _derived(found: Iterator[Outcome], time: int) -> Iterator[Event]:
    return (Event(one.type, one.line, time, outcome=one) for one in found)
