"""The spans of one segment as columns: a few bytes a span, whatever the program's size."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

ENDED, FAILED, LOST, CLOSED, CALL, AWAIT = 1, 2, 4, 8, 16, 32
"""Bits of a span's flags; one without ENDED was open when the segment was read."""
NO_PARENT = NO_SITE = -1
_MOST = (1 << 32) - 1
PLACE_BITS = 40
"""The short number of a span has so many."""
_REUSED = 1 << PLACE_BITS - 1
HERE = -1
"""In the place of the number of processes up: a span of the same process."""

_IS_OPEN = bytes(0 if flags & ENDED else 1 for flags in range(256))
IS_CALL = bytes(1 if flags & CALL else 0 for flags in range(256))
"""Translates flags to 1 for a call span's, 0 for others."""
IS_AWAIT = bytes(1 if flags & AWAIT else 0 for flags in range(256))
"""The same for an await span's."""
_COUNTED = bytes(1 if flags & ENDED and flags & FAILED and not flags & LOST else 0 for flags in range(256))


def short_number(number: int) -> int:
    """The number of a span in 40 bits: a turn has a single chunk, so that the place in that is enough."""
    turn = number >> PLACE_BITS
    return (_REUSED | turn << 16 | number & 0xFFFF) & (1 << PLACE_BITS) - 1 if turn else number


@dataclass(slots=True)
class EventTable:
    """What happened within spans, as columns in the order in which it was read: lines, values, changes, pauses."""

    rows: array[int] = field(default_factory=lambda: array("i"))
    """Index of the span."""
    offsets: array[int] = field(default_factory=lambda: array("Q"))
    """Place of the event in the segment."""
    times: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self.times)

    def trim(self) -> None:
        """Cut all columns to the same length."""
        size = len(self)
        del self.rows[size:], self.offsets[size:]


@dataclass(slots=True)
class SpanTable:
    """One row a span, in the order in which they were read; an *index* is a row.

    This is what a decoder has to deliver: times in ticks since the first clock pair, offsets in the segment.
    """

    numbers: array[int] = field(default_factory=lambda: array("Q"))
    """Offset of the event that opened the span; in a ring with the turn of its chunk above."""
    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    sites: array[int] = field(default_factory=lambda: array("I"))
    parents: array[int] = field(default_factory=lambda: array("i"))
    """Index of the parent, `NO_PARENT`, or `-2 - n` where `elsewhere[n]` tells the parent."""
    outcomes: array[int] = field(default_factory=lambda: array("Q"))
    """Offset of the event that holds the result or the exception; 0 where there is none."""
    flags: bytearray = field(default_factory=bytearray)

    elsewhere: list[tuple[int, int]] = field(default_factory=list)
    """(up, span number) in an ancestor's segment, 1 the parent's; (0, handle) for a handle an ancestor gave out;
    (`HERE`, span number) in this one."""
    handles: dict[int, int] = field(default_factory=dict)
    """Handle -> 2 * index, + 1 for a generator's."""
    args: dict[int, int] = field(default_factory=dict)
    """Index -> offset of its ARGS where that does not stand right behind the opening event."""
    repeats: dict[int, tuple[list[int], int]] = field(default_factory=dict)
    """Offset of an exception seen further out -> (offsets of its records, innermost first; position among them)."""
    threads: list[tuple[int, int]] = field(default_factory=list)
    """(first index, thread), ascending."""
    last: int = 0
    """The last time seen."""

    callees: array[int] = field(default_factory=lambda: array("I"))
    """Number of the callee of each call span, 0 where it is unknown; no column at all where there are no calls."""
    call_sites: array[int] = field(default_factory=lambda: array("i"))
    """Site of the call that each function's span has taken in, `NO_SITE` for none; a column like `callees`."""
    waits: dict[int, int] = field(default_factory=dict)
    """Index -> ticks in which the span was paused."""
    events: EventTable = field(default_factory=EventTable)
    left_out: array[int] = field(default_factory=lambda: array("I"))
    """How many spans below each were not recorded; as long as it must be, for most have all."""
    children: list[tuple[int, int]] = field(default_factory=list)
    """(process id, index of the span that started it)."""
    forgotten: array[int] = field(default_factory=lambda: array("Q"))
    """Numbers of the spans of forgotten traces, ascending: they have no rows. A handle of one has row -1."""
    forgotten_children: list[tuple[int, int, int]] = field(default_factory=list)
    """(process id, when the span began that started it, that span's number), of those."""
    merged: array[int] = field(default_factory=lambda: array("Q"))
    """Numbers of the spans that others have taken in, and ..."""
    into: array[int] = field(default_factory=lambda: array("i"))
    """... the indices of those."""

    def __len__(self) -> int:
        return len(self.flags)

    def thread(self, index: int) -> int:
        """The number of the thread that opened a span."""
        if len(self.threads) == 1:
            return self.threads[0][1]
        return self.threads[bisect_right(self.threads, index, key=lambda part: part[0]) - 1][1]

    def index(self, number: int) -> int | None:
        """The row of the span with this number."""
        try:
            return self.numbers.index(number)
        except (ValueError, OverflowError):
            pass
        try:
            return self.into[self.merged.index(number)]
        except (ValueError, OverflowError):
            return None

    def index_of(self, short: int) -> int | None:
        """The row of the span with this short number."""
        if short < _REUSED:
            return self.index(short)
        columns = ((self.numbers, range(len(self))), (self.merged, self.into))
        return next((row for column, rows in columns for number, row in zip(column, rows, strict=True)
                     if short_number(number) == short), None)  # fmt: skip

    def callee(self, index: int) -> int:
        """The number of what a call span calls; 0 where it is not known."""
        return self.callees[index] if self.callees else 0

    def call_site(self, index: int) -> int:
        """The site of the call that made a function's span; `NO_SITE` where it is not known."""
        return self.call_sites[index] if self.call_sites else NO_SITE

    def leave_out(self, index: int, count: int) -> None:
        """Note that so many spans below one were not recorded."""
        missing = index + 1 - len(self.left_out)
        if missing > 0:
            self.left_out.frombytes(bytes(missing * self.left_out.itemsize))
        self.left_out[index] = min(self.left_out[index] + count, _MOST)

    def missing(self, index: int) -> int:
        """How many spans below one were not recorded."""
        return self.left_out[index] if index < len(self.left_out) else 0

    def has_forgotten(self, number: int) -> bool:
        """Whether the span with this number is of a forgotten trace."""
        at = bisect_left(self.forgotten, number)
        return at < len(self.forgotten) and self.forgotten[at] == number

    def failures(self) -> int:
        """How many spans ended with an exception."""
        return self.flags.translate(_COUNTED).count(1)

    def failed(self, index: int) -> bool:
        """Whether this span ended with an exception."""
        return bool(_COUNTED[self.flags[index]])

    def open_spans(self) -> list[int]:
        """The rows whose end was not seen at all."""
        marks = self.flags.translate(_IS_OPEN)
        found, at = [], marks.find(1)
        while at >= 0:
            found.append(at)
            at = marks.find(1, at + 1)
        return found

    def trim(self) -> None:
        """Cut all columns to the same length, after reading broke off between two of them."""
        columns = (self.numbers, self.starts, self.ends, self.sites, self.parents, self.outcomes, self.flags)
        size = min(len(column) for column in columns)
        for column in columns:
            del column[size:]
        self.events.trim()
