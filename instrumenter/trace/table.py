"""The spans of one segment as columns: a few bytes a span, whatever the program's size."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

ENDED, FAILED, LOST, CLOSED = 1, 2, 4, 8
"""Bits of a span's flags; one without ENDED was open when the segment was read."""
NO_PARENT = -1

_IS_OPEN = bytes(0 if flags & ENDED else 1 for flags in range(256))
_COUNTED = bytes(1 if flags & ENDED and flags & FAILED and not flags & LOST else 0 for flags in range(256))


@dataclass(slots=True)
class SpanTable:
    """One row a span, in the order in which they were read; an *index* is a row.

    This is what a decoder has to deliver: times in ticks since the first clock pair, offsets in the segment.
    """

    numbers: array[int] = field(default_factory=lambda: array("Q"))
    """Offset of the event that opened the span."""
    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    sites: array[int] = field(default_factory=lambda: array("I"))
    parents: array[int] = field(default_factory=lambda: array("i"))
    """Index of the parent, `NO_PARENT`, or `-2 - n` where `elsewhere[n]` tells the parent."""
    outcomes: array[int] = field(default_factory=lambda: array("Q"))
    """Offset of the event that holds the result or the exception; 0 where there is none."""
    flags: bytearray = field(default_factory=bytearray)

    elsewhere: list[tuple[int, int]] = field(default_factory=list)
    """(up, span number) in an ancestor's segment, 1 the parent's; (0, handle) for a handle an ancestor gave out."""
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
            return None

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
