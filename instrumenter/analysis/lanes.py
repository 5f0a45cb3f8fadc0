"""Gives each span of a time line its row: those of a thread together, none over another."""

from __future__ import annotations

from collections.abc import Sequence

from instrumenter.analysis.longest import Placed
from instrumenter.trace.segment import Segment
from instrumenter.trace.span import Span

_Lane = tuple[Segment, int]


def lanes(spans: Sequence[Placed]) -> tuple[list[int], list[tuple[int, str]]]:
    """The row of each span, and (row, heading) of each thread; parents come before their children."""
    within, heights = _packed(spans)
    tops: dict[_Lane, int] = {}
    headings: list[tuple[int, str]] = []
    row = 0
    for (segment, thread), height in heights.items():
        headings.append((row, f"{segment.thread(thread).name} · process {segment.header.pid}"))
        tops[segment, thread] = row + 1
        row += height + 1
    return [tops[_lane(one.span)] + level for one, level in zip(spans, within, strict=True)], headings


def _lane(span: Span) -> _Lane:
    return span.segment, span.thread_number


def _packed(spans: Sequence[Placed]) -> tuple[list[int], dict[_Lane, int]]:
    """The level of each span within its thread, and how many levels each thread has."""
    ends: dict[_Lane, list[int]] = {}
    levels = [0] * len(spans)
    for place in sorted(range(len(spans)), key=lambda one: (spans[one].span.start_ns, one)):
        span, parent = spans[place].span, spans[place].parent
        lane = _lane(span)
        taken = ends.setdefault(lane, [])
        level = levels[parent] + 1 if parent >= 0 and _lane(spans[parent].span) == lane else 0
        while level < len(taken) and taken[level] > span.start_ns:
            level += 1
        taken += [0] * (level + 1 - len(taken))
        taken[level] = max(span.end_ns, span.start_ns + 1)
        levels[place] = level
    return levels, {lane: len(taken) for lane, taken in ends.items()}
