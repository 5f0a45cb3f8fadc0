"""Finds the span that started a process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from instrumenter.trace.segment import Segment

FORGOTTEN = -1
"""In the place of a row: a span of a forgotten trace."""


def starter(segment: Segment) -> tuple[Segment, int] | None:
    """The span, segment and row, that started a process, or the nearest of its ancestors of which that is known."""
    if segment.forked:
        return None
    for pid in (segment.header.pid, *(ancestor for ancestor, _ in segment.facts.ancestors)):
        for above in segment.ancestors():
            found = list(_that_started(pid, above))
            if found:
                return above, _last_before(segment.start_ns, found)
    return None


def _that_started(pid: int, segment: Segment) -> Iterator[tuple[int, int, int]]:
    """(start in Unix ns, number, row) of the spans that started a process with this id."""
    table, unix = segment.table, segment.header.clock.unix
    yield from ((unix(table.starts[row]), table.numbers[row], row) for child, row in table.children if child == pid)
    yield from ((unix(at), number, FORGOTTEN) for child, at, number in table.forgotten_children if child == pid)


def _last_before(moment: int, found: list[tuple[int, int, int]]) -> int:
    """Process ids come again: the row of the last span that began before the process did, else of the first."""
    return max((one for one in found if one[0] <= moment), default=min(found))[2]
